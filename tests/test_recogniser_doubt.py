"""A recogniser that goes round in circles is asked once more, with more room; the same sound gives the same words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from tests.call_rig import SORRY, said
from voicesim.backends.recogniser_doubt import is_doubtful, most_tokens, says_twice
from voicesim.backends.short_windows import padded_windows, with_short_windows
from voicesim.backends.whisper_transcriber import WhisperTranscriber, load_model, speech_stretches
from voicesim.domain import Recording, Span
from voicesim.telephone import TelephoneLine, telephone


@pytest.mark.parametrize(
    ("said", "twice"),
    [
        ("it was under such circumstances. It was under such circumstances.", True),
        ("no no no no", False),
        ("thank you very much thank you very well", False),
        ("", False),
    ],
)
def test_five_words_said_twice_in_a_row_are_noticed(said: str, twice: bool) -> None:
    assert says_twice(said.split()) is twice
    assert is_doubtful(1.2, -0.3, said.split()) is twice


def test_text_that_compresses_too_well_or_is_improbable_is_doubtful() -> None:
    assert is_doubtful(2.5, -0.2, ["so"]) and is_doubtful(1.2, -1.1, ["so"])
    assert not is_doubtful(2.3, -0.9, ["so"])


def test_nobody_says_more_than_six_tokens_a_second() -> None:
    assert most_tokens(10.0) - most_tokens(0.0) == 60


@dataclass
class Segment:
    text: str
    compression_ratio: float = 1.2
    avg_logprob: float = -0.3

    @property
    def words(self) -> list[Any]:
        @dataclass
        class Heard:
            word: str
            start: float = 0.1
            end: float = 0.4
            probability: float = 0.9

        return [Heard(" " + word) for word in self.text.split()]


@pytest.mark.parametrize(
    ("at_first", "heard"),
    [(Segment("yes"), "yes"), (Segment("la la la", 9.0), "sorry"), (Segment("er", 1.0, -1.5), "sorry")],
)
def test_doubtful_words_are_heard_again_with_padded_windows(
    at_first: Segment, heard: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    transcriber = WhisperTranscriber(load_model(threads=1))
    encode = with_short_windows(_Frames()).encode

    def recognise(*_: object, **options: object) -> dict[str, list[Segment]]:
        frames = encode(np.zeros((80, 3000), dtype=np.float32))
        assert options["temperature"] == 0.0
        return {"segments": [at_first if frames == 1000 else Segment("sorry")]}

    monkeypatch.setattr(transcriber._recognizer, "recognize", recognise)
    assert transcriber.transcribe(Recording(np.zeros(16_000, dtype=np.float32), 16_000)).text == heard


class _Frames:
    """Encodes features to their number."""

    encode: Callable[[np.ndarray], int]

    def __init__(self) -> None:
        self.encode = lambda features: features.shape[-1]


def test_padding_is_given_back_only_where_it_was_asked_for() -> None:
    features, model = np.zeros((80, 3000), dtype=np.float32), with_short_windows(_Frames())
    with padded_windows():
        assert model.encode(features) == 3000
    assert model.encode(features) == 1000


def test_the_same_sound_gives_the_same_words_every_time() -> None:
    """Hard to hear: by telephone and in noise, where recognisers that sample hear something else at each call."""
    line = telephone(said(SORRY), TelephoneLine(noise_db=-32.0), seed=3)
    transcriber = WhisperTranscriber(load_model(threads=1))
    first = transcriber.transcribe(line)
    assert all(transcriber.transcribe(line) == first for _ in range(2))


def test_stretches_take_the_sound_around_them_and_share_a_pause() -> None:
    found = speech_stretches([Span(0.1, 1.0), Span(2.1, 3.0), Span(3.5, 4.0)], 6.0)
    assert [edge for s in found for edge in (s.start_s, s.end_s)] == pytest.approx([0.0, 1.55, 1.55, 4.7])
    assert speech_stretches([], 3.0) == []
