"""A stored call is made private and shared again from the page of its own trainee."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

from playwright.sync_api import Page, expect

from tests.web_browser import CHROMIUM, Site
from tests.web_fixtures import make_call
from voicesim.customer.scenarios import shipped_scenarios

pytest_plugins = ["tests.web_site"]
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}")


def test_a_call_is_made_private_and_shared_again_by_keyboard_and_the_desk_follows(page: Page, site: Site) -> None:
    session = make_call(site.store, "20261120-1000-own", shipped_scenarios()[0], trainee="Ana", turns=2)
    on_the_desk = page.locator(f"a[href*='{session.id}']")
    page.goto(f"{site.base}/sessions/{session.id}")
    choice = page.get_by_role("checkbox", name="Private practice", exact=True)
    expect(choice).to_be_enabled()
    expect(choice).not_to_be_checked()
    expect(choice).to_have_accessible_description("The trainer’s desk does not show a private call.")
    for _ in range(30):
        if choice.evaluate("box => box === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(choice).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("status").filter(has_text="Private now")).to_be_visible()
    expect(choice).to_be_focused()
    assert site.store.session(session.id).private
    page.goto(site.base + "/team")
    expect(on_the_desk).to_have_count(0)
    page.goto(f"{site.base}/sessions/{session.id}")
    expect(choice).to_be_checked()
    choice.uncheck()
    expect(page.get_by_role("status").filter(has_text="Shared now")).to_be_visible()
    assert not site.store.session(session.id).private
    page.goto(site.base + "/team")
    expect(on_the_desk.first).to_be_visible()


def test_no_one_elses_call_and_no_recorded_call_offers_it(page: Page, site: Site) -> None:
    for session in (
        make_call(site.store, "20261120-1001-ben", shipped_scenarios()[0], trainee="Ben", turns=2),
        site.sessions["batch"],
    ):
        page.goto(f"{site.base}/sessions/{session.id}")
        expect(page.get_by_role("heading", level=1)).to_contain_text(session.trainee)
        expect(page.get_by_label("Private practice")).to_have_count(0)


def test_a_change_that_was_refused_is_said_and_taken_back(page: Page, site: Site) -> None:
    session = make_call(site.store, "20261120-1002-own", shipped_scenarios()[0], trainee="Ana", turns=2)
    page.goto(f"{site.base}/sessions/{session.id}")
    choice = page.get_by_role("checkbox", name="Private practice", exact=True)
    page.route("**/private", lambda route: route.fulfill(status=400, json={"error": "the disk is full"}))
    choice.click()
    expect(page.get_by_role("status").filter(has_text="the disk is full")).to_be_visible()
    expect(choice).not_to_be_checked()
    assert not site.store.session(session.id).private
