"""Whole calls on the simulated headset, with real voices and real ears, from question to answer to the end."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.call_rig import RAMBLE, SORRY, TODAY, Watched, call, late_parcel, said
from voicesim.analysis import rescore
from voicesim.audio import read_audio
from voicesim.backends.simulated_line import SimulatedLine
from voicesim.call import CallState
from voicesim.domain import Ending, Session, Span
from voicesim.engines import open_speaker
from voicesim.scoring import load_rubric


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Session, Watched, Path]:
    """A call in which both questions are answered."""
    folder = tmp_path_factory.mktemp("answered")
    session, watched = call(folder, [SORRY, TODAY])
    return session, watched, folder


def test_a_call_goes_from_question_to_answer_to_its_end(answered: tuple[Session, Watched, Path]) -> None:
    session, _, _ = answered
    assert session.ending.ending is Ending.RESOLVED
    assert [turn.line.beat for turn in session.turns] == ["late", "when", "resolved"]
    said_words = [turn.analysis.transcript.text.lower() if turn.analysis else "" for turn in session.turns]
    assert "sorry" in said_words[0] and "today" in said_words[1] and said_words[2] == ""
    assert session.turns[2].reply_span is None
    assert session.scores is not None and session.scenario == late_parcel()


def test_spans_are_where_the_sound_is(answered: tuple[Session, Watched, Path]) -> None:
    session, _, folder = answered
    recording = read_audio(folder / (session.recording_path or ""))
    assert recording.channels == 2 and recording.duration_s == pytest.approx(session.duration_s, abs=0.01)
    for turn, text in zip(session.turns, [SORRY, TODAY], strict=False):
        assert turn.reply_span is not None
        assert turn.reply_span.duration_s == pytest.approx(said(text).duration_s, abs=0.4)
        assert 0.6 < (turn.response_gap_s or 0.0) < 1.4  # the simulated trainee answers after 0.9 s
        for channel, span, other in (
            (0, turn.customer_span, turn.reply_span),
            (1, turn.reply_span, turn.customer_span),
        ):
            own = np.std(recording.channel(channel).slice(span).samples)
            assert own > 10 * np.std(recording.channel(channel).slice(other).samples)


def test_everything_measured_is_on_the_calls_timeline(answered: tuple[Session, Watched, Path]) -> None:
    session, _, _ = answered
    for turn in session.turns[:2]:
        assert turn.analysis is not None and turn.reply_span is not None
        around = Span(turn.reply_span.start_s - 0.5, turn.reply_span.end_s + 0.5)
        spans = [word.span for word in turn.analysis.transcript.words]
        spans += [finding.span for finding in turn.analysis.wording.findings]
        spans += [change.span for change in turn.changes if change.span is not None]
        spans += list(turn.analysis.spans)
        assert len(spans) > 8
        assert all(around.start_s <= span.start_s and span.end_s <= around.end_s for span in spans)
    assert session.analysis is not None
    words = [word.text for turn in session.turns if turn.analysis for word in turn.analysis.transcript.words]
    assert [word.text for word in session.analysis.transcript.words] == words
    assert session.timing is not None and len(session.timing.trainee_turns) == 2


def test_scored_again_by_the_same_rubric_a_call_has_the_same_scores(answered: tuple[Session, Watched, Path]) -> None:
    session, _, _ = answered
    assert session.scores is not None
    assert rescore(session, load_rubric()) == session.scores
    assert "rate_to_customer" in [evidence.measure for evidence in session.scores.pace.evidence]


def test_the_call_is_told_while_it_runs(answered: tuple[Session, Watched, Path]) -> None:
    session, watched, _ = answered
    assert watched.states == [
        CallState.CONNECTING,
        *(CallState.CUSTOMER_SPEAKING, CallState.LISTENING, CallState.TRAINEE_SPEAKING, CallState.THINKING) * 2,
        CallState.CUSTOMER_SPEAKING,
        CallState.FINISHING,
        CallState.ENDED,
    ]
    assert watched.lines == [turn.line for turn in session.turns]
    assert tuple(watched.turns) == session.turns
    assert any("sorry" in text.lower() for text in watched.words)
    assert len(watched.levels_db) == pytest.approx(session.duration_s / 0.096, abs=2)
    assert max(watched.levels_db) > -30 and min(watched.levels_db) < -60
    assert watched.notices == []


def test_the_same_call_runs_the_same_way_twice(answered: tuple[Session, Watched, Path], tmp_path: Path) -> None:
    session, _, folder = answered
    again, _ = call(tmp_path, [SORRY, TODAY])
    assert [turn.mood_after for turn in again.turns] == [turn.mood_after for turn in session.turns]
    assert [turn.reply_span for turn in again.turns] == [turn.reply_span for turn in session.turns]
    first, second = (read_audio(f / "recordings" / "call-1.flac").samples for f in (folder, tmp_path))
    assert np.array_equal(first, second)


def test_silence_is_asked_about_and_then_hung_up_on(tmp_path: Path) -> None:
    session, _ = call(tmp_path, [])
    assert session.ending.ending is Ending.HUNG_UP
    assert [turn.line.beat for turn in session.turns] == ["late", "prompt", "prompt", "prompt", "hung_up"]
    assert all(turn.reply_span is None and turn.analysis is None for turn in session.turns)
    assert session.scores is not None
    for score in (session.scores.tone, session.scores.pace, session.scores.warmth):
        assert score.value is None and score.reason


def talk_over(text: str, from_s: float) -> tuple[list[float], object]:
    begun: list[float] = []

    def at_block(line: SimulatedLine) -> None:
        if not begun and line.now_s >= from_s:
            begun.append(line.now_s)
            line.say(said(text))

    return begun, at_block


def test_talked_over_the_customer_stops_and_minds(tmp_path: Path) -> None:
    begun, at_block = talk_over(SORRY, 0.3)
    customer = late_parcel()
    customer = replace(
        customer, persona=replace(customer.persona, voice="woman_middle")
    )  # the trainee's own is an echo
    voiced = open_speaker(customer.persona)
    session, _ = call(tmp_path, [TODAY, TODAY], scenario=customer, speaks=voiced, at_block=at_block)  # type: ignore[arg-type]
    first = session.turns[0]
    assert first.customer_span.end_s == pytest.approx(begun[0] + 0.6, abs=0.3)
    assert first.reply_span is not None and first.reply_span.start_s < first.customer_span.end_s
    assert first.response_gap_s is not None and first.response_gap_s < 0
    assert "talked_over" in [change.behaviour for change in first.changes]
    assert first.analysis is not None and "sorry" in first.analysis.transcript.text.lower()


def test_a_backchannel_does_not_stop_the_customer(tmp_path: Path) -> None:
    _, at_block = talk_over("Yes.", 0.5)
    session, _ = call(tmp_path, [SORRY, TODAY], at_block=at_block)  # type: ignore[arg-type]
    assert session.turns[0].customer_span.duration_s > 1.0
    assert "talked_over" not in [change.behaviour for change in session.turns[0].changes]


def test_an_angry_customer_breaks_into_a_ramble(tmp_path: Path) -> None:
    session, _ = call(tmp_path, [RAMBLE, None, None, None], scenario=late_parcel(anger=0.85, hurry=0.9))
    broken, after = session.turns[0], session.turns[1]
    assert after.line.beat == "interruption"
    assert broken.reply_span is not None and broken.analysis is None
    assert after.customer_span.start_s == pytest.approx(broken.reply_span.end_s, abs=0.8)
    assert after.analysis is not None and "depot" in after.analysis.transcript.text.lower()
    assert session.timing is not None and session.timing.overlaps
    assert session.timing.overlaps[0].by == "customer"
