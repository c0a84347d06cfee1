"""Every page against WCAG 2.2 AA with axe-core, light and dark, in a real browser; and no error on any console."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")

from playwright.sync_api import BrowserContext, Page

from tests.web_browser import CHROMIUM, browsing
from tests.web_server import serving
from tests.web_stages import staged_parts
from tests.web_story import fill_demo
from voicesim.domain import Session
from voicesim.store import Store

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}")
ALL: dict[str, object] = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
COLOURS: dict[str, object] = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}


def axe_source() -> str:
    spec = find_spec("axe_playwright_python")
    assert spec is not None and spec.origin is not None
    return next(Path(spec.origin).parent.glob("**/axe.min.js")).read_text(encoding="utf-8")


def violations(page: Page, rules: dict[str, object]) -> list[str]:
    """What axe finds, one line each."""
    page.evaluate(axe_source())
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", rules)
    return [
        f"{page.url}: {one['id']}: {json.dumps(one['nodes'][0]['target'])} {one['nodes'][0]['failureSummary']}"
        for one in found["violations"]
    ]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, dict[str, Session]]]:
    with Store(tmp_path_factory.mktemp("a11y")) as store:
        yield store, fill_demo(store, history=3)


@pytest.fixture(scope="module")
def context() -> Iterator[BrowserContext]:
    with browsing() as opened:
        yield opened


@pytest.mark.parametrize(("colours", "rules"), [("light", ALL), ("dark", COLOURS)])
def test_every_page_passes_axe_and_logs_nothing(
    demo: tuple[Store, dict[str, Session]], context: BrowserContext, colours: str, rules: dict[str, object]
) -> None:
    """Only colours differ in the dark, so only they are looked at a second time."""
    store, sessions = demo
    main, batch, lost, earlier = (sessions[name].id for name in ("main", "batch", "lost", "earlier"))
    found: list[str] = []
    said: list[str] = []
    with serving(staged_parts(store)) as base:
        page = context.new_page()
        page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
        page.on("console", lambda message: said.append(f"{page.url}: {message.type} {message.text}"))
        page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))
        for path in (
            "/practice",
            "/headset",
            "/progress",
            "/team",
            "/team?q=nothingsaid",
            "/call",
            f"/sessions/{main}",
            f"/sessions/{lost}",
            f"/sessions/{batch}",
            f"/sessions/{batch}/replay",
            f"/compare?a={earlier}&b={main}",
        ):
            page.goto(base + path)
            page.wait_for_load_state("load")
            found += violations(page, rules)
        page.goto(f"{base}/sessions/{main}/replay")
        page.wait_for_load_state("load")
        page.locator(".legend summary").click()
        found += violations(page, rules)
        page.locator("[data-override]").first.click()
        found += violations(page, rules)
        page.goto(f"{base}/sessions/{main}")
        for summary in page.locator("details > summary").all():
            summary.click()
        page.locator("[data-retake]").first.click()
        found += violations(page, rules)
        page.close()
    assert found == []
    assert said == []


def test_pages_without_anything_yet_pass_axe(tmp_path: Path, context: BrowserContext) -> None:
    found: list[str] = []
    with Store(tmp_path) as store, serving(staged_parts(store, trainee="Nobody yet")) as base:
        page = context.new_page()
        for path in ("/practice", "/headset", "/progress", "/team", "/call", "/sessions/none"):
            page.goto(base + path)
            found += violations(page, ALL)
        page.close()
    assert found == []


def test_the_page_reflows_on_a_narrow_screen(demo: tuple[Store, dict[str, Session]], context: BrowserContext) -> None:
    """WCAG 1.4.10: at 320 CSS pixels nothing but tables and plots scrolls sideways."""
    store, sessions = demo
    with serving(staged_parts(store)) as base:
        page = context.new_page()
        page.set_viewport_size({"width": 320, "height": 700})
        wide = []
        for path in (
            "/practice",
            "/headset",
            "/progress",
            "/team",
            f"/sessions/{sessions['main'].id}",
            f"/sessions/{sessions['main'].id}/replay",
        ):
            page.goto(base + path)
            page.wait_for_load_state("load")
            over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if over > 0:
                wide.append((path, over))
        page.close()
    assert wide == []
