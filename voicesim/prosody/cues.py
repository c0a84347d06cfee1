"""Named acoustic cues of a stretch of speech. None of them moves with the gain of the microphone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks

from voicesim.prosody.contours import BAND_HIGH_HZ, BAND_LOW_HZ, BANDS, Contours
from voicesim.prosody.pitch import HOP_S

REFERENCE_HZ = 100.0
"""Semitones are counted from 100 Hz."""
MIN_VOICED_ROWS = 15
MIN_SPEECH_ROWS = 30
_LOUD_SHARE = 0.3
_SYLLABLE_DIP_DB = 2.0
_SYLLABLE_GAP_ROWS = 9

Floats = NDArray[np.float64]
Cues = Mapping[str, float | None]


def measure_cues(contours: Contours, inside: NDArray[np.bool_]) -> dict[str, float | None]:
    """Every cue over the rows marked `inside` (n,), unit in each name; None where there was too little speech or voice.

    Pitch in semitones above 100 Hz; levels relative to each other, never to full scale; tilt and bands between 300 and
    3400 Hz; `harmonicity_db` is the harmonics-to-noise ratio.
    """
    voiced = inside & ~np.isnan(contours.f0_hz)
    cues: dict[str, float | None] = dict.fromkeys(CUE_NAMES)
    if inside.sum() >= MIN_SPEECH_ROWS:
        cues.update(_level_cues(contours, inside))
    if inside.sum() >= MIN_SPEECH_ROWS and voiced.sum() >= MIN_VOICED_ROWS:
        cues.update(_pitch_cues(contours, voiced))
        cues.update(_quality_cues(contours, voiced, inside))
        cues.update(_tilt_cues(contours, voiced))
        cues.update(_band_cues(contours, voiced))
    return cues


def _level_cues(contours: Contours, inside: NDArray[np.bool_]) -> dict[str, float]:
    level = contours.level_db[inside]
    low, high = np.percentile(level, [10, 90])
    floor = np.percentile(level, 95) - 25
    curve = np.where(inside, np.maximum(contours.level_db - floor, 0.0), 0.0)
    curve = np.convolve(curve, np.ones(5) / 5, "same")
    peaks, _ = find_peaks(curve, prominence=_SYLLABLE_DIP_DB, distance=_SYLLABLE_GAP_ROWS)
    seconds = inside.sum() * HOP_S
    steps = np.abs(np.diff(curve))[inside[1:] & inside[:-1]]
    return {
        "level_range_db": float(high - low),
        "level_top_db": float(np.percentile(level, 95) - np.median(level)),
        "level_speed_db_per_s": float(steps.mean() / HOP_S),
        "syllable_peaks_sps": float(np.count_nonzero(inside[peaks]) / seconds),
    }


def _pitch_cues(contours: Contours, voiced: NDArray[np.bool_]) -> dict[str, float]:
    pitch_st = 12 * np.log2(contours.f0_hz / REFERENCE_HZ)
    values = pitch_st[voiced]
    low, middle, high = np.percentile(values, [10, 50, 90])
    pairs = voiced[1:] & voiced[:-1]
    steps = np.diff(pitch_st)[pairs]
    steps = steps[np.abs(steps) < 2.0]  # octave slips are no melody
    speed = steps / HOP_S
    weight = 10 ** (contours.level_db[voiced] / 20)
    return {
        "pitch_median_st": float(middle),
        "pitch_low_st": float(low),
        "pitch_high_st": float(high),
        "pitch_range_st": float(high - low),
        "pitch_spread_st": float(values.std()),
        "pitch_at_loud_st": float(np.average(values, weights=weight)),
        "pitch_speed_st_per_s": float(np.abs(speed).mean()) if len(speed) else 0.0,
        "pitch_rise_share": float((speed > 5).mean()) if len(speed) else 0.0,
        "pitch_fall_share": float((speed < -5).mean()) if len(speed) else 0.0,
    }


def _quality_cues(contours: Contours, voiced: NDArray[np.bool_], inside: NDArray[np.bool_]) -> dict[str, float]:
    periodic = np.clip(contours.periodicity[voiced], 0.01, 0.999)
    harmonicity = 10 * np.log10(periodic / (1 - periodic))
    starts = np.count_nonzero(voiced[1:] & ~voiced[:-1]) + int(voiced[0])
    return {
        "harmonicity_db": float(harmonicity.mean()),
        "harmonicity_spread_db": float(harmonicity.std()),
        "voiced_share": float(voiced.sum() / inside.sum()),
        "voiced_run_s": float(voiced.sum() * HOP_S / max(1, starts)),
    }


def _tilt_cues(contours: Contours, voiced: NDArray[np.bool_]) -> dict[str, float]:
    alpha = contours.alpha_db[voiced]
    level = contours.level_db[voiced]
    loud = level >= np.percentile(level, 100 * (1 - _LOUD_SHARE))
    slope = _slopes(contours.band_db[voiced])
    bands = contours.band_db[voiced]
    shape = bands - bands.mean(axis=1, keepdims=True)
    pairs = voiced[1:] & voiced[:-1]
    change = np.abs(np.diff(contours.band_db, axis=0))[pairs].mean() if pairs.any() else 0.0
    return {
        "alpha_ratio_db": float(alpha.mean()),
        "alpha_spread_db": float(alpha.std()),
        "alpha_at_loud_db": float(alpha[loud].mean()),
        "tilt_db_per_octave": float(slope.mean()),
        "tilt_spread_db_per_octave": float(slope.std()),
        "spectral_contrast_db": float(shape.std(axis=1).mean()),
        "spectral_change_db": float(change),
    }


def _slopes(band_db: Floats) -> Floats:
    """Slope of the band levels over octaves, row by row."""
    octaves = np.log2(_band_centres_hz())
    octaves = octaves - octaves.mean()
    width = np.gradient(_band_centres_hz())
    per_hz = band_db - 10 * np.log10(width)
    slopes: Floats = per_hz @ octaves / (octaves @ octaves)
    return slopes


def _band_cues(contours: Contours, voiced: NDArray[np.bool_]) -> dict[str, float]:
    """Each band's share of the voice: its mean level relative to the mean of all, and how much it moves."""
    bands = contours.band_db[voiced]
    shape = bands - bands.mean(axis=1, keepdims=True)
    means, spreads = shape.mean(axis=0), shape.std(axis=0)
    return dict(zip(BAND_NAMES, [*means.tolist(), *spreads.tolist()], strict=True))


def _band_centres_hz() -> Floats:
    """Centres of the mel bands (Slaney's scale: linear to 1 kHz, logarithmic above)."""
    edge = np.interp([BAND_LOW_HZ, BAND_HIGH_HZ], *_MEL_SCALE)
    mels = np.linspace(edge[0], edge[1], BANDS + 2)[1:-1]
    return np.interp(mels, _MEL_SCALE[1], _MEL_SCALE[0])


_HZ = np.geomspace(20, 8000, 2000)
_MEL_SCALE = (_HZ, np.where(_HZ < 1000, _HZ * 3 / 200, 15 + 27 * np.log(_HZ / 1000) / np.log(6.4)))
BAND_NAMES = tuple(f"band_{hz:.0f}_hz_db" for hz in _band_centres_hz()) + tuple(
    f"band_{hz:.0f}_hz_spread_db" for hz in _band_centres_hz()
)
CUE_NAMES = (
    "pitch_median_st",
    "pitch_low_st",
    "pitch_high_st",
    "pitch_range_st",
    "pitch_spread_st",
    "pitch_at_loud_st",
    "pitch_speed_st_per_s",
    "pitch_rise_share",
    "pitch_fall_share",
    "level_range_db",
    "level_top_db",
    "level_speed_db_per_s",
    "syllable_peaks_sps",
    "harmonicity_db",
    "harmonicity_spread_db",
    "voiced_share",
    "voiced_run_s",
    "alpha_ratio_db",
    "alpha_spread_db",
    "alpha_at_loud_db",
    "tilt_db_per_octave",
    "tilt_spread_db_per_octave",
    "spectral_contrast_db",
    "spectral_change_db",
    *BAND_NAMES,
)
