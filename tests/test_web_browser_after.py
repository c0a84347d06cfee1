"""Around a call in a real browser: the page after it, the headset check, the trainer’s desk."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

from playwright.sync_api import Page, expect

from tests.web_browser import CHROMIUM, Site

pytest_plugins = ["tests.web_site"]
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}")


def test_the_style_is_guessed_before_it_is_shown(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/sessions/{site.sessions['main'].id}")
    expect(page.locator("#style-answer")).to_be_hidden()
    page.get_by_label("Analytical").check()
    page.get_by_role("button", name="That is my guess").click()
    expect(page.locator("#style-answer")).to_contain_text("You guessed analytical.")
    expect(page.locator("#style-answer")).to_contain_text("personal")


def test_advice_plays_its_moment(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/sessions/{site.sessions['main'].id}")
    button = page.locator(".advice [data-excerpt]").first
    with page.expect_response(lambda answer: "excerpt.wav" in answer.url) as answer:
        button.click()
    assert answer.value.status in (200, 206)
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")


def test_a_line_is_taken_again_and_stands_beside_the_first(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/sessions/{site.sessions['main'].id}")
    page.locator(".turn [data-retake]").nth(1).click()
    page.get_by_role("button", name="Play the line and listen to me").click()
    expect(page.locator("#retake-end")).to_be_visible()
    page.wait_for_timeout(1500)
    page.get_by_role("button", name="Done").click()
    expect(page.locator("#retake-compare .take")).to_have_count(2)
    expect(page.locator("#retake-compare .take").nth(1)).to_contain_text("I can hear how much this matters to you.")


def test_the_headset_check_says_what_to_change(page: Page, site: Site) -> None:
    page.goto(site.base + "/headset")
    page.locator("#device").select_option("2")
    page.get_by_role("button", name="Use this one").click()
    expect(page.locator("#problem")).to_contain_text("plug it in again or choose another")
    page.locator("#device").select_option("3")
    page.get_by_role("button", name="Use this one").click()
    page.get_by_role("button", name="Measure the room").click()
    expect(page.locator("#quiet-findings")).to_contain_text("find a quieter place")
    page.get_by_role("button", name="Start reading").click()
    page.wait_for_timeout(1200)
    page.get_by_role("button", name="I have finished").click()
    expect(page.locator("#kept")).to_be_visible()


def test_the_desk_finds_words_and_sorts(page: Page, site: Site) -> None:
    page.goto(site.base + "/team")
    expect(page.locator("#insight .moments").first).to_be_visible()
    page.get_by_role("link", name="Warmth").click()
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("Warmth")
    expect(page.locator("td.warmth .number").nth(3)).to_be_visible()
    values = [float(v) for v in page.locator("td.warmth .number").all_inner_texts() if v != "–"]
    assert values == sorted(values, reverse=True) and len(values) > 3
    page.get_by_label("Words said").fill("pram")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("tbody tr").first).to_contain_text("Margaret Doyle")
