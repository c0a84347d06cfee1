"""What the ear of voicesim hears in sounds of known pitch, level and tilt."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import noise, silence, tone
from voicesim.domain import Recording, Span
from voicesim.prosody import measure_prosody, stretches_of, track_pitch
from voicesim.prosody.cues import CUE_NAMES
from voicesim.telephone import TelephoneLine, telephone


def voice(contour_hz: np.ndarray, rate_hz: int = 16_000, slope: float = 1.0, level: float = 0.3) -> Recording:
    """Harmonics up to 3.8 kHz over a pitch contour given sample by sample, the k-th at strength k ** -slope."""
    phase = 2 * np.pi * np.cumsum(contour_hz) / rate_hz
    count = int(3800 / contour_hz.max())
    samples = sum(np.cos(k * phase) * k**-slope for k in range(1, count + 1))
    return Recording((level * samples / np.abs(samples).max()).astype(np.float32), rate_hz)


def syllables(f0_hz: float, seconds: float = 3.0, per_second: float = 4.0, slope: float = 1.0) -> Recording:
    """A voice that swells `per_second` times a second."""
    times_s = np.arange(round(seconds * 16_000)) / 16_000
    sound = voice(np.full(len(times_s), f0_hz), slope=slope)
    swell = 0.55 - 0.45 * np.cos(2 * np.pi * per_second * times_s)
    return replace(sound, samples=(sound.samples * swell).astype(np.float32))


def whole(recording: Recording) -> list[Span]:
    return [Span(0.0, recording.duration_s)]


@pytest.mark.parametrize("f0_hz", [75.0, 110.0, 180.0, 260.0, 420.0])
def test_steady_pitch_is_found_within_half_a_per_cent(f0_hz: float) -> None:
    track = track_pitch(tone(f0_hz, 1.0, rate_hz=8000, harmonics=8).samples, 8000)
    middle = track.f0_hz[10:-10]
    assert not np.isnan(middle).any()
    assert np.max(np.abs(middle / f0_hz - 1)) < 0.005


@pytest.mark.parametrize("f0_hz", [95.0, 140.0, 210.0])
def test_pitch_is_found_by_telephone_though_the_line_drops_the_fundamental(f0_hz: float) -> None:
    heard = telephone(voice(np.full(16_000, f0_hz)), TelephoneLine())
    assert measure_prosody(heard, whole(heard)).f0_median_hz == pytest.approx(f0_hz, rel=0.01)


def test_a_glide_over_an_octave_spans_twelve_semitones() -> None:
    glide = voice(np.geomspace(110, 220, 48_000))
    prosody = measure_prosody(glide, whole(glide))
    assert prosody.f0_median_hz == pytest.approx(110 * 2**0.5, rel=0.02)
    assert prosody.f0_range_st == pytest.approx(0.9 * 12, abs=0.3)
    assert prosody.cues["pitch_speed_st_per_s"] == pytest.approx(4.0, rel=0.1)


def test_noise_has_no_pitch_and_silence_no_values() -> None:
    hiss = noise(2.0)
    prosody = measure_prosody(hiss, whole(hiss))
    assert np.isnan(prosody.f0_hz).mean() > 0.9
    still = silence(2.0)
    empty = measure_prosody(still, [])
    assert (empty.speech_s, empty.f0_median_hz, empty.level_db, empty.hnr_db) == (0.0, None, None, None)
    assert set(empty.cues.values()) == {None}
    assert empty.stretches == ()


def test_silence_taken_for_speech_gives_no_pitch() -> None:
    still = silence(2.0)
    prosody = measure_prosody(still, whole(still))
    assert prosody.f0_median_hz is None
    assert prosody.cues["pitch_median_st"] is None


@pytest.mark.parametrize("seconds", [0.0, 0.001, 0.02, 0.1])
def test_recordings_too_short_to_measure_give_none(seconds: float) -> None:
    blip = tone(200, seconds) if seconds else silence(0.0)
    assert measure_prosody(blip, whole(blip)).f0_median_hz is None


@settings(max_examples=10, deadline=None)
@given(gain_db=st.floats(-30, 9), f0_hz=st.floats(80, 300))
def test_gain_moves_the_level_and_no_cue(gain_db: float, f0_hz: float) -> None:
    sound = syllables(f0_hz, seconds=1.5)
    louder = replace(sound, samples=(sound.samples * 10 ** (gain_db / 20)).astype(np.float32))
    before, after = (measure_prosody(one, whole(one)) for one in (sound, louder))
    assert after.level_db is not None
    assert before.level_db is not None
    assert after.level_db - before.level_db == pytest.approx(gain_db, abs=0.1)
    for name in CUE_NAMES:
        assert after.cues[name] == pytest.approx(before.cues[name], rel=0.02, abs=0.15), name


def test_a_shift_in_time_moves_the_contours_and_no_summary() -> None:
    sound = syllables(150)
    late = replace(sound, samples=np.concatenate([np.zeros(32_000, np.float32), sound.samples]))
    before, after = measure_prosody(sound, whole(sound)), measure_prosody(late, [Span(2.0, 5.0)])
    assert after.f0_median_hz == pytest.approx(before.f0_median_hz, rel=1e-3)
    assert np.isnan(after.f0_hz[:190]).all()
    assert after.cues["alpha_ratio_db"] == pytest.approx(before.cues["alpha_ratio_db"], abs=0.3)


def test_a_brighter_voice_has_a_higher_alpha_ratio_and_a_flatter_tilt() -> None:
    soft, pressed = (measure_prosody(v, whole(v)) for v in (syllables(150, slope=1.6), syllables(150, slope=0.6)))
    assert pressed.cues["alpha_ratio_db"] > soft.cues["alpha_ratio_db"] + 5
    assert pressed.spectral_tilt_db_per_octave == pytest.approx(soft.spectral_tilt_db_per_octave + 6.02, abs=1.5)


@pytest.mark.parametrize("per_second", [2.0, 3.0, 5.0])
def test_swells_are_counted_as_syllables(per_second: float) -> None:
    sound = syllables(150, per_second=per_second)
    assert measure_prosody(sound, whole(sound)).cues["syllable_peaks_sps"] == pytest.approx(per_second, abs=0.4)


def test_a_clear_voice_is_more_harmonic_than_a_hoarse_one() -> None:
    clear = syllables(150)
    hoarse = replace(clear, samples=clear.samples + noise(3.0, level=0.05).samples)
    values = [measure_prosody(one, whole(one)).hnr_db for one in (clear, hoarse)]
    assert values[0] > values[1] + 5


def test_two_channels_and_other_rates_are_heard_alike() -> None:
    sound = syllables(150)
    both = replace(sound, samples=np.column_stack([sound.samples, sound.samples]))
    assert measure_prosody(both, whole(both)).f0_median_hz == measure_prosody(sound, whole(sound)).f0_median_hz


spans_in_order = st.lists(
    st.tuples(st.floats(0.05, 3.0), st.floats(0.1, 25.0)), min_size=0, max_size=12
).map(lambda gaps: _laid_out(gaps))  # fmt: skip


def _laid_out(gaps: list[tuple[float, float]]) -> list[Span]:
    spans, at = [], 0.0
    for gap_s, length_s in gaps:
        spans.append(Span(at + gap_s, at + gap_s + length_s))
        at = spans[-1].end_s
    return spans


@given(spans_in_order)
def test_stretches_keep_all_speech_in_order_and_stay_short(spans: list[Span]) -> None:
    pieces = [piece for stretch in stretches_of(spans) for piece in stretch]
    assert pieces == sorted(pieces)
    assert sum(p.duration_s for p in pieces) == pytest.approx(sum(s.duration_s for s in spans))
    for stretch in stretches_of(spans):
        assert sum(piece.duration_s for piece in stretch) <= 8.0 + 1e-6
        assert all(later.start_s - earlier.end_s < 2.0 for earlier, later in pairwise(stretch))


def test_a_reply_of_one_short_sentence_is_one_stretch() -> None:
    spans = (Span(0.2, 1.0), Span(1.3, 2.0))
    assert stretches_of(spans) == (spans,)


def test_stretches_carry_their_own_cues() -> None:
    low, high = voice(np.full(80_000, 110.0)), voice(np.full(80_000, 220.0))
    both = replace(low, samples=np.concatenate([low.samples, np.zeros(48_000, np.float32), high.samples]))
    prosody = measure_prosody(both, [Span(0, 5), Span(8, 13)])
    pitches = [stretch.cues["pitch_median_st"] for stretch in prosody.stretches]
    assert len(pitches) == 2
    assert pitches[1] - pitches[0] == pytest.approx(12, abs=0.2)
