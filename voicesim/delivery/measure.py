"""Prosody and encoder frames in, `Delivery` out: each stretch of speech heard by a head, then put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voicesim.content import data_file
from voicesim.delivery.features import Features, Floats, baseline_features, stretch_features
from voicesim.delivery.head import MEASURES, Head, load_head
from voicesim.domain import (
    Baseline,
    Cue,
    Delivery,
    DeliveryMoment,
    EncoderFrames,
    Prosody,
    Recording,
    Span,
    StretchCues,
)
from voicesim.errors import ContentError, EngineError

MIN_SPEECH_S = 0.5
"""Under half a second of speech, delivery is not judged."""
VOICE_CUE = "pitch_median_st"
"""Where this cue could not be measured there was no voice to describe."""
SHOWN_CUES = 6
"""The cues that pushed hardest are given for each measure."""
OWN_VOICE, MANY_VOICES = "own resting voice", "many speakers"
UNLIKE_REST = "many speakers, since the resting voice kept was heard by other means: enrol again"
_FULL_CERTAINTY_S = 2.0
_WITHOUT_BASELINE = 0.8


@dataclass(frozen=True, eq=False)
class DeliveryModels:
    """`head` hears encoder and cues together, None when switched off; `cues` hears cues alone and explains both."""

    cues: Head
    head: Head | None


def load_models(
    head_file: Path | None = None, *, cues_only: bool = False, encoder: str | None = None
) -> DeliveryModels:
    """The shipped models, with `head_file` in place of the shipped head.

    Raises ContentError when a file is no head, or its head was trained on another encoder than the one named.
    """
    cues = load_head(data_file("heads", "cues.npz"))
    if cues_only:
        return DeliveryModels(cues, None)
    file = head_file or data_file("heads", "encoder.npz")
    head = load_head(file)
    if encoder is not None and head.encoder_engine not in (None, encoder):
        raise ContentError(
            file, f"was trained to hear by {head.encoder_engine}, here it is {encoder}: train it again", field="encoder"
        )
    return DeliveryModels(cues, head)


def measure_delivery(
    recording: Recording,
    spans: Sequence[Span],
    prosody: Prosody,
    frames: EncoderFrames | None,
    baseline: Baseline | None,
    models: DeliveryModels,
) -> Delivery:
    """Heat, liveliness and warmth of the speech in `spans`, each 0-1 with 0.5 as the boundary.

    `prosody` and `frames` are those of `recording`; without frames the cues are used alone, and frames of another
    encoder than the head's raise EngineError. Without a `baseline` the speaker is compared with many, and `certainty`
    is lower; so with one that holds nothing of what the head hears, of which `against` says why. Values are None with a
    reason under 0.5 s of speech, or without a voice in it.
    """
    speech_s = sum(span.duration_s for span in spans)
    head = _usable(models, frames)
    method = f"{head.name} {head.version}"
    if speech_s < MIN_SPEECH_S:
        reason = "no speech was detected" if not spans else f"only {speech_s:.1f} s of speech"
        return _unheard(method, baseline, f"{reason} in {recording.source or 'the recording'}")
    moments = [
        moment for stretch in prosody.stretches if (moment := _hear(head, stretch, frames, baseline)) is not None
    ]
    if not moments:
        return _unheard(method, baseline, "no voice was found in what sounded like speech")
    weights = np.array([moment.speech_s for moment in moments])
    log_odds = np.average([moment.log_odds for moment in moments], axis=0, weights=weights)
    heat, liveliness, warmth = (_share(value) for value in log_odds)
    enrolled = moments[0].enrolled
    reliable = float(np.mean([head.reliability[measure, _kind(enrolled)] for measure in MEASURES]))
    return Delivery(
        heat=heat,
        liveliness=liveliness,
        warmth=warmth,
        certainty=max(0.0, reliable) * (1.0 if enrolled else _WITHOUT_BASELINE) * _enough(speech_s),
        method=method,
        against=OWN_VOICE if enrolled else MANY_VOICES if baseline is None else UNLIKE_REST,
        cues=_reasons(models.cues, prosody, baseline if enrolled else None),
        course=tuple(moment.as_moment() for moment in moments),
    )


@dataclass(frozen=True, eq=False)
class _Moment:
    spans: tuple[Span, ...]
    log_odds: Floats  # (measures,)
    enrolled: bool

    @property
    def speech_s(self) -> float:
        return sum(span.duration_s for span in self.spans)

    def as_moment(self) -> DeliveryMoment:
        heat, liveliness, warmth = (_share(value) for value in self.log_odds)
        return DeliveryMoment(Span(self.spans[0].start_s, self.spans[-1].end_s), heat, liveliness, warmth)


def _usable(models: DeliveryModels, frames: EncoderFrames | None) -> Head:
    """The head, when the encoder it was trained for has run; the cues when none has."""
    head = models.head
    if head is None or (head.encoder_engine is not None and frames is None):
        return models.cues
    if head.encoder_engine is not None and frames is not None and frames.engine != head.encoder_engine:
        raise EngineError(f"delivery head {head.name!r} hears by {head.encoder_engine}, not by {frames.engine}")
    return head


def _hear(head: Head, stretch: StretchCues, frames: EncoderFrames | None, baseline: Baseline | None) -> _Moment | None:
    """One stretch, or None when there is no voice in it or too little was measured."""
    features = stretch_features(head.cue_names, stretch.cues, stretch.spans, frames, head.encoder_engine)
    vector = head.vector(features)
    if vector is None or stretch.cues.get(VOICE_CUE) is None:
        return None
    reference = None if baseline is None else _reference(head, baseline)
    kind = _kind(reference is not None)
    models = [head.models[measure, kind] for measure in MEASURES]
    log_odds = [model.log_odds(vector, reference) for model in models]
    return _Moment(stretch.spans, np.array(log_odds), reference is not None)


def _reference(head: Head, baseline: Baseline) -> Floats | None:
    """The resting voice as the head's features; None when it was enrolled without what the head hears."""
    rest: Features = baseline_features(head.cue_names, baseline, head.encoder_engine)
    return None if np.isnan(rest.cues).all() else head.vector(rest)


def _reasons(head: Head, prosody: Prosody, baseline: Baseline | None) -> tuple[Cue, ...]:
    """The cues that pushed each measure furthest, strongest first, by the model that hears cues alone."""
    values = np.array([np.nan if (v := prosody.cues.get(name)) is None else v for name in head.cue_names])
    reference = None if baseline is None else _reference(head, baseline)
    cues = []
    for measure in MEASURES:
        parts = head.models[measure, _kind(reference is not None)].parts(values, reference)
        for index in np.argsort(-np.abs(parts))[:SHOWN_CUES]:
            if np.isnan(values[index]) or parts[index] == 0:
                continue
            name = head.cue_names[index]
            rest = None if reference is None or np.isnan(reference[index]) else float(reference[index])
            cues.append(Cue(name, float(values[index]), unit_of(name), rest, float(parts[index]), measure))
    return tuple(cues)


def unit_of(name: str) -> str:
    """The unit a cue's name ends in, as people write it; "" for a bare number."""
    units = {
        "_db_per_octave": "dB/octave", "_db_per_s": "dB/s", "_st_per_s": "semitones/s", "_db": "dB", "_st": "semitones",
        "_sps": "syllables/s", "_s": "s", "_share": "share",
    }  # fmt: skip
    return next((unit for ending, unit in units.items() if name.endswith(ending)), "")


def _enough(speech_s: float) -> float:
    """0-1: how much of a voice this many seconds show."""
    return float(1 - np.exp(-2 * speech_s / _FULL_CERTAINTY_S))


def _kind(enrolled: bool) -> str:
    return "enrolled" if enrolled else "unenrolled"


def _share(log_odds: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(log_odds, -30, 30))))


def _unheard(method: str, baseline: Baseline | None, reason: str) -> Delivery:
    against = MANY_VOICES if baseline is None else OWN_VOICE
    return Delivery(None, None, None, certainty=0.0, method=method, against=against, reason=reason)
