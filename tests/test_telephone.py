"""What the line takes away, and what it adds, on tones and noise whose spectrum is known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from voicesim.domain import Recording
from voicesim.telephone import Codec, TelephoneLine, gsm_like, line_noise, mu_law, office_background, telephone

RATE_HZ = 16_000
CODECS: tuple[Codec, ...] = ("none", "mu-law", "gsm")


def tone(hz: float, level: float = 0.3, rate_hz: int = RATE_HZ) -> NDArray[np.float64]:
    return level * np.sin(2 * np.pi * hz * np.arange(rate_hz) / rate_hz)


def noise(seed: int = 0, rate_hz: int = RATE_HZ) -> Recording:
    samples = 0.1 * np.random.default_rng(seed).standard_normal(2 * rate_hz)
    return Recording(samples.astype(np.float32), rate_hz)


def level_db(samples: NDArray[np.floating]) -> float:
    return float(20 * np.log10(np.sqrt(np.mean(np.asarray(samples, dtype=np.float64) ** 2)) + 1e-12))


def band_db(recording: Recording, low_hz: float, high_hz: float) -> float:
    power = np.abs(np.fft.rfft(recording.samples * np.hanning(len(recording.samples)))) ** 2
    hz = np.fft.rfftfreq(len(recording.samples), 1 / recording.sample_rate_hz)
    return float(10 * np.log10(power[(hz >= low_hz) & (hz < high_hz)].mean() + 1e-20))


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 22_050])
def test_nothing_is_left_outside_the_telephone_band(codec: Codec, rate_hz: int) -> None:
    heard = telephone(noise(rate_hz=rate_hz), TelephoneLine(codec=codec, noise_db=-50.0))
    inside = band_db(heard, 400, 3300)
    assert band_db(heard, 20, 230) < inside - 50
    assert band_db(heard, 3480, rate_hz / 2) < inside - 50


def test_a_tone_in_the_band_passes_unchanged_and_undelayed_and_one_below_is_gone() -> None:
    line = TelephoneLine(codec="none")
    inside = telephone(Recording(tone(1000).astype(np.float32), RATE_HZ), line)
    below = telephone(Recording(tone(150).astype(np.float32), RATE_HZ), line)
    middle = slice(RATE_HZ // 4, 3 * RATE_HZ // 4)
    assert np.allclose(inside.samples[middle], tone(1000)[middle], atol=0.01)
    assert level_db(below.samples[middle]) < level_db(tone(150)) - 50


def test_length_and_rate_are_kept_even_for_very_short_sound() -> None:
    for count in (0, 1, 37, 801):
        short = Recording(np.full(count, 0.1, dtype=np.float32), RATE_HZ)
        heard = telephone(short, TelephoneLine(codec="gsm", noise_db=-50.0, office_db=-40.0))
        assert (len(heard.samples), heard.sample_rate_hz) == (count, RATE_HZ)
        assert heard.samples.dtype == np.float32


def test_mu_law_keeps_about_40_db_whatever_the_level() -> None:
    for level in (0.02, 0.1, 0.9):
        error = level_db(tone(1000, level)) - level_db(mu_law(tone(1000, level)) - tone(1000, level))
        assert 34 < error < 44


def test_gsm_is_rougher_than_mu_law_but_keeps_level_and_silence() -> None:
    speechlike = np.cumsum(np.random.default_rng(1).standard_normal(16_000))
    speechlike = 0.1 * (speechlike - np.convolve(speechlike, np.ones(20) / 20, mode="same"))
    coded = gsm_like(speechlike)
    assert abs(level_db(coded) - level_db(speechlike)) < 4
    assert level_db(coded - speechlike) > level_db(mu_law(speechlike) - speechlike)
    assert np.corrcoef(coded, speechlike)[0, 1] > 0.5
    assert not gsm_like(np.zeros(500)).any()


def test_noise_and_office_have_the_levels_asked_for() -> None:
    assert level_db(line_noise(50_000, -50.0)) == pytest.approx(-50.0, abs=0.2)
    assert level_db(office_background(50_000, RATE_HZ, -40.0)) == pytest.approx(-40.0, abs=0.01)


def test_same_seed_same_sound() -> None:
    line = TelephoneLine(codec="gsm", noise_db=-50.0, office_db=-45.0)
    first, again, other = (telephone(noise(), line, seed) for seed in (1, 1, 2))
    assert np.array_equal(first.samples, again.samples)
    assert not np.array_equal(first.samples, other.samples)


def test_a_line_without_band_or_codec_changes_nothing() -> None:
    plain = noise()
    assert np.array_equal(telephone(plain, TelephoneLine(band=False, codec="none")).samples, plain.samples)
