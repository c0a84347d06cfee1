"""Filled pauses heard in the sound: a voice that holds one steady, neutral vowel while no word is being said."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from voicesim.domain import Recording, Span
from voicesim.domain.spans import merged

STEP_S, WINDOW_S = 0.01, 0.032
BANDS_HZ = (100.0, 4000.0)
BANDS = 20
COMPARED_FRAMES = 4
STEADY_DB = 3.2  # mean change of the spectrum's shape over 40 ms, dB per band: less is a held sound
VOICED = 0.45  # peak of the autocorrelation: more is voiced
PITCH_HZ = (70.0, 400.0)
WITHIN_LOUD_DB = 22.0
SHORTEST_S, LONGEST_S = 0.2, 1.5
BRIDGED_FRAMES = 2


def held_sounds(recording: Recording, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Stretches of 0.2-1.5 s in `spans` where a voiced sound is held steady: fillers, and some long vowels."""
    found = [held for span in spans for held in _held(recording.slice(span).mono(), span.start_s)]
    return tuple(span for span in merged(found, BRIDGED_FRAMES * STEP_S) if SHORTEST_S <= span.duration_s <= LONGEST_S)


def voiced_share(recording: Recording, span: Span) -> float:
    """Share 0-1 of a stretch's frames that are voiced; 0 where it is too short to tell."""
    power = _power(recording.slice(span).mono())
    return float((_voicing(power, recording.sample_rate_hz) > VOICED).mean()) if len(power) else 0.0


def _held(piece: Recording, offset_s: float) -> list[Span]:
    rate_hz, power = piece.sample_rate_hz, _power(piece)
    if not len(power):
        return []
    steady = (_change_db(power, rate_hz) < STEADY_DB) & (_voicing(power, rate_hz) > VOICED) & _loud(power)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], steady, [False]]).astype(int))).tolist()
    return [
        Span(offset_s + a * STEP_S, offset_s + b * STEP_S + WINDOW_S / 2)
        for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]


def _power(piece: Recording) -> NDArray[np.float64]:
    """Power spectra every 10 ms, shape (frames, bins); no frames when the piece is too short."""
    size, step = round(WINDOW_S * piece.sample_rate_hz), round(STEP_S * piece.sample_rate_hz)
    if len(piece.samples) < size + 2 * COMPARED_FRAMES * step:
        return np.zeros((0, size + 1))
    frames = np.lib.stride_tricks.sliding_window_view(piece.samples, size)[::step] * np.hanning(size)
    return np.asarray(np.abs(np.fft.rfft(frames, 2 * size, axis=1)) ** 2, dtype=np.float64)


def _change_db(power: NDArray[np.float64], rate_hz: int) -> NDArray[np.float64]:
    """How much the shape of the spectrum changes around each frame, dB per band, shape (frames,)."""
    edges = np.geomspace(*BANDS_HZ, BANDS + 1) * (2 * (power.shape[1] - 1)) / rate_hz
    firsts = np.maximum(np.round(edges[:-1]).astype(int), 1)
    lasts = np.maximum(np.round(edges[1:]).astype(int), firsts + 1)
    bands = np.stack([power[:, a:b].mean(axis=1) for a, b in zip(firsts, lasts, strict=True)], axis=1)
    shape = 10 * np.log10(bands + 1e-10)
    shape = np.maximum(shape, shape.max(axis=1, keepdims=True) - 40.0)
    shape -= shape.mean(axis=1, keepdims=True)
    change = np.full(len(shape), np.inf)
    apart = np.abs(shape[COMPARED_FRAMES:] - shape[:-COMPARED_FRAMES]).mean(axis=1)
    half = COMPARED_FRAMES // 2
    change[half : half + len(apart)] = apart
    return change


def _voicing(power: NDArray[np.float64], rate_hz: int) -> NDArray[np.float64]:
    """Height of the autocorrelation's peak among voice pitches, about 0-1, shape (frames,)."""
    correlation = np.fft.irfft(power, axis=1)
    size = correlation.shape[1] // 2
    window = np.fft.irfft(np.abs(np.fft.rfft(np.hanning(size), 2 * size)) ** 2)
    first, last = int(rate_hz / PITCH_HZ[1]), min(int(rate_hz / PITCH_HZ[0]), int(0.6 * size))
    inside = correlation[:, first:last] / window[first:last]
    return np.asarray(inside.max(axis=1) / (correlation[:, 0] / window[0] + 1e-12))


def _loud(power: NDArray[np.float64]) -> NDArray[np.bool_]:
    level = 10 * np.log10(power.sum(axis=1) + 1e-12)
    return np.asarray(level > np.percentile(level, 95) - WITHIN_LOUD_DB)
