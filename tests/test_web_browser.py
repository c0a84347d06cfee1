"""The page as people use it, in a real browser: a call by keyboard alone, tabs and faults, the replay, judging."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.web_browser import CHROMIUM, browsing
from tests.web_server import serving
from tests.web_stages import StagedDesk, staged_parts
from tests.web_story import fill_demo
from voicesim.domain import Session
from voicesim.store import SessionQuery, Store
from voicesim.web import live

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}")
expect.set_options(timeout=15_000)


@dataclass(frozen=True)
class Site:
    """The page served for these tests."""

    base: str
    store: Store
    desk: StagedDesk
    sessions: dict[str, Session]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Store(tmp_path_factory.mktemp("web")) as store:
        sessions = fill_demo(store, history=3)
        parts = staged_parts(store)
        assert isinstance(parts.desk, StagedDesk)
        with serving(parts) as base:
            yield Site(base, store, parts.desk, sessions)


@pytest.fixture(scope="module")
def context() -> Iterator[BrowserContext]:
    with browsing() as opened:
        yield opened


@pytest.fixture
def page(context: BrowserContext, site: Site) -> Iterator[Page]:
    """A tab; any error on its console fails the test, but for requests the page refused and explained."""
    said: list[str] = []
    opened = context.new_page()
    opened.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: said.append(str(error)))
    site.desk.fails, site.desk.longest_s = None, 60.0
    yield opened
    opened.close()
    assert [text for text in said if "status of 400" not in text] == []


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
