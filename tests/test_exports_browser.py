"""Taken-away files in a real browser: the report is accessible and runs nothing, the captions are read."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

from playwright.sync_api import Browser, sync_playwright

from tests.example_sessions import make_card, make_session
from tests.exports_rig import cues, nasty_session
from voicesim.exports import Takeaway
from voicesim.exports.html_report import html_report
from voicesim.exports.webvtt import webvtt

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}")
Colours = Literal["light", "dark"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as started:
        opened = started.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()


def axe_script() -> str:
    spec = find_spec("axe_playwright_python")
    if spec is None or spec.origin is None:
        pytest.skip("axe-playwright-python is not installed")
    return next(Path(spec.origin).parent.glob("**/axe.min.js")).read_text(encoding="utf-8")


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_report_has_no_accessibility_violation(browser: Browser, tmp_path: Path, colours: Colours) -> None:
    script = axe_script()
    (tmp_path / "report.html").write_text(
        html_report(Takeaway(make_session(card=make_card(pace=None)))), encoding="utf-8"
    )
    page = browser.new_page(color_scheme=colours, bypass_csp=True)
    page.goto((tmp_path / "report.html").as_uri())
    page.evaluate(script)
    found = page.evaluate("() => axe.run()")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []


def test_nothing_that_was_said_runs_and_nothing_is_fetched(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text(html_report(Takeaway(nasty_session())), encoding="utf-8")
    page = browser.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("dialog", lambda dialog: told.append(dialog.message))
    page.on("request", lambda request: told.append(request.url))
    page.goto((tmp_path / "report.html").as_uri())
    page.wait_for_load_state("networkidle")
    assert told == [(tmp_path / "report.html").as_uri()]
    assert "<script>alert(1)</script>" in page.inner_text("h1")


def test_a_browser_reads_every_caption(browser: Browser) -> None:
    text = webvtt(Takeaway(nasty_session()))
    address = f"data:text/vtt;base64,{base64.b64encode(text.encode()).decode()}"
    page = browser.new_page()
    page.set_content(f'<video><track default src="{address}"></video>')
    page.wait_for_function("() => document.querySelector('track').readyState === 2")
    read = page.evaluate("() => [...document.querySelector('track').track.cues].map(c => [c.startTime, c.endTime])")
    assert read == [[start, end] for start, end, _ in cues(text)]
