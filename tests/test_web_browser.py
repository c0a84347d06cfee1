"""A call as people hold it in the page: by keyboard alone, in several tabs, with faults."""

from __future__ import annotations

import time

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

from playwright.sync_api import BrowserContext, Page, expect

from tests.web_browser import CHROMIUM, Site, press_until, ring
from voicesim.store import SessionQuery
from voicesim.web import live

pytest_plugins = ["tests.web_site"]
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}")


def test_a_whole_call_with_the_keyboard_alone(page: Page, site: Site) -> None:
    page.goto(site.base + "/practice")
    press_until(page, "Skip to the page")
    page.keyboard.press("Enter")
    press_until(page, "Take the call")
    page.keyboard.press("Enter")
    press_until(page, "Let it ring")
    page.keyboard.press("Enter")
    page.wait_for_url("**/call")
    expect(page.locator("#answer")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#state")).to_have_text("Your turn")
    page.keyboard.press("h")
    expect(page.locator("#state")).to_have_text("On hold: the customer is waiting")
    assert site.desk.last is not None and site.desk.last.held
    page.keyboard.press("h")
    page.keyboard.press("m")
    expect(page.locator("#mute")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#caption-box")).to_be_hidden()
    page.keyboard.press("c")
    expect(page.locator("#caption")).to_have_text("Hello? <b>Is anybody</b> there?")
    page.keyboard.press("e")
    expect(page.locator("#ended-text")).to_have_text("You hung up.")
    expect(page.locator("#see")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/sessions/*")
    expect(page.locator("h1")).to_contain_text("Your call with")
    kept = site.store.list_sessions(SessionQuery(trainee="Ana", viewer="Ana", limit=100))
    assert page.url.rsplit("/", 1)[1] in {one.id for one in kept}


def test_single_keys_can_be_switched_off(page: Page, site: Site) -> None:
    ring(page, site)
    page.get_by_role("button", name="Answer").click()
    page.locator("#keys").uncheck()
    page.keyboard.press("m")
    page.wait_for_timeout(200)
    expect(page.locator("#mute")).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Hang up").click()
    expect(page.locator("#ended")).to_be_visible()


def test_a_second_tab_and_a_reload_join_the_same_call(page: Page, site: Site, context: BrowserContext) -> None:
    ring(page, site)
    page.get_by_role("button", name="Answer").click()
    expect(page.locator("#state")).to_have_text("Your turn")
    other = context.new_page()
    other.goto(site.base + "/call")
    expect(other.locator("#state")).to_have_text("Your turn")
    expect(other.locator("#tabs")).to_contain_text("another tab")
    other.goto(site.base + "/practice")
    expect(other.get_by_role("link", name="Go to the call")).to_be_visible()
    other.get_by_role("button", name="Call with Marcus Reid").click()
    other.get_by_role("button", name="Let it ring").click()
    expect(other.locator("#start-problem")).to_contain_text("Claire Dubois is running")
    other.close()
    page.reload()
    expect(page.locator("#state")).to_have_text("Your turn")
    page.get_by_role("button", name="Hang up").click()
    expect(page.locator("#ended-text")).to_have_text("You hung up.")
    page.reload()
    expect(page.locator("#ended-text")).to_have_text("You hung up.")


def test_closing_the_tab_keeps_the_call_and_says_so(
    page: Page, site: Site, context: BrowserContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LEFT_ALONE_S", 0.5)
    tab = context.new_page()
    ring(tab, site)
    tab.get_by_role("button", name="Answer").click()
    expect(tab.locator("#state")).to_have_text("Your turn")
    before = site.store.count_sessions()
    tab.close()
    deadline = time.monotonic() + 20
    while site.store.count_sessions() == before and time.monotonic() < deadline:
        time.sleep(0.1)
    page.goto(site.base + "/call")
    expect(page.locator("#ended-text")).to_contain_text("page was closed during this call")
    expect(page.locator("#see")).to_be_visible()
    assert site.store.count_sessions() == before + 1


def test_an_unplugged_headset_keeps_the_call_and_says_so(page: Page, site: Site) -> None:
    site.desk.longest_s = 0.3
    ring(page, site)
    page.get_by_role("button", name="Answer").click()
    expect(page.locator("#ended-text")).to_contain_text("Test headset was unplugged")
    page.locator("#see").click()
    expect(page.locator(".page-head")).to_contain_text("Everything said until then is kept")


def test_a_headset_that_cannot_be_opened_is_named(page: Page, site: Site) -> None:
    site.desk.fails = "no microphone was found; plug one in"
    ring(page, site)
    page.get_by_role("button", name="Answer").click()
    expect(page.locator("#ended-text")).to_have_text("no microphone was found; plug one in")
    expect(page.locator("#see")).to_be_hidden()
