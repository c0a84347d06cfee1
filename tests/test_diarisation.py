"""Two voices on one channel are told apart; the error rate counts what it should."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from voicesim.audio import read_audio
from voicesim.backends.silero_activity import SileroActivity
from voicesim.diarisation import diarisation_error, diarise
from voicesim.diarisation.clustering import apartness
from voicesim.domain import Recording, Span


def test_the_error_of_the_truth_is_nothing_whichever_way_round() -> None:
    truth = [[Span(0, 1), Span(3, 4)], [Span(1, 2.5)]]
    assert diarisation_error(truth, truth, 5.0).rate == 0.0
    assert diarisation_error(truth, truth[::-1], 5.0).rate == 0.0


def test_missed_false_and_confused_speech_are_counted_apart() -> None:
    truth = [[Span(0, 2)], [Span(2, 4)]]
    assert diarisation_error(truth, [[Span(0, 1)], [Span(2, 4)]], 5.0).missed == pytest.approx(0.25)
    assert diarisation_error(truth, [[Span(0, 2)], [Span(2, 5)]], 5.0).false == pytest.approx(0.25)
    assert diarisation_error(truth, [[Span(0, 3)], [Span(3, 4)]], 5.0).confused == pytest.approx(0.25)
    assert diarisation_error(truth, [[Span(0, 2.1)], [Span(2.1, 4)]], 5.0, collar_s=0.25).rate == 0.0


def test_too_little_speech_is_one_voice() -> None:
    quiet = Recording(np.zeros(32_000, np.float32), 16_000)
    assert diarise(quiet, [Span(0.5, 1.5)]) == ((Span(0.5, 1.5),), ())
    assert diarise(quiet, []) == ((), ())


def test_the_same_sound_in_both_sets_is_not_apart_and_another_is() -> None:
    rng = np.random.default_rng(0)
    one, two, other = (rng.normal(mean, 1.0, (2000, 4)) for mean in (0.0, 0.0, 1.0))
    assert apartness(one, two) < 0
    assert apartness(one, other) > 0.2


def two_readers(shared_data: Path) -> tuple[Recording, list[list[Span]]]:
    clips = sorted((shared_data / "librispeech").glob("*.flac"))
    speakers = sorted({clip.name.split("-")[0] for clip in clips})[:2]
    by_speaker = [[clip for clip in clips if clip.name.startswith(f"{speaker}-")][:5] for speaker in speakers]
    detector, parts, at_s = SileroActivity(), [], 0.0
    truth: list[list[Span]] = [[], []]
    for pair in zip(*by_speaker, strict=True):
        for party, clip in enumerate(pair):
            sound = read_audio(clip)
            truth[party] += [span.shifted(at_s) for span in detector.detect(sound)]
            parts += [sound.samples, np.zeros(8000, np.float32)]
            at_s += sound.duration_s + 0.5
    return Recording(np.concatenate(parts), 16_000), truth


def test_two_readers_are_told_apart_and_the_same_each_time(shared_data: Path) -> None:
    recording, truth = two_readers(shared_data)
    spans = SileroActivity().detect(recording)
    found = diarise(recording, spans)
    assert diarisation_error(truth, found, recording.duration_s).rate < 0.1
    assert diarise(recording, spans) == found
    spoken = sum(span.duration_s for span in spans)
    assert sum(span.duration_s for voice in found for span in voice) == pytest.approx(spoken, rel=0.02)


def test_each_party_of_a_call_alone_stays_one_voice_and_both_together_are_two(shared_data: Path) -> None:
    (path,) = (shared_data / "calls").glob("aws_lca*.wav")
    call = read_audio(path, sample_rate_hz=16_000).slice(Span(0.0, 90.0))
    detector = SileroActivity()
    spans = [detector.detect(call.channel(party)) for party in (0, 1)]
    for party in (0, 1):
        assert diarise(call.channel(party), spans[party]) == (spans[party], ())
    voices = diarise(call.mono(), detector.detect(call.mono()))
    assert diarisation_error(spans, voices, call.duration_s).rate < 0.15
