"""A page served for a test, and a real browser that looks at it."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, sync_playwright

from voicesim.web import WebParts
from voicesim.web.security import DoorPolicy
from voicesim.web.server import bind, page_server

CHROMIUM = Path("/usr/bin/chromium")
_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required", "--mute-audio",
]  # fmt: skip


@contextmanager
def serving(parts: WebParts, policy: DoorPolicy | None = None) -> Iterator[str]:
    """The page on a free port of this machine; its address."""
    bound, ready = bind("127.0.0.1", 0), threading.Event()
    server = page_server(parts, policy or DoorPolicy(), bound, ready.set)
    thread = threading.Thread(target=server.serve_until_stopped, daemon=True)
    thread.start()
    if not ready.wait(10):
        raise RuntimeError("the page did not start within 10 s")
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


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
