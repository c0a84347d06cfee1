"""Contours: what is measured every 10 ms, on one 8 kHz band that a telephone carries as well as a studio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import librosa
import numpy as np
import soxr
from numpy.typing import NDArray

from voicesim.domain import Recording, Span
from voicesim.prosody.pitch import HOP_S, track_pitch

WORKING_RATE_HZ = 8000
BAND_LOW_HZ, BAND_HIGH_HZ, BAND_SPLIT_HZ = 300.0, 3400.0, 1000.0
"""The telephone band, and where the alpha ratio splits it (1 kHz, as in eGeMAPS)."""
BANDS = 12
SILENT_DB = -120.0

_FFT = 256
_BLOCK = 60 * WORKING_RATE_HZ
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Contours:
    """One row every 10 ms. `band_db` (n, 12) is the level in 12 mel bands of the telephone band, dB full scale.

    `f0_hz` is NaN where unvoiced, `periodicity` 0-1, `level_db` dB full scale, `alpha_db` the level above 1 kHz
    relative to that below.
    """

    times_s: Floats
    f0_hz: Floats
    periodicity: Floats
    level_db: Floats
    band_db: Floats
    alpha_db: Floats

    def within(self, spans: Sequence[Span]) -> NDArray[np.bool_]:
        """Which rows lie inside any of `spans`, shape (n,)."""
        inside = np.zeros(len(self.times_s), dtype=bool)
        for span in spans:
            first, last = np.searchsorted(self.times_s, [span.start_s, span.end_s])
            inside[first:last] = True
        return inside


def measure_contours(recording: Recording, spans: Sequence[Span]) -> Contours:
    """Contours of a mono recording; pitch is searched only around the speech in `spans`, level everywhere."""
    samples = _at_working_rate(recording)
    count = 1 + len(samples) // _hop()
    times_s = HOP_S * np.arange(count, dtype=np.float64)
    f0_hz, periodicity = np.full(count, np.nan), np.zeros(count)
    band_db, alpha_db = np.full((count, BANDS), SILENT_DB), np.zeros(count)
    for first, last in _rows_of(spans, count):
        piece = samples[first * _hop() : last * _hop()]
        track = track_pitch(piece, WORKING_RATE_HZ)
        rows = min(len(track.f0_hz), last - first)
        f0_hz[first : first + rows] = track.f0_hz[:rows]
        periodicity[first : first + rows] = track.periodicity[:rows]
        bands, alpha = _spectrum(piece)
        rows = min(len(alpha), last - first)
        band_db[first : first + rows], alpha_db[first : first + rows] = bands[:rows], alpha[:rows]
    return Contours(times_s, f0_hz, periodicity, _levels(samples, count), band_db, alpha_db)


def _hop() -> int:
    return round(HOP_S * WORKING_RATE_HZ)


def _at_working_rate(recording: Recording) -> NDArray[np.float32]:
    samples = recording.mono().samples
    if recording.sample_rate_hz == WORKING_RATE_HZ:
        return np.ascontiguousarray(samples, dtype=np.float32)
    return np.asarray(soxr.resample(samples, recording.sample_rate_hz, WORKING_RATE_HZ, quality="MQ"), dtype=np.float32)


def _rows_of(spans: Sequence[Span], count: int) -> list[tuple[int, int]]:
    """First and last row of each span, neighbours within 0.1 s joined, long ones cut to bound memory."""
    joined: list[list[int]] = []
    for span in sorted(spans):
        first, last = max(0, int(span.start_s / HOP_S) - 5), min(count, int(span.end_s / HOP_S) + 6)
        if joined and first <= joined[-1][1]:
            joined[-1][1] = max(last, joined[-1][1])
        elif last > first:
            joined.append([first, last])
    step = _BLOCK // _hop()
    return [(start, min(start + step, last)) for first, last in joined for start in range(first, last, step)]


def _levels(samples: NDArray[np.float32], count: int) -> Floats:
    """RMS level of 30 ms around each row, dB full scale."""
    hop = _hop()
    power = np.zeros(count + 2)
    whole = len(samples) // hop
    np.mean(np.square(samples[: whole * hop].reshape(whole, hop)), axis=1, out=power[1 : whole + 1], dtype=np.float64)
    smooth = (power[:-2] + power[1:-1] + power[2:]) / 3
    return 10 * np.log10(np.maximum(smooth, 10 ** (SILENT_DB / 10)))


@cache
def _mel_bands() -> NDArray[np.float32]:
    weights: NDArray[np.float32] = librosa.filters.mel(
        sr=WORKING_RATE_HZ, n_fft=_FFT, n_mels=BANDS, fmin=BAND_LOW_HZ, fmax=BAND_HIGH_HZ, norm=None
    )
    return weights


def _spectrum(samples: NDArray[np.float32]) -> tuple[Floats, Floats]:
    """Level in the mel bands (n, 12) and the alpha ratio (n,), both in dB."""
    if len(samples) < _FFT:
        samples = np.pad(samples, (0, _FFT - len(samples)))
    power = np.square(np.abs(librosa.stft(samples, n_fft=_FFT, hop_length=_hop(), pad_mode="constant")))
    frequency_hz = np.fft.rfftfreq(_FFT, 1 / WORKING_RATE_HZ)
    low = power[(frequency_hz >= BAND_LOW_HZ) & (frequency_hz < BAND_SPLIT_HZ)].sum(axis=0)
    high = power[(frequency_hz >= BAND_SPLIT_HZ) & (frequency_hz <= BAND_HIGH_HZ)].sum(axis=0)
    bands = 10 * np.log10(np.maximum(_mel_bands() @ power, 1e-12))
    return bands.T.astype(np.float64), 10 * np.log10((high + 1e-9) / (low + 1e-9)).astype(np.float64)
