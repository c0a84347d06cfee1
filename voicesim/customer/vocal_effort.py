"""What a raised voice does to sound, applied to the frames of a neutral one.

A speaker who raises the voice closes the vocal folds faster (less slope over frequency, less energy in the
fundamental), opens the mouth (a higher first formant), stresses syllables harder and lets the voice roughen. Each
direction is published: Traunmüller and Eriksson 2000, JASA 107(6); Banse and Scherer 1996, J. Pers. Soc. Psychol.
70(3); Liénard and Di Benedetto 1999, JASA 106(1).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from voicesim.customer.pitch_track import FRAME_S
from voicesim.customer.vocoder import VoiceFrames, warped

_TILT_PIVOT_HZ = 250.0
_TILT_TOP_HZ = 4000.0
_ACCENT_DECAY_S = 0.12


def scaled_formants(frames: VoiceFrames, factor: float, first_factor: float = 1.0) -> VoiceFrames:
    """All formants times `factor` (a shorter vocal tract above 1), the first one times `first_factor` besides.

    The first formant's share fades out between 900 and 1800 Hz, where the second begins.
    """
    if factor == 1.0 and first_factor == 1.0:
        return frames
    target = frames.frequencies_hz / factor
    fade = np.clip((1800.0 - target) / 900.0, 0.0, 1.0)
    local = 1.0 + (first_factor - 1.0) * fade
    return warped(frames, np.maximum.accumulate(target / local))


def tilted(frames: VoiceFrames, db_per_octave: float, presence_db: float = 0.0, swing: float = 0.0) -> VoiceFrames:
    """Voiced frames lifted by `db_per_octave` from 250 to 4000 Hz, with `presence_db` more around 1 to 4 kHz.

    Effort follows the stress of a raised voice: with `swing` 1 an accented syllable takes up to twice of it and the
    weakest hardly any. Unvoiced frames take a third: hiss grows with effort too, but far less.
    """
    if db_per_octave == 0.0 and presence_db == 0.0:
        return frames
    octaves = np.log2(np.clip(frames.frequencies_hz, _TILT_PIVOT_HZ / 2, _TILT_TOP_HZ) / _TILT_PIVOT_HZ)
    bump = np.exp(-0.5 * (np.log2(np.maximum(frames.frequencies_hz, 50.0) / 2200.0) / 0.75) ** 2)
    curve = db_per_octave * octaves + presence_db * bump
    share = gaussian_filter1d(np.where(frames.voiced, 1.0, 1.0 / 3.0), 1.5)
    share = share * np.maximum(0.0, 1.0 + swing * _around_mean(frames))
    return replace(frames, log_envelope_db=frames.log_envelope_db + share[:, None] * curve[None, :])


def stressed(frames: VoiceFrames, stress_db: float) -> VoiceFrames:
    """Accented syllables up to `stress_db` louder against unaccented ones, starting sharply and dying away."""
    if stress_db == 0.0:
        return frames
    return replace(frames, log_envelope_db=frames.log_envelope_db + stress_db * _around_mean(frames)[:, None])


def roughened(frames: VoiceFrames, jitter: float, seed: int) -> VoiceFrames:
    """Pitch that wavers from frame to frame by a relative `jitter` (0.02 is a clearly hoarse voice)."""
    if jitter == 0.0:
        return frames
    noise = np.random.default_rng(seed).standard_normal(len(frames.f0_hz))
    return replace(frames, f0_hz=frames.f0_hz * np.exp(jitter * np.clip(noise, -2.5, 2.5)))


def breathy(frames: VoiceFrames, amount: float) -> VoiceFrames:
    """Breath noise: above 0 more of it (0.3 is a sigh), below 0 a firmer, buzzier voice."""
    if amount == 0.0:
        return frames
    noise = frames.aperiodicity
    high = np.clip(frames.frequencies_hz / 3000.0, 0.15, 1.0)[None, :]
    changed = noise + amount * high * (1.0 - noise) if amount > 0 else noise * (1.0 + amount)
    return replace(frames, aperiodicity=np.where(frames.voiced[:, None], changed, noise))


def middle_hz(frames: VoiceFrames) -> float | None:
    """The median pitch; None without any."""
    return float(np.median(frames.f0_hz[frames.voiced])) if frames.voiced.any() else None


def moved_pitch(
    frames: VoiceFrames,
    shift_st: float,
    range_factor: float,
    accent_st: float = 0.0,
    *,
    about_hz: float | None = None,
    floor_hz: float = 55.0,
) -> VoiceFrames:
    """Pitch `shift_st` semitones higher, its excursions `range_factor` times as wide, accents `accent_st` higher.

    Excursions are taken about `about_hz`, else the median. An accent is a syllable that is louder than those around it.
    Pitch is kept between `floor_hz` and 600 Hz.
    """
    voiced, about = frames.voiced, about_hz or middle_hz(frames)
    if about is None or not voiced.any():
        return frames
    st = 12 * np.log2(frames.f0_hz[voiced])
    middle = 12 * np.log2(about)
    accents = accent_strength(frames)[voiced] if accent_st else np.zeros(len(st))
    moved = middle + shift_st + range_factor * (st - middle) + accent_st * accents
    f0 = np.zeros_like(frames.f0_hz)
    f0[voiced] = np.clip(np.power(2.0, moved / 12), floor_hz, 600.0)
    return replace(frames, f0_hz=f0)


def accent_strength(frames: VoiceFrames) -> NDArray[np.float64]:
    """How much louder a frame's syllable is than its half second, (frames,): 0 not at all, 1 by 8 dB or more.

    An accent starts at once and dies away within a fifth of a second, as the attacks of actors' angry syllables are
    steeper than their ends.
    """
    level = np.maximum(frames.level_db, frames.level_db.max() - 40.0)
    syllable = gaussian_filter1d(level, 0.02 / FRAME_S)
    around = gaussian_filter1d(level, 0.3 / FRAME_S)
    strength = np.clip((syllable - around) / 8.0, 0.0, 1.0)
    fading = float(np.exp(-FRAME_S / _ACCENT_DECAY_S))
    for frame in range(1, len(strength)):
        strength[frame] = max(strength[frame], strength[frame - 1] * fading)
    result: NDArray[np.float64] = gaussian_filter1d(strength, 1.0)
    return result


def _around_mean(frames: VoiceFrames) -> NDArray[np.float64]:
    """Accent strength less its mean over the speech, (frames,)."""
    strength = accent_strength(frames)
    result: NDArray[np.float64] = strength - strength[frames.speech()].mean()
    return result
