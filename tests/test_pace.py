"""Rates and pauses of made-up speech with known words, and of real speech with known words where it is at hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicesim.domain import Recording, Span, Transcript, Word
from voicesim.pace import measure_pace
from voicesim.pace.fillers import find_fillers, is_filler
from voicesim.pace.nuclei import count_nuclei
from voicesim.pace.pausing import spoken_stretches

RATE_HZ = 16_000


def said(*spans: Span, confidence: float | None = 0.9, text: str = "letter") -> Transcript:
    words = tuple(Word(text, span, confidence) for span in spans)
    return Transcript(" ".join(w.text for w in words), words, "en", "test")


def evenly(count: int, start_s: float, end_s: float, confidence: float | None = 0.9) -> Transcript:
    step = (end_s - start_s) / count
    return said(*(Span(start_s + i * step, start_s + (i + 1) * step) for i in range(count)), confidence=confidence)


def pulses(spans: list[tuple[float, float]], *, per_s: float = 5.0, duration_s: float = 10.0) -> Recording:
    """A buzzing voice that opens and closes `per_s` times a second inside spans: syllables of known number."""
    times = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    voice = sum(np.sin(2 * np.pi * 120 * k * times) / k for k in range(1, 25))
    gate = np.zeros(len(times))
    for start, end in spans:
        inside = (times >= start) & (times < end)
        gate[inside] = 0.02 + np.sin(np.pi * per_s * (times[inside] - start)) ** 2
    return Recording((0.1 * voice * gate).astype(np.float32), RATE_HZ)


def test_words_a_minute_of_speaking_time_leave_listening_out() -> None:
    transcript = Transcript("", evenly(20, 0, 10).words + evenly(10, 30, 35).words, "en", "test")
    pace = measure_pace(transcript, [Span(0, 10), Span(30, 35)])
    assert pace.speaking_s == pytest.approx(15) and pace.words == 30
    assert pace.speech_rate_wpm == pytest.approx(120)


def test_short_pauses_slow_the_speech_rate_and_not_the_articulation_rate() -> None:
    fluent = measure_pace(evenly(20, 0, 8), [Span(0, 8)])
    halting = measure_pace(evenly(20, 0, 10), [Span(0, 4), Span(4.8, 6), Span(6.8, 10)])
    assert (halting.speech_rate_wpm or 0) < (fluent.speech_rate_wpm or 0)
    assert halting.articulation_rate_sps == pytest.approx(40 / 8.4)
    assert halting.pauses == (Span(4, 4.8), Span(6, 6.8))
    assert halting.pause_share == pytest.approx(0.16)


@settings(deadline=None)
@given(st.floats(0.3, 2.0))
def test_no_hairs_breadth_of_a_pause_moves_the_rate_by_much(pause_s: float) -> None:
    def rate_wpm(longer_s: float) -> float:
        later_s = 10 + pause_s + longer_s
        words = evenly(25, 0, 10).words + evenly(25, later_s, later_s + 10).words
        return (
            measure_pace(
                Transcript("", words, "en", "test"), [Span(0, 10), Span(later_s, later_s + 10)]
            ).speech_rate_wpm
            or 0
        )

    assert rate_wpm(0.02) == pytest.approx(rate_wpm(0.0), rel=0.005)


def test_words_in_silence_are_inventions_and_do_not_count() -> None:
    transcript = Transcript("", evenly(10, 0, 5).words + evenly(50, 20, 25).words, "en", "test")
    assert measure_pace(transcript, [Span(0, 5)]).words == 10


def test_nothing_is_zero_that_was_not_measured() -> None:
    pace = measure_pace(said(), [])
    assert (pace.words, pace.speech_rate_wpm, pace.articulation_rate_sps, pace.syllables) == (None,) * 4
    assert pace.reason == "no speech was detected"


def test_where_the_recogniser_is_unsure_syllables_are_counted_in_the_sound() -> None:
    recording = pulses([(0.5, 4.5), (5.5, 9.5)])
    pace = measure_pace(evenly(5, 0.5, 9.5, confidence=0.3), [Span(0.5, 4.5), Span(5.5, 9.5)], recording)
    assert pace.speech_rate_wpm is None and "unsure" in (pace.reason or "")
    assert pace.syllables_from == "sound"
    assert pace.articulation_rate_sps == pytest.approx(5.0, rel=0.1)


@pytest.mark.parametrize("per_s", [3.0, 5.0, 7.0])
def test_syllables_of_a_pulsing_voice(per_s: float) -> None:
    assert count_nuclei(pulses([(0.0, 10.0)], per_s=per_s), [Span(0, 10)]) == pytest.approx(10 * per_s, rel=0.05)


def test_bursts_show_in_the_course_of_the_rate() -> None:
    transcript = Transcript("", evenly(40, 0, 20).words + evenly(60, 20, 40).words, "en", "test")
    course = measure_pace(transcript, [Span(0, 40)]).rate_course
    first, last = course[0], next(rate for span, rate in course if span.start_s >= 20)
    assert first[1] == pytest.approx(120, rel=0.1) and last == pytest.approx(180, rel=0.1)


@settings(deadline=None)
@given(st.integers(5, 60), st.floats(1.05, 3))
def test_the_same_words_in_less_time_are_faster(count: int, factor: float) -> None:
    slow = measure_pace(evenly(count, 0, 20), [Span(0, 20)])
    fast = measure_pace(evenly(count, 0, 20 / factor), [Span(0, 20 / factor)])
    assert (fast.speech_rate_wpm or 0) == pytest.approx(factor * (slow.speech_rate_wpm or 0))


@settings(deadline=None)
@given(st.floats(0, 300))
def test_a_later_start_changes_no_rate(later_s: float) -> None:
    now = measure_pace(evenly(30, 0, 12), [Span(0, 5), Span(5.5, 12)])
    later = measure_pace(
        evenly(30, 0, 12).shifted(later_s), [Span(0, 5).shifted(later_s), Span(5.5, 12).shifted(later_s)]
    )
    assert later.speech_rate_wpm == pytest.approx(now.speech_rate_wpm)
    assert later.articulation_rate_sps == pytest.approx(now.articulation_rate_sps)


@pytest.mark.parametrize("gain_db", [-12.0, 12.0])
def test_a_louder_microphone_changes_no_edge(gain_db: float) -> None:
    recording = pulses([(1.0, 4.0), (5.0, 8.0)])
    louder = Recording(recording.samples * np.float32(10 ** (gain_db / 20)), RATE_HZ)
    spans = [Span(0.9, 4.1), Span(4.9, 8.1)]
    assert spoken_stretches(louder, spans) == spoken_stretches(recording, spans)


def test_edges_move_to_where_the_sound_is() -> None:
    found = spoken_stretches(pulses([(1.0, 4.0), (5.0, 8.0)]), [Span(0.5, 8.6)])
    assert len(found) == 2
    for span, (start, end) in zip(found, [(1.0, 4.0), (5.0, 8.0)], strict=True):
        assert span.start_s == pytest.approx(start, abs=0.08) and span.end_s == pytest.approx(end, abs=0.08)


def hissing(recording: Recording, spans: list[tuple[float, float]], db_below: float) -> Recording:
    """Noise above 2 kHz inside spans, so much below the loudest sample: what a telephone leaves of an "s"."""
    from scipy.signal import butter, sosfilt

    noise = sosfilt(butter(6, 2000, "high", fs=RATE_HZ, output="sos"), np.random.default_rng(0).normal(size=160_000))
    times = np.arange(len(noise)) / RATE_HZ
    gate = np.any([(times >= start) & (times < end) for start, end in spans], axis=0)
    level = np.abs(recording.samples).max() * 10 ** (-db_below / 20)
    return Recording((recording.samples + level * gate * noise).astype(np.float32), RATE_HZ)


def test_a_weak_s_at_the_end_of_a_word_belongs_to_it() -> None:
    voice = pulses([(1.0, 4.0), (5.0, 8.0)])
    (_, last) = spoken_stretches(hissing(voice, [(7.95, 8.25)], 45.0), [Span(0.9, 4.1), Span(4.9, 8.1)])
    assert last.end_s == pytest.approx(8.25, abs=0.06)


@pytest.mark.parametrize("db_below", [30.0, 40.0, 50.0])
def test_a_steady_hiss_is_no_speech(db_below: float) -> None:
    voice = pulses([(1.0, 4.0), (5.0, 8.0)])
    found = spoken_stretches(hissing(voice, [(0.0, 10.0)], db_below), [Span(0.9, 4.3), Span(4.7, 8.3)])
    assert [round(edge, 1) for span in found for edge in (span.start_s, span.end_s)] == pytest.approx([1, 4, 5, 8])


@pytest.mark.parametrize("fall", [0.0, 0.5])
def test_noise_twenty_decibels_below_takes_no_speaking_time(fall: float) -> None:
    """White and pink noise below speech with soft sounds in it, up to 18 dB under its vowels."""
    voice = pulses([(1.0, 4.0), (5.0, 8.0)])
    soft = Recording(voice.samples * np.float32(10 ** (-18 / 20)), RATE_HZ)
    ends = np.arange(len(voice.samples)) / RATE_HZ % 4.0
    samples = np.where((ends > 3.6) | (ends < 1.3), soft.samples, voice.samples)
    noise = np.fft.irfft(np.fft.rfft(np.random.default_rng(0).normal(size=160_000)) / np.arange(1, 80_002) ** fall)
    level = np.sqrt(np.mean(np.square(samples[20_000:50_000]))) * 10 ** (-20 / 20)
    noisy = Recording((samples + level * noise / noise.std()).astype(np.float32), RATE_HZ)
    spans = [Span(0.9, 4.1), Span(4.9, 8.1)]
    pace = measure_pace(evenly(30, 1, 8), spans, noisy)
    assert pace.speaking_s == pytest.approx(measure_pace(evenly(30, 1, 8), spans, voice).speaking_s, rel=0.03)


def test_fillers_written_down_and_fillers_left_out() -> None:
    assert is_filler("Um,") and is_filler("uh...") and not is_filler("umbrella")
    recording = pulses([(0.0, 2.0), (2.4, 2.7), (3.2, 5.0)], duration_s=6.0)
    words = (Word("well", Span(0.0, 2.5), 0.9), Word("then", Span(2.6, 5.0), 0.9))
    spoken = [Span(0.0, 2.0), Span(2.4, 2.7), Span(3.2, 5.0)]
    assert find_fillers(words, spoken, recording) == (Span(2.4, 2.7),)
    owned = (words[0], Word("no", Span(2.4, 2.7), 0.9), words[1])
    assert find_fillers(owned, spoken, recording) == ()


def test_rates_of_real_speech_with_known_words(shared_data: Path) -> None:
    soundfile = pytest.importorskip("soundfile")
    from voicesim.backends.silero_activity import SileroActivity

    folder = shared_data / "librispeech"
    errors = []
    for line in (folder / "transcripts.tsv").read_text(encoding="utf-8").splitlines()[::10]:
        name, text = line.split("\t")
        samples, rate_hz = soundfile.read(folder / f"{name}.flac", dtype="float32")
        recording = Recording(samples, rate_hz)
        if recording.duration_s < 5:
            continue
        spans = SileroActivity().detect(recording)
        whole = Span(spans[0].start_s, spans[-1].end_s)
        count = len(text.split())
        pace = measure_pace(evenly(count, whole.start_s, whole.end_s), spans, recording)
        errors.append(abs((pace.speech_rate_wpm or 0) * whole.duration_s / 60 / count - 1))
    assert np.median(errors) < 0.03
