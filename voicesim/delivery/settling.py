"""Where ordinary speech lies on each scale: a head that was trained on actors, settled on people who read aloud.

Acted speech is extreme, so a discriminant trained on it is far too sure of itself with anybody else: an ordinary reader
it has never met can come out as heated. Settling moves and flattens each scale, never its order, so that ordinary
speech is calm, neither cold nor warm, and moderately lively. Heat is flattened most among ordinary voices: what is
hotter than nearly all of them rises more steeply, so that a raised voice is seen as one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from voicesim.delivery.features import Features, Floats
from voicesim.delivery.head import KINDS, Head, LinearModel

ORDINARY_LOG_ODDS = {"heat": -1.7, "liveliness": -0.4, "warmth": 0.0}
"""Where the median of ordinary speech is put: heat 0.15, liveliness 0.40, warmth 0.50 (a convention, uncalibrated)."""
ORDINARY_SPREAD = {"heat": 0.6, "liveliness": 0.6, "warmth": 0.7}
"""Log odds over which ordinary speech may spread: half the distance from the 16th to the 84th percentile."""
_HOTTEST_ORDINARY = 90.0
_STEEPER = 3.0
"""Above this percentile of ordinary speech, heat rises this many times as fast as below."""
ENROLMENT_CLIPS = 2

Voices = Mapping[str, Sequence[Features]]
"""Clips of ordinary speech, as features, by speaker."""


def settle(head: Head, voices: Voices) -> Head:
    """`head` with every scale settled on ordinary speech; the order of any two clips is left as it was.

    A scale on which ordinary speech spreads by more than `ORDINARY_SPREAD` is flattened to that. Speakers need at least
    three clips to count for the enrolled scales.
    """
    models = dict(head.models)
    for kind in KINDS:
        pairs = [pair for clips in voices.values() for pair in _compared(head, clips, enrolled=kind == "enrolled")]
        if not pairs:
            continue
        for measure in ORDINARY_LOG_ODDS:
            model = models[measure, kind]
            lines = np.array([model.parts(vector, rest).sum() + model.offset for vector, rest in pairs])
            models[measure, kind] = _settled(measure, model, lines)
    return replace(head, models=models)


def _compared(head: Head, clips: Sequence[Features], *, enrolled: bool) -> list[tuple[Floats, Floats | None]]:
    """Each clip's vector, with the resting voice from the first clips of the speaker where that is asked for."""
    vectors = [vector for clip in clips if (vector := head.vector(clip)) is not None]
    if not enrolled:
        return [(vector, None) for vector in vectors]
    rest = np.nanmean(vectors[:ENROLMENT_CLIPS], axis=0) if len(vectors) > ENROLMENT_CLIPS else None
    return [] if rest is None else [(vector, rest) for vector in vectors[ENROLMENT_CLIPS:]]


def _settled(measure: str, model: LinearModel, lines: Floats) -> LinearModel:
    """`lines`: where ordinary speech lies on the model's line."""
    low, middle, high, highest = np.percentile(lines, [16, 50, 84, _HOTTEST_ORDINARY]).tolist()
    ordinary = ORDINARY_LOG_ODDS[measure]
    flatter = min(1.0, 2 * ORDINARY_SPREAD[measure] / max(1e-6, high - low))
    settled = replace(model, slope=model.slope * flatter, offset=ordinary + flatter * (model.offset - middle))
    if measure != "heat":
        return settled
    return replace(settled, knee=ordinary + flatter * (highest - middle), steeper=_STEEPER)
