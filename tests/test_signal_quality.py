"""Clipping, noise, band and echo are found in sound made to have them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from tests.conftest import noise, silence, tone
from voicesim.domain import Recording, Span
from voicesim.signal_quality import measure_signal

RATE_HZ = 16_000
SPEECH = (Span(1.0, 3.0),)


def voice_in(background: float, *, level: float = 0.1, seed: int = 1) -> Recording:
    rng = np.random.default_rng(seed)
    samples = background * rng.standard_normal(4 * RATE_HZ)
    samples[RATE_HZ : 3 * RATE_HZ] += level * rng.standard_normal(2 * RATE_HZ)
    return Recording(samples.astype(np.float32), RATE_HZ)


@pytest.mark.parametrize("true_db", [0.0, 10.0, 20.0, 35.0])
def test_signal_to_noise_ratio_of_a_known_mixture(true_db: float) -> None:
    found = measure_signal(voice_in(0.1 * 10 ** (-true_db / 20)), SPEECH)
    assert found.snr_db == pytest.approx(true_db, abs=1.5)


def test_clipping_is_seen_and_loud_clean_sound_is_not_called_clipped() -> None:
    clean = tone(200, 2.0, level=0.95, harmonics=5)
    clipped = Recording(np.clip(clean.samples * 2, -0.9, 0.9), clean.sample_rate_hz)
    whole = (Span(0, 2),)
    assert (measure_signal(clean, whole).clipped_share or 0) < 0.002
    found = measure_signal(clipped, whole)
    assert (found.clipped_share or 0) > 0.05
    assert any("clipped" in warning for warning in found.warnings)


@pytest.mark.parametrize("edge_hz", [3400.0, 5000.0])
def test_bandwidth_of_a_filtered_voice(edge_hz: float) -> None:
    wide = voice_in(0.0)
    sos = butter(12, edge_hz, "low", fs=RATE_HZ, output="sos")
    narrow = Recording(sosfilt(sos, wide.samples).astype(np.float32), RATE_HZ)
    assert measure_signal(narrow, SPEECH).bandwidth_hz == pytest.approx(edge_hz, rel=0.4)
    assert (measure_signal(wide, SPEECH).bandwidth_hz or 0) > 7500


def test_echo_of_the_customer_is_measured_and_absent_without_one() -> None:
    line = voice_in(0.0, seed=2)
    ours = voice_in(0.0005, seed=3)
    echoing = Recording(ours.samples + np.roll(line.samples, 800) * np.float32(10 ** (-12 / 20)), RATE_HZ)
    assert measure_signal(echoing, SPEECH, line).echo_db == pytest.approx(-12, abs=1.5)
    assert measure_signal(ours, SPEECH, line).echo_db is None


def test_what_cannot_be_told_is_none() -> None:
    found = measure_signal(silence(2.0), ())
    assert (found.clipped_share, found.snr_db, found.bandwidth_hz, found.echo_db) == (None, None, None, None)
    assert measure_signal(noise(2.0), (Span(0, 2),)).snr_db is None


def test_a_louder_microphone_changes_nothing_but_clipping() -> None:
    soft, loud = voice_in(0.005, level=0.02), voice_in(0.02, level=0.08)
    a, b = measure_signal(soft, SPEECH), measure_signal(loud, SPEECH)
    assert a.snr_db == pytest.approx(b.snr_db, abs=0.2) and a.bandwidth_hz == b.bandwidth_hz
