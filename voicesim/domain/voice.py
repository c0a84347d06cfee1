"""What a voice did: prosody, pace, the speaker's baseline, and delivery measured against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from voicesim.domain.audio import Span


@dataclass(frozen=True)
class StretchCues:
    """The acoustic cues of one stretch of speech (a few neighbouring spans); None where one could not be measured."""

    spans: tuple[Span, ...]
    cues: Mapping[str, float | None]


@dataclass(frozen=True, eq=False)
class Prosody:
    """Pitch, loudness and voice quality of the speech in one recording.

    Contours are sampled at `times_s` (n,); `f0_hz` (n,) is NaN where unvoiced, `frame_level_db` (n,) is dB full scale.
    Summary values cover the detected speech only and are None where there was too little of it. `f0_range_st` is the
    5th to 95th percentile distance in semitones; `level_db` the RMS level of speech in dB full scale;
    `level_spread_db` the 10th to 90th percentile distance of the speech frames' level. `cues` holds further named
    acoustic cues, unit in each name, from which delivery is made; `stretches` the same cues over time.
    """

    speech_s: float
    times_s: NDArray[np.float64]
    f0_hz: NDArray[np.float64]
    frame_level_db: NDArray[np.float64]
    f0_median_hz: float | None
    f0_range_st: float | None
    level_db: float | None
    level_spread_db: float | None
    spectral_tilt_db_per_octave: float | None
    hnr_db: float | None
    cues: Mapping[str, float | None] = field(default_factory=dict)
    stretches: tuple[StretchCues, ...] = ()


@dataclass(frozen=True)
class Pace:
    """How fast, with what pauses.

    `speech_rate_wpm` is words per minute of speaking time, `articulation_rate_sps` syllables per second of speaking
    time without pauses. `rate_course` is (span, words per minute) over time. `reason` says why a value is None.
    `syllables_from` is "words", or "sound" where recognition was unsure; `filler_spans` says where the fillers are.
    """

    speaking_s: float
    words: int | None
    speech_rate_wpm: float | None
    articulation_rate_sps: float | None
    syllables: int | None
    pauses: tuple[Span, ...] = ()
    pause_share: float | None = None
    rate_course: tuple[tuple[Span, float], ...] = ()
    fillers: int | None = None
    reason: str | None = None
    filler_spans: tuple[Span, ...] = ()
    syllables_from: str = "words"


@dataclass(frozen=True)
class CueNorm:
    """Resting value of one cue: its mean and spread (standard deviation) over the enrolled speech."""

    mean: float
    spread: float


@dataclass(frozen=True, eq=False)
class Baseline:
    """A speaker's own resting voice, from an enrolment reading or neutral clips.

    `cues` maps a cue's name to its resting value. `encoder_mean` (width,) is the mean encoder output over the
    enrolled speech and `encoder_spread` (width,) its standard deviation over frames, made by `encoder_engine`;
    None when no encoder ran.
    """

    speaker: str
    speech_s: float
    cues: Mapping[str, CueNorm]
    encoder_mean: NDArray[np.float32] | None = None
    encoder_engine: str | None = None
    sources: tuple[str, ...] = ()
    encoder_spread: NDArray[np.float32] | None = None


@dataclass(frozen=True)
class Cue:
    """One audible reason for a delivery value: its value, the speaker's own resting value, and how far it pushed.

    `contribution` is signed: positive raises the delivery value named `towards`.
    """

    name: str
    value: float
    unit: str
    baseline: float | None
    contribution: float
    towards: str


@dataclass(frozen=True)
class DeliveryMoment:
    """Delivery over one stretch of speech; each value 0-1 or None."""

    span: Span
    heat: float | None
    liveliness: float | None
    warmth: float | None


@dataclass(frozen=True)
class Delivery:
    """How it was said, never what was felt.

    `heat` 0 calm to 1 heated, `liveliness` 0 flat to 1 lively, `warmth` 0 cold to 1 warm; None with a `reason`.
    `certainty` 0-1 is lower without the speaker's own baseline. `method` names the model ("cues" or a head's name and
    version). `course` follows delivery over time.
    """

    heat: float | None
    liveliness: float | None
    warmth: float | None
    certainty: float
    method: str
    against: str
    cues: tuple[Cue, ...] = ()
    course: tuple[DeliveryMoment, ...] = ()
    reason: str | None = None
