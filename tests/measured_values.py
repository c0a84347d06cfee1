"""Builders of measures for scoring tests: a calm, warm, well-paced reply that tests then change one thing of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from voicesim.activity import call_timing
from voicesim.domain import (
    BehaviourFinding,
    CallTiming,
    Delivery,
    DeliveryMoment,
    Measured,
    Pace,
    Prosody,
    SignalQuality,
    Span,
    Transcript,
    Word,
    Wording,
)

GOOD_WORDS = (
    ("acknowledged_feeling", 1.0),
    ("apologised", 2.0),
    ("took_ownership", 6.0),
    ("offered_way", 8.0),
    ("used_name", 9.0),
    ("checked", 20.0),
    ("thanked", 28.0),
)


def findings(*named: tuple[str, float]) -> tuple[BehaviourFinding, ...]:
    return tuple(BehaviourFinding(name, f"<{name}>", Span(at, at + 1), 0.9) for name, at in named)


def transcript(words: int = 70, *, speech_s: float = 30.0, confidence: float | None = 0.9) -> Transcript:
    step = speech_s / max(words, 1)
    said = tuple(Word("word", Span(i * step, (i + 0.9) * step), confidence) for i in range(words))
    return Transcript(" ".join(w.text for w in said), said, "en", "test")


def pace(wpm: float = 140.0, *, speech_s: float = 30.0, course: tuple[tuple[Span, float], ...] | None = None) -> Pace:
    windows = course if course is not None else tuple((Span(t, t + 8), wpm) for t in np.arange(0, speech_s - 8, 4))
    words = round(wpm * speech_s / 60)
    return Pace(speech_s, words, wpm, 4.5, round(1.4 * words), rate_course=windows, fillers=0)


def delivery(
    heat: float | None = 0.2, liveliness: float | None = 0.6, warmth: float | None = 0.7, **changes: Any
) -> Delivery:
    course = tuple(DeliveryMoment(Span(t, t + 5), heat, liveliness, warmth) for t in range(0, 30, 5))
    return Delivery(heat, liveliness, warmth, 1.0, "test", "test", course=changes.pop("course", course), **changes)


def timing(**changes: Any) -> CallTiming:
    made = call_timing([Span(2, 12), Span(20, 40)], [Span(0, 1.5), Span(12.5, 19.5)], 42)
    return replace(made, **changes)


def measured(**changes: Any) -> Measured:
    prosody = Prosody(30.0, np.zeros(0), np.zeros(0), np.zeros(0), 120.0, 6.0, -25.0, 12.0, -6.0, 15.0)
    values: dict[str, Any] = {
        "duration_s": 42.0,
        "spans": (Span(0.0, 30.0),),
        "transcript": transcript(),
        "prosody": prosody,
        "pace": pace(),
        "delivery": delivery(),
        "wording": Wording(findings(*GOOD_WORDS), 70),
        "signal": SignalQuality(0.0, 35.0, 7500.0),
        "timing": None,
    }
    return Measured(**(values | changes))
