"""Whole calls on the simulated headset: real voices, real ears, and everything that can happen on a line."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.call_rig import RAMBLE, SORRY, TODAY, Watched, call, ears, late_parcel, said, speaker
from voicesim.analysis import rescore
from voicesim.audio import read_audio
from voicesim.backends.simulated_line import SimulatedLine
from voicesim.call import CallControls, CallSetup, CallState, run_call, wrapping_up
from voicesim.domain import CustomerLine, Ending, Recording, Session, Span, Transcript
from voicesim.engines import open_speaker
from voicesim.errors import DeviceError, EngineError
from voicesim.ports import LineBlock
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


def stop_at(when_s: float, controls: CallControls | None) -> object:
    def at_block(line: SimulatedLine) -> None:
        if line.now_s >= when_s:
            if controls is None:
                signal.raise_signal(signal.SIGINT)
            else:
                controls.hang_up()

    return at_block


@pytest.mark.parametrize("by_button", [True, False])
def test_hanging_up_keeps_what_was_said(tmp_path: Path, by_button: bool) -> None:
    controls = CallControls() if by_button else None
    at_block = stop_at(6.0, controls)
    session, _ = call(tmp_path, [SORRY], at_block=at_block, controls=controls)  # type: ignore[arg-type]
    assert session.ending.ending is Ending.LEFT
    assert session.duration_s == pytest.approx(6.0, abs=0.1)
    assert session.turns[0].analysis is not None and "sorry" in session.turns[0].analysis.transcript.text.lower()
    assert session.turns[0].changes == ()
    assert read_audio(tmp_path / (session.recording_path or "")).duration_s == pytest.approx(6.0, abs=0.1)


def test_unplugged_mid_call_ends_the_call_and_keeps_it(tmp_path: Path) -> None:
    session, watched = call(tmp_path, [SORRY], unplug_at_s=6.0)
    assert session.ending.ending is Ending.LOST and "unplugged" in session.ending.detail
    assert watched.notices == []  # the ending itself says why; told once is enough
    assert session.analysis is not None and "sorry" in session.analysis.transcript.text.lower()


def test_a_line_that_never_gives_sound_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match="unplugged"):
        call(tmp_path, [SORRY], unplug_at_s=0.0)
    assert list(tmp_path.rglob("*.flac")) == []


def test_muted_nothing_is_heard_or_recorded(tmp_path: Path) -> None:
    controls = CallControls()
    controls.set_mute(True)
    session, _ = call(tmp_path, [SORRY], controls=controls, at_block=stop_at(9.0, controls))  # type: ignore[arg-type]
    recording = read_audio(tmp_path / (session.recording_path or ""))
    assert not recording.channel(1).samples.any() and recording.channel(0).samples.any()
    assert session.turns[0].reply_span is None


def test_on_hold_the_customer_waits_and_is_told_nothing(tmp_path: Path) -> None:
    controls = CallControls()

    def at_block(line: SimulatedLine) -> None:
        controls.set_hold(3.0 <= line.now_s < 15.0)
        if line.now_s >= 22.0:
            controls.hang_up()

    session, watched = call(tmp_path, [None, SORRY], controls=controls, at_block=at_block)
    assert CallState.ON_HOLD in watched.states
    assert [turn.line.beat for turn in session.turns][:2] == ["late", "prompt"]
    assert session.turns[1].customer_span.start_s > 15.0
    assert session.timing is not None and all(gap.announced for gap in session.timing.dead_air if gap.span.start_s < 15)


class FailsAt:
    """A customer's voice that fails at one beat."""

    def __init__(self, beat: str) -> None:
        self._beat = beat

    def pieces(self, line: CustomerLine) -> Iterator[Recording]:
        if line.beat == self._beat:
            raise EngineError("the voice has failed")
        return speaker().pieces(line)

    def prepare(self, lines: object) -> None:
        """Nothing is rendered ahead."""


def test_a_voice_that_fails_at_one_line_does_not_end_the_call(tmp_path: Path) -> None:
    session, watched = call(tmp_path, [SORRY, TODAY], speaks=FailsAt("when"))
    assert watched.notices == ["the voice has failed"]
    assert [turn.line.beat for turn in session.turns][:3] == ["late", "when", "prompt"]


class FailsUntilNoticed:
    """A recogniser that fails until the trainee was told so."""

    name = "failing"

    def __init__(self, watched: Watched) -> None:
        self._watched = watched

    def transcribe(self, recording: Recording, spans: object = None) -> Transcript:
        if not self._watched.notices:
            raise EngineError("the recogniser has failed")
        return ears().transcriber.transcribe(recording, spans)  # type: ignore[arg-type]


def test_a_recogniser_that_fails_at_one_reply_does_not_end_the_call(tmp_path: Path) -> None:
    watched = Watched()
    failing = replace(ears(), transcriber=FailsUntilNoticed(watched))
    session, _ = call(tmp_path, ["I am so sorry.", SORRY, TODAY], hears=failing, watched=watched)
    assert watched.notices == ["this reply could not be analysed: the recogniser has failed"]
    assert session.turns[0].reply_span is not None and session.turns[0].analysis is None
    assert [turn.line.beat for turn in session.turns] == ["late", "prompt", "when", "resolved"]
    assert session.ending.ending is Ending.RESOLVED


class Lossy(SimulatedLine):
    """A headset that drops sound all the time."""

    def next_block(self) -> LineBlock:
        return replace(super().next_block(), lost=True)


def test_lost_sound_is_told_once(tmp_path: Path) -> None:
    controls, watched = CallControls(), Watched()
    line = Lossy(iter(()), at_block=stop_at(2.0, controls))  # type: ignore[arg-type]
    setup = CallSetup("Ada", load_rubric(), tmp_path / "recordings" / "call.flac")
    run_call(late_parcel(), line, ears(), speaker(), setup, controls=controls, observer=watched)
    assert watched.notices == ["simulated headset: sound is being lost; close other busy programs"]


class FailsFrom:
    """A detector of speech that fails after so many blocks of 32 ms."""

    def __init__(self, blocks: int) -> None:
        self._left = blocks

    def detect(self, recording: Recording) -> tuple[Span, ...]:
        return ears().detector.detect(recording)

    def listener(self, sample_rate_hz: int) -> Callable[[NDArray[np.float32]], float]:
        listen = ears().detector.listener(sample_rate_hz)

        def fail_later(samples: NDArray[np.float32]) -> float:
            self._left -= 1
            if self._left < 0:
                raise EngineError("the detector has failed")
            return listen(samples)

        return fail_later


def test_an_engine_that_fails_mid_call_ends_the_call_and_keeps_it(tmp_path: Path) -> None:
    session, _ = call(tmp_path, [SORRY], hears=replace(ears(), detector=FailsFrom(240)))
    assert session.ending.ending is Ending.LOST and session.ending.detail == "the detector has failed"
    assert session.turns[0].analysis is not None and session.duration_s > 2.0
    assert read_audio(tmp_path / (session.recording_path or "")).duration_s == pytest.approx(session.duration_s)


def test_a_second_ctrl_c_does_not_wait_for_the_last_reply_and_keeps_the_call(tmp_path: Path) -> None:
    def at_block(line: SimulatedLine) -> None:
        if line.now_s >= 6.0:
            raise KeyboardInterrupt

    session, _ = call(tmp_path, [SORRY], at_block=at_block)
    assert session.ending.ending is Ending.LEFT
    assert session.turns[0].reply_span is not None and session.turns[0].analysis is None
    assert session.duration_s == pytest.approx(6.0, abs=0.1)


class ImpatientAtTheEnd(Watched):
    """Presses Ctrl-C again while the whole call is being measured."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self._monkeypatch = monkeypatch

    def on_state(self, state: CallState) -> None:
        super().on_state(state)
        if state is CallState.FINISHING:
            self._monkeypatch.setattr(wrapping_up, "analyse", self._interrupted)

    def _interrupted(self, *_: object, **__: object) -> None:
        raise KeyboardInterrupt


def test_ctrl_c_while_the_call_is_scored_keeps_the_measures_of_its_replies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, _ = call(tmp_path, [SORRY, TODAY], watched=ImpatientAtTheEnd(monkeypatch))
    assert session.ending.ending is Ending.RESOLVED and "broken off" in session.ending.detail
    assert session.scores is None and all(turn.analysis is not None for turn in session.turns[:2])
