"""Hold, mute, hanging up, and all that can fail on a line: the call goes on, or what was said is kept."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.call_rig import SORRY, TODAY, Watched, call, ears, late_parcel, speaker
from voicesim.audio import read_audio
from voicesim.backends.simulated_line import SimulatedLine
from voicesim.call import CallControls, CallSetup, CallState, run_call, wrapping_up
from voicesim.domain import CustomerLine, Ending, Recording, Span, Transcript
from voicesim.errors import DeviceError, EngineError
from voicesim.ports import LineBlock
from voicesim.scoring import load_rubric


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
