"""Scores and the evidence they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from voicesim.domain.audio import Span
from voicesim.domain.spans import total_s
from voicesim.domain.speech import SignalQuality, Transcript
from voicesim.domain.timing import CallTiming
from voicesim.domain.voice import Delivery, Pace, Prosody
from voicesim.domain.wording import Wording


@dataclass(frozen=True)
class Band:
    """Values of a measure: full credit inside good_low..good_high, none beyond zero_low/zero_high, linear between.

    A side that is None is open. `source` says where the numbers come from, or "uncalibrated".
    """

    measure: str
    unit: str
    source: str
    good_low: float | None = None
    good_high: float | None = None
    zero_low: float | None = None
    zero_high: float | None = None


@dataclass(frozen=True)
class WordingMeasure:
    """A measure made from behaviours found in the words.

    `counts` says how: "call" the number of findings, "words" findings per 100 words, "order" 1 when any of `behaviours`
    comes before all of `before` and 0 when it does not.
    """

    behaviours: tuple[str, ...]
    counts: Literal["call", "words", "order"] = "call"
    before: tuple[str, ...] = ()


@dataclass(frozen=True)
class AdviceText:
    """What to say when a measure lies below (`low`) or above (`high`) its band, and the sentence for "what if".

    `{value}`, `{target}`, `{score}` (what the score would be) and `{quote}` are filled in.
    """

    low: str | None = None
    high: str | None = None
    what_if: str | None = None


@dataclass(frozen=True)
class Rubric:
    """Bands and weights by score name ("tone", "pace", "warmth"), with adjustments for kinds of customer.

    `weights[score][measure]` are relative; `weights["overall"]` weighs the three scores. `adjustments[kind][measure]`
    replaces a band for a kind of customer (a style, "hurried", "distressed", "angry"). `required[score]` are the
    measures without which the score is not given. `version` is stored with every result.
    """

    name: str
    version: str
    bands: Mapping[str, Band]
    weights: Mapping[str, Mapping[str, float]]
    adjustments: Mapping[str, Mapping[str, Band]] = field(default_factory=dict)
    settings: Mapping[str, float] = field(default_factory=dict)
    required: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wording: Mapping[str, WordingMeasure] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    advice: Mapping[str, AdviceText] = field(default_factory=dict)


@dataclass(frozen=True)
class Evidence:
    """What a score rests on: a measure, its value against its band, and the seconds or words that show it.

    `effect` is the points (0-100 scale) this measure cost against full credit, so 0 or less; None when the measure is
    reported but not scored.
    """

    measure: str
    value: float
    unit: str
    band: str
    source: str
    span: Span | None
    quote: str | None = None
    effect: float | None = None


@dataclass(frozen=True)
class Score:
    """One score 0-100 with its evidence, or None with the reason it cannot be given."""

    name: str
    value: float | None
    reason: str | None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Advice:
    """One thing to do next time, tied to the moment it came from. `gain` is the points it would have been worth."""

    text: str
    measure: str
    span: Span | None
    quote: str | None = None
    gain: float | None = None


@dataclass(frozen=True)
class ScoreCard:
    """Tone, pace and warmth, an overall only when all three stand, and at most three pieces of advice.

    `overall_weights` are the rubric's, by score name, so that the overall can follow a value that a person gives; empty
    in cards that were stored before weights were kept.
    """

    tone: Score
    pace: Score
    warmth: Score
    overall: float | None
    rubric: str
    rubric_version: str
    advice: tuple[Advice, ...] = ()
    what_if: tuple[str, ...] = ()
    overall_weights: Mapping[str, float] = field(default_factory=dict)

    @property
    def scores(self) -> tuple[Score, Score, Score]:
        """Tone, pace and warmth, in this order."""
        return self.tone, self.pace, self.warmth


@dataclass(frozen=True, eq=False, kw_only=True)
class Measured:
    """Everything measured about one speaker's side of a recording.

    `spans` are the detected stretches of speech; `timing` is None where only one party was heard.
    """

    duration_s: float
    spans: tuple[Span, ...]
    transcript: Transcript
    prosody: Prosody
    pace: Pace
    delivery: Delivery
    wording: Wording
    signal: SignalQuality
    timing: CallTiming | None = None

    @property
    def speech_s(self) -> float:
        """Seconds of detected speech."""
        return total_s(self.spans)

    @property
    def whole_span(self) -> Span:
        """From the first to the last detected speech (the whole recording without any)."""
        if not self.spans:
            return Span(0.0, max(self.duration_s, 0.0))
        return Span(min(s.start_s for s in self.spans), max(s.end_s for s in self.spans))


@dataclass(frozen=True, eq=False, kw_only=True)
class Analysis(Measured):
    """What was measured in the recording named by `source`, and the scores that follow."""

    source: str
    scores: ScoreCard

    @classmethod
    def of(cls, source: str, measured: Measured, scores: ScoreCard) -> Analysis:
        """The measures of a recording together with their scores."""
        return cls(**{**vars(measured), "source": source, "scores": scores})
