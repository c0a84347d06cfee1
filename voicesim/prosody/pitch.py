"""Fundamental frequency by autocorrelation and a best path through its candidates.

Method: P. Boersma, "Accurate short-term analysis of the fundamental frequency and the harmonics-to-noise ratio of a
sampled sound", IFA Proceedings 17 (1993), with its published defaults. Chosen by `scripts/bench_pitch`: as accurate as
the best tracker tried on sound of known pitch, also through a telephone, where trackers that look for the fundamental
itself fail because the line does not carry it; and the cheapest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

FLOOR_HZ, CEILING_HZ = 60.0, 500.0
HOP_S = 0.01

_CANDIDATES = 6
_PERIODS = 3.0  # a window of three longest periods
_OCTAVE_COST, _OCTAVE_JUMP_COST, _VOICING_COST = 0.01, 0.35, 0.14
_VOICING_THRESHOLD, _SILENCE_THRESHOLD = 0.45, 0.03
_WEAKEST_PEAK = 0.2
_BLOCK_FRAMES = 3000  # bounds memory for hour-long calls
_NO_CANDIDATE = -9.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PitchTrack:
    """`f0_hz` (n,) is NaN where unvoiced; `periodicity` (n,) is 0-1, the autocorrelation of the best candidate."""

    times_s: Floats
    f0_hz: Floats
    periodicity: Floats


@dataclass(frozen=True, eq=False)
class _Candidates:
    f0_hz: Floats  # (n, candidates)
    strength: Floats  # (n, candidates), octave cost taken off
    periodicity: Floats  # (n,)
    peak: Floats  # (n,) largest absolute sample


def track_pitch(samples: NDArray[np.float32], sample_rate_hz: int) -> PitchTrack:
    """Pitch every 10 ms of mono sound, searched between 60 and 500 Hz.

    `samples` float32 (n,); 8 kHz is enough and cheapest. Returns one value for each hop, the first at 0 s.
    """
    count = 1 + len(samples) // round(HOP_S * sample_rate_hz)
    times_s = HOP_S * np.arange(count, dtype=np.float64)
    if len(samples) < sample_rate_hz // 20 or not np.any(samples):
        return PitchTrack(times_s, np.full(count, np.nan), np.zeros(count))
    blocks = [
        _candidates(samples, sample_rate_hz, first, min(first + _BLOCK_FRAMES, count))
        for first in range(0, count, _BLOCK_FRAMES)
    ]
    found = _Candidates(
        *(np.concatenate([getattr(block, name) for block in blocks]) for name in _Candidates.__dataclass_fields__)
    )
    return PitchTrack(times_s, _best_path(found), found.periodicity)


def _candidates(samples: NDArray[np.float32], rate_hz: int, first: int, last: int) -> _Candidates:
    """Peaks of the window-corrected autocorrelation for frames first..last."""
    width = round(_PERIODS / FLOOR_HZ * rate_hz) // 2 * 2
    shortest, longest = int(rate_hz / CEILING_HZ), int(np.ceil(rate_hz / FLOOR_HZ))
    frames = _frames(samples, round(HOP_S * rate_hz), width, first, last)
    window = np.hanning(width + 1)[:width].astype(np.float32)
    size = fft.next_fast_len(width + longest + 2, real=True)
    spectrum = fft.rfft(frames * window, size, axis=1)
    correlation = fft.irfft(spectrum.real**2 + spectrum.imag**2, size, axis=1)[:, : longest + 2]
    of_window = fft.irfft(np.abs(fft.rfft(window, size)) ** 2, size)[: longest + 2]
    correlation /= np.maximum(correlation[:, :1], 1e-12) * (of_window / of_window[0])

    searched = correlation[:, shortest - 1 : longest + 2]
    middle = searched[:, 1:-1]
    is_peak = (middle > searched[:, :-2]) & (middle >= searched[:, 2:]) & (middle > _WEAKEST_PEAK)
    lags = np.arange(shortest, longest + 1)
    rated = np.where(is_peak, middle - _OCTAVE_COST * np.log2(FLOOR_HZ * lags / rate_hz), _NO_CANDIDATE)
    chosen = np.argpartition(-rated, _CANDIDATES, axis=1)[:, :_CANDIDATES]
    rows = np.arange(len(frames))[:, None]
    before, at, after = (searched[rows, chosen + step] for step in range(3))
    shift = _parabola_shift(before, at, after)
    height = np.minimum(at - 0.25 * (before - after) * shift, 1.0)
    f0_hz = rate_hz / (lags[chosen] + shift)
    real = rated[rows, chosen] > _NO_CANDIDATE / 2
    strength = np.where(real, height - _OCTAVE_COST * np.log2(FLOOR_HZ / f0_hz), _NO_CANDIDATE)
    periodicity = np.where(real, height, 0.0).max(axis=1)
    return _Candidates(
        f0_hz.astype(np.float64),
        strength.astype(np.float64),
        periodicity.astype(np.float64),
        np.abs(frames).max(axis=1),
    )


def _frames(samples: NDArray[np.float32], hop: int, width: int, first: int, last: int) -> NDArray[np.float32]:
    """Frames centred on their hop, mean removed; only the samples they need are padded and copied."""
    start = first * hop - width // 2
    end = (last - 1) * hop + width // 2
    piece = samples[max(0, start) : max(0, end)]
    piece = np.pad(piece, (max(0, -start), max(0, end - max(0, start) - len(piece)))).astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(piece, width)[::hop][: last - first]
    centred: NDArray[np.float32] = frames - frames.mean(axis=1, keepdims=True)
    return centred


def _parabola_shift(before: Floats, at: Floats, after: Floats) -> Floats:
    """Where a parabola through three neighbours peaks, in lags from the middle one."""
    bend = before - 2 * at + after
    safe = np.where(np.abs(bend) > 1e-9, bend, 1.0)
    return np.clip(np.where(np.abs(bend) > 1e-9, 0.5 * (before - after) / safe, 0.0), -0.5, 0.5)


def _best_path(found: _Candidates) -> Floats:
    """The path of greatest strength less the costs of octave jumps and of switching voicing; NaN where unvoiced."""
    count, width = found.f0_hz.shape
    loudest = float(np.percentile(found.peak, 99)) + 1e-9
    silence = np.maximum(0.0, 2 - found.peak / loudest * (1 + _VOICING_THRESHOLD) / _SILENCE_THRESHOLD)
    gain = np.column_stack([found.strength, _VOICING_THRESHOLD + silence])
    octaves = np.log2(found.f0_hz)
    cost = np.full((width + 1, width + 1), _VOICING_COST)
    cost[width, width] = 0.0
    best = gain[0]
    came_from = np.zeros((count, width + 1), dtype=np.int64)
    every = np.arange(width + 1)
    for frame in range(1, count):
        cost[:width, :width] = _OCTAVE_JUMP_COST * np.abs(octaves[frame - 1][:, None] - octaves[frame])
        reached = best[:, None] - cost
        came_from[frame] = reached.argmax(axis=0)
        best = reached[came_from[frame], every] + gain[frame]
    path = np.empty(count, dtype=np.int64)
    path[-1] = int(best.argmax())
    for frame in range(count - 1, 0, -1):
        path[frame - 1] = came_from[frame, path[frame]]
    f0_hz: Floats = found.f0_hz[np.arange(count), np.minimum(path, width - 1)]
    return np.where(path < width, f0_hz, np.nan)
