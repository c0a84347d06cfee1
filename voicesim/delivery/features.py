"""What a head is given: cues, and the encoder's mean and spread over speech, of one stretch or of a resting voice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicesim.domain import Baseline, EncoderFrames, Span

MIN_FRAMES = 10
"""Fewer encoder frames (0.2 s) than this say nothing about a voice."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Features:
    """`cues` (cues,) in the order of the head's names, NaN where unmeasured; `encoder` (2 * width,) or None."""

    cues: Floats
    encoder: Floats | None


def stretch_features(
    names: Sequence[str],
    cues: Mapping[str, float | None],
    spans: Sequence[Span],
    frames: EncoderFrames | None,
    engine: str | None,
) -> Features:
    """Features of one stretch; `encoder` is None without frames of `engine` inside `spans`."""
    heard = None
    if frames is not None and engine is not None and frames.engine == engine:
        pooled = pool(frames, spans)
        heard = None if pooled is None else np.concatenate(pooled)
    return Features(_ordered(names, cues), heard)


def baseline_features(names: Sequence[str], baseline: Baseline, engine: str | None) -> Features:
    """The resting voice as features; `encoder` is None unless it was enrolled through `engine`."""
    heard = None
    mean, spread = baseline.encoder_mean, baseline.encoder_spread
    if engine is not None and baseline.encoder_engine == engine and mean is not None and spread is not None:
        heard = np.concatenate([mean, spread]).astype(np.float64)
    return Features(_ordered(names, {name: norm.mean for name, norm in baseline.cues.items()}), heard)


def pool(frames: EncoderFrames, spans: Sequence[Span]) -> tuple[Floats, Floats] | None:
    """Mean and standard deviation (width,) of the frames inside `spans`; None for too few."""
    inside = np.zeros(len(frames.times_s), dtype=bool)
    for span in spans:
        inside |= (frames.times_s >= span.start_s) & (frames.times_s <= span.end_s)
    if int(inside.sum()) < MIN_FRAMES:
        return None
    heard = frames.features[inside].astype(np.float64)
    return heard.mean(axis=0), heard.std(axis=0)


def _ordered(names: Sequence[str], cues: Mapping[str, float | None]) -> Floats:
    values = (cues.get(name) for name in names)
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
