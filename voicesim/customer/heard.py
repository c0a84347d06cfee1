"""What a customer heard of one reply."""

from __future__ import annotations

from dataclasses import dataclass

from voicesim.domain import Delivery, Pace, Span, Word, Wording


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
