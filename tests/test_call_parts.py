"""The smaller parts of a call: moving results in time, listening ahead, controls, short windows."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.call_rig import ears, said
from tests.conftest import silence
from voicesim.analysis import Sound
from voicesim.backends.short_windows import with_short_windows, without_padding
from voicesim.call import CallControls
from voicesim.call.controls import hanging_up_by_ctrl_c
from voicesim.call.early_ears import EarlyEars
from voicesim.domain import Analysis, Prosody, Recording, Span, Transcript, Word
from voicesim.domain.timeline import shifted
from voicesim.errors import EngineError

RATE_HZ = 16_000


@dataclass(frozen=True)
class Nested:
    span: Span
    spans: tuple[Span, ...]
    pair: tuple[tuple[Span, float], ...]
    word: Word | None
    name: str


@given(offset_s=st.floats(0.0, 1000.0))
def test_every_span_moves_and_nothing_else_does(offset_s: float) -> None:
    one = Span(1.0, 2.0)
    value = Nested(one, (one, Span(3.0, 3.5)), ((one, 150.0),), Word("so", one, 0.9), "kept")
    moved = shifted(value, offset_s)
    there = Span(1.0 + offset_s, 2.0 + offset_s)
    later = Span(3.0 + offset_s, 3.5 + offset_s)
    assert moved == Nested(there, (there, later), ((there, 150.0),), Word("so", there, 0.9), "kept")


def test_contours_move_with_their_times() -> None:
    prosody = Prosody(1.0, np.array([0.0, 0.01]), np.zeros(2), np.zeros(2), None, None, None, None, None, None)
    moved = shifted(prosody, 5.0)
    assert moved.times_s == pytest.approx([5.0, 5.01]) and moved.f0_hz is prosody.f0_hz


def test_transcripts_are_joined_in_order() -> None:
    parts = [Transcript(text, (Word(text, Span(n, n + 1.0)),), "en", "e") for n, text in enumerate(["I", "", "see"])]
    whole = Transcript.joined(parts)
    assert whole.text == "I see" and [word.text for word in whole.words] == ["I", "", "see"]


class Listening:
    """EarlyEars on a recording, counting what is asked of the analyser."""

    def __init__(self, sound: Recording) -> None:
        self.analysed: list[Transcript] = []
        self.heard: list[str] = []
        self.ears = EarlyEars(
            ears().detector, ears().transcriber, self._hear, self._analyse, sound.slice, self.heard.append
        )

    def _hear(self, sound: Recording) -> Sound:
        return sound  # type: ignore[return-value]

    def _analyse(self, _sound: Sound, transcript: Transcript) -> Analysis:
        self.analysed.append(transcript)
        return transcript  # type: ignore[return-value]


def long_reply() -> tuple[Recording, float, float]:
    """Seven seconds of speech, a pause, and some more: the sound, where the first part ends, where the second does."""
    first = said(
        "I have looked at your order, and I can see that the driver could not find the house on Monday morning."
    )
    again = said("I have asked him to try it once more this afternoon.")
    rate_hz = first.sample_rate_hz
    pause = silence(0.5, rate_hz=rate_hz).samples
    samples = np.concatenate([first.samples, pause, first.samples, pause, again.samples, pause])
    first_end_s = (2 * len(first.samples) + len(pause)) / rate_hz
    return Recording(samples, rate_hz), first_end_s, (len(samples) - len(pause)) / rate_hz


def test_a_long_stretch_is_transcribed_once_and_kept_when_the_trainee_goes_on() -> None:
    sound, first_end_s, end_s = long_reply()
    listening = Listening(sound)
    listening.ears.begin(0.1, 0.0)
    listening.ears.pause(first_end_s)
    listening.ears.resume()
    early = listening.ears.finish(end_s)
    listening.ears.close()
    text = early.analysis.text.lower()  # type: ignore[attr-defined]
    assert text.count("monday") == 2 and "afternoon" in text
    assert (early.span.start_s, early.span.end_s) == pytest.approx((0.0, end_s + 0.1))
    words = early.analysis.words  # type: ignore[attr-defined]
    assert all(a.span.start_s <= b.span.start_s for a, b in pairwise(words))
    assert listening.heard[-1].lower() == text


def test_a_right_guess_is_not_worked_out_twice() -> None:
    sound = said("I am so sorry about that.")
    listening = Listening(sound)
    listening.ears.begin(0.0, 0.0)
    told: list[object] = []
    listening.ears.pause(sound.duration_s, told.append)
    assert listening.ears.guessing
    early = listening.ears.finish(sound.duration_s)
    listening.ears.close()
    assert len(listening.analysed) == 1 and told == [early] and not listening.ears.guessing


def test_the_sound_is_measured_beside_the_recogniser() -> None:
    """The recogniser here does not end before the sound was measured: one after the other, neither would end."""
    measured = threading.Event()

    class Waiting:
        name = "waiting"

        def transcribe(self, _recording: Recording, _spans: object = None) -> Transcript:
            assert measured.wait(10.0)
            return Transcript("", (), "en", self.name)

    def hear(sound: Recording) -> Sound:
        measured.set()
        return sound  # type: ignore[return-value]

    def analyse(_sound: Sound, words: Transcript) -> Analysis:
        return words  # type: ignore[return-value]

    sound = said("Hello.")
    early = EarlyEars(ears().detector, Waiting(), hear, analyse, sound.slice, print)
    early.begin(0.0, 0.0)
    assert getattr(early.finish(sound.duration_s).analysis, "engine", None) == "waiting"
    early.close()


@pytest.fixture
def as_in_a_terminal() -> Iterator[None]:
    """Ctrl-C as Python has it in a terminal; programs started in the background inherit it switched off."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("as_in_a_terminal")
def test_the_first_ctrl_c_hangs_up_and_the_second_breaks_in() -> None:
    controls = CallControls()
    with pytest.raises(KeyboardInterrupt), hanging_up_by_ctrl_c(controls):
        signal.raise_signal(signal.SIGINT)
        assert controls.hung_up
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("as_in_a_terminal")
def test_on_another_thread_ctrl_c_is_left_alone() -> None:
    def on_thread() -> None:
        with hanging_up_by_ctrl_c(CallControls()):
            pass

    thread = threading.Thread(target=on_thread)
    thread.start()
    thread.join()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_hold_and_mute_can_be_taken_back() -> None:
    controls = CallControls()
    assert not (controls.on_hold or controls.muted or controls.hung_up)
    controls.set_hold(True)
    controls.set_mute(True)
    assert controls.on_hold and controls.muted
    controls.set_hold(False)
    controls.set_mute(False)
    assert not (controls.on_hold or controls.muted)


@pytest.mark.parametrize(("sounding", "kept"), [(0, 1000), (300, 1000), (900, 1100), (1501, 1702), (3000, 3000)])
def test_windows_are_cut_behind_the_sound(sounding: int, kept: int) -> None:
    features = np.zeros((80, 3000), dtype=np.float32)
    features[:, :sounding] = 0.5
    cut = without_padding(features)
    assert cut.shape == (80, kept) and np.array_equal(cut, features[:, :kept])
    batch = np.zeros((2, 80, 3000), dtype=np.float32)
    assert without_padding(batch) is batch


def test_the_model_encodes_only_what_is_left() -> None:
    @dataclass
    class Model:
        frames: int = 0

        def encode(self, features: np.ndarray) -> str:
            self.frames = features.shape[-1]
            return "encoded"

    model = with_short_windows(Model())
    assert model.encode(np.zeros((80, 3000), dtype=np.float32)) == "encoded" and model.frames == 1000


class FailingTranscriber:
    """Fails at everything."""

    name = "failing"

    def transcribe(self, recording: Recording, spans: object = None) -> Transcript:
        raise EngineError("failed")


def test_a_reply_that_cannot_be_transcribed_is_an_error_for_the_caller() -> None:
    sound = said("Hello.")
    hear = Listening(sound)._hear
    early = EarlyEars(ears().detector, FailingTranscriber(), hear, lambda *_: pytest.fail("called"), sound.slice, print)
    early.begin(0.0, 0.0)
    with pytest.raises(EngineError, match="failed"):
        early.finish(0.5)
    early.close()
