"""Syllables counted in the sound alone: peaks of loudness in the vowels' band (after de Jong & Wempe 2009)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.signal import butter, find_peaks, sosfilt

from voicesim.domain import Recording, Span

BAND_HZ = (300.0, 3300.0)
STEP_S = 0.01
SMOOTH_S = 0.05
DIP_DB = 2.0
BELOW_LOUD_DB = 25.0
NEAREST_S = 0.09


def count_nuclei(recording: Recording, spans: Sequence[Span]) -> int:
    """Syllable nuclei in the speech `spans` of a mono recording; 0 when there are none.

    On read speech the count is right within a few per cent, the rate less so (r about 0.7): it stands in only where
    recognition is unsure.
    """
    return sum(_count(recording.slice(span)) for span in spans)


def _count(piece: Recording) -> int:
    rate_hz = piece.sample_rate_hz
    step = max(1, round(STEP_S * rate_hz))
    if len(piece.samples) < 5 * step:
        return 0
    band = butter(4, BAND_HZ, "bandpass", fs=rate_hz, output="sos")
    power = np.square(sosfilt(band, piece.mono().samples.astype(np.float64)))
    count = len(power) // step
    frames = power[: count * step].reshape(count, step).mean(axis=1)
    width = max(1, round(SMOOTH_S / STEP_S))
    level = 10 * np.log10(np.convolve(frames, np.hanning(width + 2)[1:-1], "same") + 1e-12)
    floor = np.percentile(level, 95) - BELOW_LOUD_DB
    padded = np.concatenate([[level.min() - DIP_DB], level, [level.min() - DIP_DB]])
    peaks, _ = find_peaks(padded, height=floor, prominence=DIP_DB, distance=round(NEAREST_S / STEP_S))
    return len(peaks)
