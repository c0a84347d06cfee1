"""A real browser with an empty user folder, and what people do in it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.web_stages import StagedDesk
from voicesim.domain import Session
from voicesim.store import Store

CHROMIUM = Path("/usr/bin/chromium")
_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required", "--mute-audio",
]  # fmt: skip


@contextmanager
def browsing() -> Iterator[BrowserContext]:
    """A fresh browser with an empty user folder."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder, executable_path=CHROMIUM, headless=True, args=_FLAGS, viewport={"width": 1280, "height": 860}
        )
        context.set_default_timeout(10_000)
        try:
            yield context
        finally:
            context.close()


@dataclass(frozen=True)
class Site:
    """The page served for these tests."""

    base: str
    store: Store
    desk: StagedDesk
    sessions: dict[str, Session]


def until(page: Page, condition: str) -> None:
    """Wait for a condition; asked from outside, since the page allows no script made from text."""
    deadline = time.monotonic() + 15
    while not page.evaluate(condition):
        assert time.monotonic() < deadline, f"never true: {condition}"
        page.wait_for_timeout(20)


def ring(page: Page, site: Site, name: str = "Claire Dubois") -> None:
    page.goto(site.base + "/practice")
    page.get_by_role("button", name=f"Call with {name}").click()
    page.get_by_role("button", name="Let it ring").click()
    page.wait_for_url("**/call")


def press_until(page: Page, name: str, most: int = 40) -> None:
    """Tab until the control of this name has the focus."""
    for _ in range(most):
        if name in page.evaluate(
            "['A', 'BUTTON'].includes(document.activeElement.tagName) ? document.activeElement.innerText : ''"
        ):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name!r} cannot be reached with the Tab key")
