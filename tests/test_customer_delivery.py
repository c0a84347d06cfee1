"""How a mood sounds, on signals whose pitch, length and spectrum are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from voicesim.customer.breath import BREATH_S, in_breath
from voicesim.customer.delivery import Character, VoiceStyle, voice_style
from voicesim.customer.emphasis import stretches
from voicesim.customer.pitch_track import track_pitch
from voicesim.customer.respeaking import NEUTRAL_LEVEL_DB, apply_style
from voicesim.customer.vocoder import SAMPLE_RATE_HZ
from voicesim.domain import Mood, Recording, Span

CALM = Mood(anger=0.0, patience=1.0, trust=1.0)
FURIOUS = Mood(anger=1.0, patience=0.1, trust=0.1)
PLAIN = Character()


def vowel(
    f0_hz: float | NDArray[np.float64] = 120.0, seconds: float = 1.0, rate_hz: int = 16_000
) -> NDArray[np.float64]:
    """A buzz with a voice's slope: harmonics of `f0_hz` falling 12 dB an octave, a formant at 600 Hz."""
    contour = np.broadcast_to(np.asarray(f0_hz, dtype=np.float64), (int(seconds * rate_hz),))
    phase = 2 * np.pi * np.cumsum(contour) / rate_hz
    out = np.zeros(len(contour))
    for harmonic in range(1, 40):
        hz = harmonic * float(contour.mean())
        if hz < rate_hz / 2 - 200:
            out += np.sin(harmonic * phase) / harmonic**2 * (1 + 4 * np.exp(-0.5 * ((hz - 600) / 150) ** 2))
    return 0.2 * out / np.abs(out).max()


def recording(samples: NDArray[np.float64], rate_hz: int = 16_000) -> Recording:
    return Recording(samples.astype(np.float32), rate_hz)


def median_hz(sound: Recording) -> float:
    f0 = track_pitch(sound.samples.astype(np.float64), sound.sample_rate_hz, 60.0, 600.0)
    return float(np.median(f0[f0 > 0]))


def tilt_db(sound: Recording) -> float:
    """Energy above 1 kHz against below, in dB."""
    power = np.abs(np.fft.rfft(sound.samples)) ** 2
    hz = np.fft.rfftfreq(len(sound.samples), 1 / sound.sample_rate_hz)
    return float(10 * np.log10(power[(hz > 1000) & (hz < 5000)].sum() / power[(hz > 50) & (hz <= 1000)].sum()))


def level_db(sound: Recording) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(sound.samples.astype(np.float64) ** 2))))


@pytest.mark.parametrize("f0_hz", [85.0, 120.0, 210.0, 330.0])
def test_pitch_of_a_known_buzz_is_found(f0_hz: float) -> None:
    f0 = track_pitch(vowel(f0_hz), 16_000, 60.0, 400.0)
    assert np.median(f0[f0 > 0]) == pytest.approx(f0_hz, rel=0.005)
    assert (f0[10:-10] > 0).mean() > 0.98


def test_noise_and_silence_have_no_pitch() -> None:
    assert (track_pitch(0.1 * np.random.default_rng(0).standard_normal(16_000), 16_000) > 0).mean() < 0.1
    assert not track_pitch(np.zeros(8_000), 16_000).any()


@pytest.mark.parametrize("shift_st", [-4.0, 3.0, 7.0])
def test_pitch_moves_by_the_semitones_asked_for(shift_st: float) -> None:
    moved = apply_style(recording(vowel(140.0)), VoiceStyle(pitch_st=shift_st), PLAIN)
    assert 12 * np.log2(median_hz(moved) / 140.0) == pytest.approx(shift_st, abs=0.15)


def test_range_widens_excursions_about_the_median() -> None:
    glide = 140.0 * 2 ** (np.linspace(-2, 2, 16_000) / 12)
    wide = apply_style(recording(vowel(glide)), VoiceStyle(pitch_range=2.0), PLAIN)
    f0 = track_pitch(wide.samples.astype(np.float64), SAMPLE_RATE_HZ)
    st_ = 12 * np.log2(f0[f0 > 0] / 140.0)
    assert np.percentile(st_, 95) - np.percentile(st_, 5) == pytest.approx(2 * 3.6, rel=0.1)


@given(rate=st.floats(0.6, 1.8))
@settings(max_examples=8, deadline=None)
def test_rate_changes_the_duration_by_the_factor_asked_for(rate: float) -> None:
    spoken = apply_style(recording(vowel()), VoiceStyle(rate=rate), PLAIN)
    assert spoken.duration_s == pytest.approx(1.0 / rate, abs=0.02)


def test_pauses_shrink_and_speech_does_not() -> None:
    pause = np.zeros(8_000)
    line = recording(np.concatenate([vowel(seconds=0.5), pause, vowel(seconds=0.5)]))
    spoken = apply_style(line, VoiceStyle(pause_scale=0.4), PLAIN)
    assert spoken.duration_s == pytest.approx(1.0 + 0.5 * 0.4, abs=0.05)


def test_formants_follow_the_character() -> None:
    def peak_hz(sound: Recording) -> float:
        power = np.abs(np.fft.rfft(sound.samples)) ** 2
        hz = np.fft.rfftfreq(len(sound.samples), 1 / sound.sample_rate_hz)
        near = (hz > 300) & (hz < 1000)
        return float(np.average(hz[near], weights=power[near]))

    source = recording(vowel(100.0))
    small = apply_style(source, VoiceStyle(), Character(formants=1.2))
    large = apply_style(source, VoiceStyle(), Character(formants=0.85))
    assert peak_hz(large) < peak_hz(apply_style(source, VoiceStyle(), PLAIN)) < peak_hz(small)


def test_a_calm_patient_trusting_mood_is_nearly_the_neutral_reading_and_a_shade_softer() -> None:
    style = voice_style(CALM, hurry=0.0)
    assert 0.9 <= style.rate <= 1.0
    assert style.stress_db == style.presence_db == style.jitter == 0.0
    assert -0.5 <= style.pitch_st <= 0.0
    assert -1.5 <= style.tilt_db_per_octave < 0.0


@given(
    low=st.floats(0, 1), high=st.floats(0, 1), patience=st.floats(0, 1), trust=st.floats(0, 1), hurry=st.floats(0, 1)
)
def test_more_anger_is_never_lower_softer_darker_or_blunter(
    low: float, high: float, patience: float, trust: float, hurry: float
) -> None:
    low, high = sorted((low, high))
    cooler, hotter = (voice_style(Mood(anger, patience, trust), hurry) for anger in (low, high))
    for name in (
        "tilt_db_per_octave",
        "presence_db",
        "first_formant",
        "stress_db",
        "effort_swing",
        "crispness",
        "consonants_db",
    ):
        assert getattr(hotter, name) >= getattr(cooler, name) - 1e-9, name
    if hurry == 0.0:
        assert hotter.pitch_st >= cooler.pitch_st
        assert hotter.level_db >= cooler.level_db


def test_anger_is_heard_as_higher_brighter_and_louder_step_by_step() -> None:
    source = recording(vowel(130.0))
    spoken = [apply_style(source, voice_style(Mood(anger, 0.5, 0.5), 0.0), PLAIN) for anger in (0.0, 0.4, 0.7, 1.0)]
    for heard in (median_hz, tilt_db, level_db):
        values = [heard(sound) for sound in spoken]
        assert values == sorted(values), heard.__name__
    assert median_hz(spoken[-1]) > median_hz(spoken[0]) * 2 ** (3 / 12)
    assert tilt_db(spoken[-1]) > tilt_db(spoken[0]) + 4


def test_a_hurried_line_is_a_quarter_faster_than_a_calm_one() -> None:
    source = recording(np.concatenate([vowel(seconds=0.6), np.zeros(3_000), vowel(seconds=0.6)]))
    calm, hurried = (apply_style(source, voice_style(CALM, hurry), PLAIN) for hurry in (0.0, 1.0))
    assert calm.duration_s / hurried.duration_s >= 1.25


def test_neutral_speech_has_its_nominal_level_and_no_style_clips() -> None:
    loud = recording(5 * vowel(130.0))
    assert level_db(apply_style(loud, VoiceStyle(), PLAIN)) == pytest.approx(NEUTRAL_LEVEL_DB, abs=0.5)
    assert np.abs(apply_style(loud, voice_style(FURIOUS, 1.0), PLAIN).samples).max() < 1.0
    assert np.abs(apply_style(loud, VoiceStyle(level_db=30.0), PLAIN).samples).max() < 1.0


def test_crispness_steepens_onsets_and_leaves_a_steady_vowel_alone() -> None:
    def onset_db(sound: Recording) -> float:
        """How far the first 20 ms of the vowel stand out from its middle."""
        start = int(np.flatnonzero(np.abs(sound.samples) > 0.2 * np.abs(sound.samples).max())[0])
        early = sound.slice(Span(start / SAMPLE_RATE_HZ, start / SAMPLE_RATE_HZ + 0.02))
        return level_db(early) - level_db(sound.slice(Span(0.6, 0.9)))

    swelling = vowel(130.0) * np.clip(np.arange(16_000) / 800 - 4, 0.02, 1.0)
    plain, crisp = (apply_style(recording(swelling), VoiceStyle(crispness=c), PLAIN) for c in (0.0, 2.0))
    assert onset_db(crisp) > onset_db(plain) + 1.0
    steady = [
        apply_style(recording(vowel(130.0)), VoiceStyle(crispness=c), PLAIN).slice(Span(0.3, 0.7)) for c in (0, 2)
    ]
    assert tilt_db(steady[1]) == pytest.approx(tilt_db(steady[0]), abs=0.5)


def test_consonants_are_lifted_and_vowels_are_not() -> None:
    hiss = 0.02 * np.random.default_rng(0).standard_normal(8_000)
    source = recording(np.concatenate([vowel(seconds=0.5), hiss]))
    plain, hard = (apply_style(source, VoiceStyle(consonants_db=lift), PLAIN) for lift in (0.0, 6.0))

    def hiss_over_vowel_db(sound: Recording) -> float:
        return level_db(sound.slice(Span(0.6, 0.9))) - level_db(sound.slice(Span(0.1, 0.4)))

    assert hiss_over_vowel_db(hard) - hiss_over_vowel_db(plain) == pytest.approx(6.0, abs=1.0)


def test_what_has_no_pitch_keeps_its_very_sound() -> None:
    noise = np.random.default_rng(0).standard_normal(8_000)
    burst = 0.002 * noise + 0.1 * noise * (np.abs(np.arange(8_000) - 4_000) < 40)
    source = recording(np.concatenate([vowel(seconds=0.5), burst]))
    for style in (VoiceStyle(), VoiceStyle(pitch_st=4.0)):
        spoken = apply_style(source, style, PLAIN).samples
        assert np.corrcoef(spoken[9_000:15_000], source.samples[9_000:15_000])[0, 1] > 0.95


def test_lengthened_silence_and_hiss_stay_at_their_level() -> None:
    hiss = 0.02 * np.random.default_rng(0).standard_normal(8_000)
    source = recording(np.concatenate([vowel(seconds=0.5), hiss]))
    plain, longer = (apply_style(source, VoiceStyle(rate=rate), PLAIN) for rate in (1.0, 0.8))
    assert level_db(longer.slice(Span(0.75, 1.1))) == pytest.approx(level_db(plain.slice(Span(0.6, 0.9))), abs=1.5)


def test_a_stressed_word_is_higher_louder_and_longer_where_it_lies_and_nowhere_else() -> None:
    source = recording(vowel(130.0, seconds=2.0))
    plain = apply_style(source, VoiceStyle(), PLAIN)
    spoken = apply_style(source, VoiceStyle(emphasis=1.0), PLAIN, stressed=[(0.5, 0.75)])
    longer_s = spoken.duration_s - plain.duration_s
    assert longer_s == pytest.approx(0.3 * 0.5, abs=0.03)
    before, word = spoken.slice(Span(0.2, 0.8)), spoken.slice(Span(1.15, 1.5))
    assert 12 * np.log2(median_hz(before) / 130.0) == pytest.approx(0.0, abs=0.15)
    assert 12 * np.log2(median_hz(word) / 130.0) == pytest.approx(3.0, abs=0.3)
    assert level_db(word) - level_db(before) == pytest.approx(4.0, abs=0.7)


def test_without_words_to_stress_emphasis_changes_nothing() -> None:
    source = recording(vowel(130.0))
    plain = apply_style(source, VoiceStyle(), PLAIN).samples
    assert np.array_equal(apply_style(source, VoiceStyle(emphasis=1.0), PLAIN).samples, plain)
    assert np.array_equal(apply_style(source, VoiceStyle(), PLAIN, stressed=[(0.2, 0.5)]).samples, plain)


def test_words_to_stress_are_found_by_their_spelling() -> None:
    line = "The wheel, the whole wheel, came off."
    (first, second) = stretches(line, ["Wheel"])
    assert 0.0 < first[0] < first[1] < second[0] < second[1] < 1.0
    assert stretches(line, ["off"])[0][1] == 1.0
    assert stretches(line, ["came off"]) == stretches(line, ["came", "off"])
    assert stretches(line, ["heel"]) == stretches("", ["wheel"]) == ()
    assert stretches("I don’t know", ["don't"]) == stretches("I don't know", ["don't"]) != ()


def test_a_breath_has_the_level_asked_for_and_no_pitch() -> None:
    breath = in_breath(-40.0, seed=1)
    assert len(breath) == round(BREATH_S * SAMPLE_RATE_HZ)
    assert level_db(recording(breath.astype(np.float64))) == pytest.approx(-40.0, abs=0.1)
    assert (track_pitch(np.pad(breath.astype(np.float64), 4_000), SAMPLE_RATE_HZ) > 0).mean() < 0.1
    assert np.array_equal(breath, in_breath(-40.0, seed=1))


def test_the_same_arguments_give_the_same_samples() -> None:
    source = recording(vowel(130.0))
    style = voice_style(FURIOUS, 0.5)
    first, again, other = (apply_style(source, style, PLAIN, seed) for seed in (1, 1, 2))
    assert np.array_equal(first.samples, again.samples)
    assert not np.array_equal(first.samples, other.samples)


def test_any_rate_comes_out_at_one_rate_and_silence_stays_silent() -> None:
    assert apply_style(recording(vowel(rate_hz=22_050), 22_050), VoiceStyle(), PLAIN).sample_rate_hz == SAMPLE_RATE_HZ
    silent = apply_style(recording(np.zeros(4_000)), voice_style(FURIOUS, 0.0), PLAIN)
    assert not silent.samples.any()
    assert len(apply_style(recording(np.zeros(0)), VoiceStyle(), PLAIN).samples) == 0
