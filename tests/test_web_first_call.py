"""The whole product in the browser: `voicesim serve` on a virtual headset, answered by recorded human speech."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")

from playwright.sync_api import Page, Response, expect

from tests.headset_rig import (
    CLIPS,
    LONGEST_WAIT_S,
    WORD_ERRORS_AT_MOST,
    Played,
    Talkative,
    brief_customer,
    clips_of_one_speaker,
    need_headset,
    trainee_who_plays,
    word_errors,
)
from tests.web_browser import CHROMIUM, browsing
from voicesim.backends.virtual_headset import VirtualHeadset
from voicesim.domain import Session
from voicesim.store import Store

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}")


@dataclass
class Seen:
    """What the trainee saw, and what was kept."""

    played: tuple[Played, ...]
    console: list[str] = field(default_factory=list)
    asked_elsewhere: list[str] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    title: str = ""
    scores: dict[str, str] = field(default_factory=dict)
    excerpt: Response | None = None
    session: Session | None = None


def hold_the_call(page: Page, base: str, trainee: Talkative, seen: Seen) -> None:
    """Choose the customer, answer, let the trainee speak, hang up by key."""
    name = brief_customer().persona.name
    page.goto(f"{base}/practice")
    page.get_by_role("button", name=f"Call with {name}").click()
    page.get_by_role("button", name="Let it ring").click()
    page.wait_for_url("**/call")
    page.keyboard.press("Enter")
    expect(page.locator("#talk")).to_be_visible()
    page.keyboard.press("c")
    for number in range(1, CLIPS + 1):
        expect(page.locator("#caption")).not_to_have_text("")
        seen.captions.append(page.locator("#caption").inner_text())
        trainee.wait_for('{"clip"', times=number)
        expect(page.locator("#caption")).not_to_have_text(seen.captions[-1])
    expect(page.locator("#state")).not_to_have_text("The customer is thinking")
    page.keyboard.press("e")
    expect(page.locator("#ended")).to_be_visible()


def look_at_the_scores(page: Page, seen: Seen) -> None:
    """Open what the call came to, and play the first moment a score rests on."""
    page.get_by_role("link", name="See how it went").click()
    page.wait_for_url("**/sessions/*")
    seen.title = page.locator("h1").inner_text()
    for name in ("tone", "pace", "warmth"):
        seen.scores[name] = page.locator(f"#score-{name} .score-number").inner_text().split()[0]
    page.locator("#score-pace summary").click()
    with page.expect_response("**/excerpt.wav*") as asked:
        page.locator("#score-pace [data-excerpt]").first.click()
    seen.excerpt = asked.value


@pytest.fixture(scope="module")
def seen(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    need_headset()
    seen = Seen(clips_of_one_speaker(shared_data))
    data_dir = tmp_path_factory.mktemp("web-call")
    command = ["voicesim", "--data-dir", str(data_dir), "serve", "--port", "0", "--no-open", "--trainee", "Ada"]
    with VirtualHeadset() as headset, browsing() as context:
        expect.set_options(timeout=LONGEST_WAIT_S * 1000)
        trainee = trainee_who_plays(headset, seen.played)
        serve = Talkative(command, headset.customer_environment)
        try:
            serve.wait_for("voicesim is open at ")
            base = serve.lines[-1].split()[4].rstrip("/")
            page = context.new_page()
            page.on("console", lambda said: seen.console.append(said.text) if said.type == "error" else None)
            page.on("pageerror", lambda error: seen.console.append(str(error)))
            page.on("request", lambda one: None if one.url.startswith(base) else seen.asked_elsewhere.append(one.url))
            hold_the_call(page, base, trainee, seen)
            look_at_the_scores(page, seen)
            assert serve.end() == 0, serve.told
        finally:
            serve.process.kill()
            trainee.process.kill()
    with Store(data_dir) as store:
        [summary] = store.list_sessions()
        seen.session = store.session(summary.id)
    yield seen


def test_the_call_is_kept_with_the_words_that_were_spoken(seen: Seen) -> None:
    session = seen.session
    assert session is not None and session.trainee == "Ada" and session.analysis is not None
    heard = session.analysis.transcript
    assert word_errors(seen.played, heard) <= WORD_ERRORS_AT_MOST, heard.text


def test_captions_are_the_lines_the_customer_spoke(seen: Seen) -> None:
    assert seen.session is not None
    assert seen.captions == [turn.line.text for turn in seen.session.turns[:CLIPS]]


def test_the_page_shows_the_scores_that_were_stored(seen: Seen) -> None:
    assert seen.session is not None and seen.session.scores is not None
    assert brief_customer().persona.name in seen.title
    for name, shown in seen.scores.items():
        value = getattr(seen.session.scores, name).value
        assert shown == ("–" if value is None else str(round(value))), name


def test_evidence_plays_its_seconds(seen: Seen) -> None:
    assert seen.excerpt is not None and seen.excerpt.status in (200, 206)
    assert seen.excerpt.headers["content-type"].startswith("audio/")


def test_nothing_fails_in_the_console_and_nothing_is_asked_of_the_internet(seen: Seen) -> None:
    assert seen.console == []
    assert [url for url in seen.asked_elsewhere if not url.startswith(("data:", "blob:"))] == []
