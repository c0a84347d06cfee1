"""A speaker's resting voice from neutral clips or a reading."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from voicesim.delivery.features import Floats, pool
from voicesim.domain import Baseline, CueNorm, EncoderFrames, Prosody, Recording, Span

HeardClip = tuple[Recording, Sequence[Span], Prosody, EncoderFrames | None]
"""A clip with what was heard in it: speech spans, prosody, and encoder frames where an encoder ran."""


def make_baseline(heard: Sequence[HeardClip], *, speaker: str = "") -> Baseline:
    """The resting voice in some clips of one speaker, every stretch of speech counting alike.

    A cue that no stretch gave is left out; the encoder's part is None when no encoder ran or it heard too little.
    """
    spans = [span for _, found, _, _ in heard for span in found]
    pooled, engine = _encoder_rest(heard)
    return Baseline(
        speaker=speaker,
        speech_s=sum(span.duration_s for span in spans),
        cues=_cue_norms([prosody for _, _, prosody, _ in heard]),
        encoder_mean=None if pooled is None else pooled[0].astype(np.float32),
        encoder_spread=None if pooled is None else pooled[1].astype(np.float32),
        encoder_engine=engine,
        sources=tuple(recording.source for recording, _, _, _ in heard if recording.source),
    )


def _cue_norms(prosodies: Sequence[Prosody]) -> dict[str, CueNorm]:
    values: dict[str, list[float]] = {}
    for prosody in prosodies:
        for stretch in prosody.stretches:
            for name, value in stretch.cues.items():
                if value is not None:
                    values.setdefault(name, []).append(value)
        for name in ("f0_median_hz", "f0_range_st", "level_db", "level_spread_db"):
            value = getattr(prosody, name)
            if value is not None:
                values.setdefault(name, []).append(value)
    return {name: CueNorm(float(np.mean(given)), float(np.std(given))) for name, given in values.items()}


def _encoder_rest(heard: Sequence[HeardClip]) -> tuple[tuple[Floats, Floats] | None, str | None]:
    pooled, engines = [], set()
    for _, _, prosody, frames in heard:
        if frames is None:
            continue
        for stretch in prosody.stretches:
            one = pool(frames, stretch.spans)
            if one is not None:
                pooled.append(one)
                engines.add(frames.engine)
    if not pooled or len(engines) != 1:
        return None, None
    means, spreads = zip(*pooled, strict=True)
    return (np.mean(means, axis=0), np.mean(spreads, axis=0)), engines.pop()
