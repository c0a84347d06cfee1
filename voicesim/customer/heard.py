"""What a customer heard of one reply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from voicesim.domain import Analysis, BehaviourFinding, Delivery, Pace, Span, Word, Wording


@dataclass(frozen=True)
class HeardReply:
    """One reply of the trainee as the customer heard it. What could not be measured is None, and moves nothing.

    `gap_s` is the trainee's delay before answering, `talked_over_s` how long they spoke over the customer, `held_s` how
    long they left the line silent without announcing it; all in seconds. `words` are the recognised words, in which
    facts are looked for.
    """

    wording: Wording
    delivery: Delivery | None = None
    pace: Pace | None = None
    span: Span | None = None
    gap_s: float | None = None
    talked_over_s: float | None = None
    held_s: float | None = None
    words: tuple[Word, ...] = ()

    @classmethod
    def of(
        cls,
        analysis: Analysis,
        span: Span | None,
        gap_s: float | None,
        talked_over_s: float | None,
        held_s: float | None,
    ) -> Self:
        """What is heard of an analysed reply that was spoken in `span`; a hold of no length is none."""
        return cls(
            wording=analysis.wording,
            delivery=analysis.delivery,
            pace=analysis.pace,
            span=span,
            gap_s=gap_s,
            talked_over_s=talked_over_s,
            held_s=held_s or None,
            words=analysis.transcript.words,
        )


def imagined_reply(behaviours: tuple[str, ...], warmth: float | None = None, words: int = 20) -> HeardReply:
    """A reply nobody gave, in which `behaviours` are heard in that order; with `warmth` 0-1 in the voice when given."""
    findings = tuple(
        BehaviourFinding(behaviour, behaviour.replace("_", " "), Span(float(at), at + 0.8))
        for at, behaviour in enumerate(behaviours)
    )
    delivery = None
    if warmth is not None:
        delivery = Delivery(heat=0.2, liveliness=0.6, warmth=warmth, certainty=1.0, method="given", against="given")
    return HeardReply(Wording(findings, words), delivery, span=Span(0.0, max(2.0, float(len(behaviours)))))
