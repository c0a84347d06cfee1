"""The replay in a real browser: evidence, words and waveform move the player; trainers judge."""

from __future__ import annotations

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

from playwright.sync_api import Page, Route, expect

from tests.web_browser import CHROMIUM, Site, until

pytest_plugins = ["tests.web_site"]
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}")


def test_evidence_jumps_the_player_to_its_seconds(page: Page, site: Site) -> None:
    session = site.sessions["main"]
    assert session.scores is not None
    span = session.scores.pace.evidence[0].span
    assert span is not None
    page.goto(f"{site.base}/sessions/{session.id}/replay")
    until(page, "document.getElementById('audio').readyState >= 1")
    page.locator(".judge-score.pace [data-jump]").first.click()
    until(page, "!document.getElementById('audio').paused")
    page.get_by_role("button", name="Pause").click()
    time_s = page.evaluate("document.getElementById('audio').currentTime")
    assert span.start_s - 0.05 <= time_s <= span.start_s + 5
    word = page.locator("#transcript .spoken")
    expect(word).to_have_count(1)
    said = page.evaluate("document.querySelector('#transcript .said.now').dataset.line")
    assert said is not None


def test_the_transcript_follows_word_by_word_and_a_word_seeks(page: Page, site: Site) -> None:
    session = site.sessions["main"]
    assert session.analysis is not None
    word = session.analysis.transcript.words[10]
    page.goto(f"{site.base}/sessions/{session.id}/replay")
    until(page, "document.getElementById('audio').readyState >= 1")
    page.locator(f"[data-w='{round(word.span.start_s, 2):g}']").click()
    expect(page.locator("#transcript .spoken")).to_have_text(word.text)
    time_s = page.evaluate("document.getElementById('audio').currentTime")
    assert time_s == pytest.approx(word.span.start_s, abs=0.05)


def test_speed_keeps_the_pitch_and_one_voice_can_be_heard_alone(page: Page, site: Site) -> None:
    page.goto(f"{site.base}/sessions/{site.sessions['main'].id}/replay")
    until(page, "document.getElementById('audio').readyState >= 1")
    page.locator("#speed").select_option("2")
    page.locator("#hear").select_option("trainee")
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, "document.getElementById('audio').currentTime > 0.2")
    state = page.evaluate("(a => [a.playbackRate, a.preservesPitch])(document.getElementById('audio'))")
    assert state == [2, True]


def test_clicking_and_dragging_the_waveform_moves_the_player(page: Page, site: Site) -> None:
    session = site.sessions["main"]
    page.goto(f"{site.base}/sessions/{session.id}/replay")
    until(page, "document.getElementById('audio').readyState >= 1")
    page.locator("#overview").scroll_into_view_if_needed()
    box = page.locator("#overview").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 10)
    page.mouse.up()
    until(page, "!document.getElementById('audio').paused")
    page.get_by_role("button", name="Pause").click()
    time_s = page.evaluate("document.getElementById('audio').currentTime")
    assert session.duration_s * 0.5 - 0.5 <= time_s <= session.duration_s * 0.5 + 5


def test_a_comment_cannot_be_sent_before_somebody_listens_and_is_not_lost(page: Page, site: Site) -> None:
    held: list[Route] = []
    page.route("**/static/replay.js", lambda route: held.append(route))
    with page.expect_request("**/static/replay.js"):
        page.goto(f"{site.base}/sessions/{site.sessions['earlier'].id}/replay", wait_until="commit")
    page.get_by_label("Comment", exact=True).fill("Said before the page was ready.")
    send = page.get_by_role("button", name="Comment", exact=True)
    expect(send).to_be_disabled()
    held[0].continue_()
    expect(send).to_be_enabled()
    expect(page.get_by_label("Comment", exact=True)).to_have_value("Said before the page was ready.")


def test_an_override_and_a_comment_are_seen_by_the_trainee(page: Page, site: Site) -> None:
    session = site.sessions["earlier"]
    page.goto(f"{site.base}/sessions/{session.id}/replay")
    page.get_by_role("button", name="Change tone").click()
    page.get_by_label("Your value").fill("62")
    page.get_by_label("Why").fill("Heated at first, but <b>even</b> after a minute.")
    page.get_by_role("button", name="Change it").click()
    expect(page.locator(".judge-score.tone .judge-value")).to_have_text("62")
    expect(page.locator(".judge-score.overall")).to_contain_text("Includes tone given by Ana (measured 51)")
    page.locator("[data-jump]").first.click()
    page.get_by_label("Comment", exact=True).fill("Listen to her breath here.")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator("#notes")).to_contain_text("Listen to her breath here.")
    page.goto(f"{site.base}/sessions/{session.id}")
    tone = page.locator("#score-tone")
    expect(tone).to_contain_text("62")
    expect(tone).to_contain_text("Given by Ana (measured 51): Heated at first, but <b>even</b> after a minute.")
    expect(page.locator("#judgements")).to_contain_text("Listen to her breath here.")
