"""How sharply a voice articulates, and the weight it gives to words, applied to the frames of a neutral reading.

Speakers who make themselves heard deepen the envelope's modulation and strengthen their consonants (Krause and Braida
2004, JASA 115(1)); a stressed word is higher, louder and longer (Fry 1958, Language and Speech 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from voicesim.customer.emphasis import Stretch
from voicesim.customer.pitch_track import FRAME_S
from voicesim.customer.vocoder import VoiceFrames

_CRISP_S = 0.018
"""Width of what each frame is contrasted with; the scale at which actors' angry and neutral readings differ most."""
_CRISP_FLOOR_DB = 75.0
_CONSONANT_HZ = 1000.0
_WEIGHT_ST, _WEIGHT_DB, _WEIGHT_LONGER, _WEIGHT_SKIRT_S = 3.0, 4.0, 0.3, 0.03


def crisper(frames: VoiceFrames, gain: float) -> VoiceFrames:
    """Fast changes of the envelope, onsets and bursts, enlarged by `gain` (1 doubles them); 0 changes nothing."""
    if gain == 0.0:
        return frames
    envelope = np.maximum(frames.log_envelope_db, frames.log_envelope_db.max() - _CRISP_FLOOR_DB)
    change = envelope - gaussian_filter1d(envelope, _CRISP_S / FRAME_S, axis=0)
    return replace(frames, log_envelope_db=frames.log_envelope_db + gain * change)


def harder_consonants(frames: VoiceFrames, lift_db: float) -> VoiceFrames:
    """Unvoiced speech louder from 1 kHz on, by all of `lift_db` from 2 kHz on."""
    if lift_db == 0.0:
        return frames
    share = gaussian_filter1d((~frames.voiced & frames.speech()).astype(float), 1.0)
    above = np.clip(np.log2(np.maximum(frames.frequencies_hz, 1.0) / _CONSONANT_HZ), 0.0, 1.0)
    return replace(frames, log_envelope_db=frames.log_envelope_db + lift_db * share[:, None] * above[None, :])


def with_weight(frames: VoiceFrames, words: Sequence[Stretch], strength: float) -> VoiceFrames:
    """`frames` with those words 3 semitones higher, 4 dB louder and 30 % longer at `strength` 1; 0 changes nothing."""
    if not words or strength == 0.0:
        return frames
    speech = frames.speech()
    spoken = np.cumsum(speech) / max(1, int(speech.sum()))
    inside = np.any([(spoken >= start) & (spoken <= end) & speech for start, end in words], axis=0)
    weight = strength * gaussian_filter1d(inside.astype(float), _WEIGHT_SKIRT_S / FRAME_S)
    lifted = replace(
        frames,
        f0_hz=frames.f0_hz * np.power(2.0, _WEIGHT_ST * weight / 12),
        log_envelope_db=frames.log_envelope_db + _WEIGHT_DB * weight[:, None],
    )
    return stretched(lifted, 1.0 + _WEIGHT_LONGER * weight)


def stretched(frames: VoiceFrames, lengths: NDArray[np.float64]) -> VoiceFrames:
    """`frames`, each `lengths` (frames,) times as long."""
    ends = np.concatenate([[0.0], np.cumsum(lengths)])
    positions = np.interp(np.arange(max(1, round(float(ends[-1])))) + 0.5, ends, np.arange(len(ends))) - 0.5
    return frames.at(positions)
