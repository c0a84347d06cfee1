"""Which features each measure is heard in, and how far each is trusted beyond the speakers it was fitted to.

Chosen on left-out speakers, on women by heads fitted to men and on men by heads fitted to women, under several lines,
microphones and rooms. Heat is heard in the mean of the encoder's first three layers, liveliness in their mean and
spread, each layer by itself and all together, warmth in the mean of the first two and of the second by itself; the
fourth adds nothing to any. Pitch, its movement, and the balance of the spectrum carry heat and liveliness from one
corpus to another, warmth they do not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicesim.delivery.fitting import Block
from voicesim.prosody.cues import CUE_NAMES

ENCODER_LAYERS = 3
"""Layers, from the first, side by side in an encoder frame; an encoder whose width is no multiple is taken as one."""
EFFORT_CUES = (
    "pitch_median_st",
    "pitch_high_st",
    "pitch_at_loud_st",
    "pitch_speed_st_per_s",
    "alpha_ratio_db",
    "alpha_at_loud_db",
    "tilt_db_per_octave",
    "band_445_hz_db",
    "level_speed_db_per_s",
)
"""What vocal effort and melody move in every voice: higher and quicker pitch, a flatter spectrum, sharper syllables."""


@dataclass(frozen=True)
class _Part:
    """Encoder layers (1-based), their mean and, where asked for, spread over the speech; with none, effort's cues."""

    layers: tuple[int, ...]
    shrinkage: float
    share: float
    spread: bool = False


_WITH_ENCODER = {
    "heat": (_Part((1, 2), 0.98, 1.0), _Part((3,), 0.98, 1.0), _Part((), 0.8, 0.8)),
    "liveliness": (
        _Part((1,), 0.2, 0.5, spread=True),
        _Part((2,), 0.2, 1.0, spread=True),
        _Part((3,), 0.2, 1.0, spread=True),
        _Part((1, 2, 3), 0.2, 3.0, spread=True),
        _Part((), 0.8, 1.2),
    ),
    "warmth": (_Part((1, 2), 0.5, 1.0), _Part((2,), 0.5, 1.0)),
}
_STEADINESS = {"heat": 15.0, "liveliness": 2.0, "warmth": 3.0}
"""Steadier on another line or in noise costs some sharpness on one's own; liveliness can spare the least."""
_PRIOR = {"heat": None, "liveliness": 0.3, "warmth": 0.3}
"""Liveliness and warmth are told by what lies near the boundary, and alike from 0.1 to 1. Heat is told nearly without
error by Fisher's direction, and near the boundary only worse in another corpus."""
_ALIKE = 20.0
"""How hard high and low voices are made to score alike where no resting voice is known. It moves heat most: women and
men differ by 10 points at 0, 3 at 10 and 2 at 20; beyond, what is left lies within chance (5 points either way)."""
_ALL_CUES_SHRINKAGE, _EFFORT_SHRINKAGE = 0.3, 0.8
_ALL_CUES_SHARE = {"heat": 0.5, "liveliness": 0.5, "warmth": 1.0}


def blocks_for(measure: str, width: int) -> tuple[Block, ...]:
    """The blocks of one measure for features of this width: cues first, then the encoder's mean and spread, if any."""
    heard = width - len(CUE_NAMES)
    effort = np.array([CUE_NAMES.index(name) for name in EFFORT_CUES], dtype=np.intp)
    if heard == 0:
        share = _ALL_CUES_SHARE[measure]
        blocks = [Block(np.arange(len(CUE_NAMES), dtype=np.intp), _ALL_CUES_SHRINKAGE, share)]
        return (*blocks, Block(effort, _EFFORT_SHRINKAGE, 1 - share)) if share < 1 else tuple(blocks)
    return tuple(
        Block(
            _encoder_columns(heard, part) if part.layers else effort,
            part.shrinkage,
            part.share,
            _STEADINESS[measure],
            _ALIKE,
            _PRIOR[measure],
        )
        for part in _WITH_ENCODER[measure]
    )


def _encoder_columns(heard: int, part: _Part) -> NDArray[np.intp]:
    """Columns of these layers; every encoder column where the frames do not hold as many layers."""
    half = heard // 2
    if half % ENCODER_LAYERS:
        return len(CUE_NAMES) + np.arange(heard, dtype=np.intp)
    step = half // ENCODER_LAYERS
    halves = (0, half) if part.spread else (0,)
    first = [len(CUE_NAMES) + start + step * (layer - 1) for start in halves for layer in part.layers]
    return np.concatenate([np.arange(at, at + step, dtype=np.intp) for at in first])
