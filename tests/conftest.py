"""What several tests need: the shared speech corpora (skipped where absent) and sound with known truth."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import numpy as np
import pytest

from voicesim.domain import Recording

hypothesis.settings.register_profile("voicesim", deadline=None)  # timings never decide a test
hypothesis.settings.load_profile("voicesim")

SHARED_DATA = Path(os.environ.get("VOICESIM_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real speech that stands beside the repository; tests that need it skip where it is absent."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"real speech to measure on is absent (looked in {SHARED_DATA}; set VOICESIM_SHARED_DATA)")
    return SHARED_DATA


def tone(
    f0_hz: float, duration_s: float, *, rate_hz: int = 16_000, level: float = 0.3, harmonics: int = 1
) -> Recording:
    """A steady sound of known pitch: `harmonics` partials of falling strength, mono."""
    times_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    partials = [np.sin(2 * np.pi * f0_hz * k * times_s) / k for k in range(1, harmonics + 1) if f0_hz * k < rate_hz / 2]
    samples = np.sum(partials, axis=0)
    return Recording((level * samples / np.abs(samples).max()).astype(np.float32), rate_hz, source="tone")


def silence(duration_s: float, *, rate_hz: int = 16_000) -> Recording:
    """Digital silence, mono."""
    return Recording(np.zeros(round(duration_s * rate_hz), dtype=np.float32), rate_hz, source="silence")


def noise(duration_s: float, *, rate_hz: int = 16_000, level: float = 0.1, seed: int = 0) -> Recording:
    """White noise of a given RMS level, mono, the same for the same seed."""
    samples = np.random.default_rng(seed).normal(0.0, level, round(duration_s * rate_hz))
    return Recording(samples.astype(np.float32), rate_hz, source="noise")
