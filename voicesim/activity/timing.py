"""From two lists of speech spans to the timing of a call; pure arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from voicesim.activity.turns import overlaps, pauses, response_gaps, turns
from voicesim.domain import CallTiming, DeadAir, Span
from voicesim.domain.spans import common, gaps, merged, of_at_least, total_s, without

DEAD_AIR_S = 3.0
"""A silence of both is recorded from here (Amazon Contact Lens, MiiTel)."""
NOTICE_S, AMBER_S, RED_S = 5.0, 10.0, 15.0
"""It is noticed from 5 s (Google), amber from 10 s (call-ai-metrics), red from 15 s (Genesys)."""
ROUNDING_S = 1e-6
HOLD_STARTS_WITHIN_S = 10.0
"""After "may I put you on hold?" and "sure" the hold may begin this much later."""


def call_timing(
    trainee_spans: Sequence[Span],
    customer_spans: Sequence[Span],
    duration_s: float,
    *,
    announced_holds: Sequence[Span] = (),
    simulator_gaps_s: Sequence[Span] = (),
) -> CallTiming:
    """Who spoke when, on one timeline of `duration_s` seconds.

    `announced_holds` are the stretches in which the trainee announced a hold (or the held stretches themselves);
    `simulator_gaps_s` the stretches in which the simulator kept the line waiting, which are nobody's silence.
    """
    whole = Span(0.0, max(duration_s, 0.0))
    trainee = common(trainee_spans, (whole,))
    customer = common(customer_spans, (whole,))
    speech = merged((*trainee, *customer))
    waiting = merged(simulator_gaps_s)
    silent = gaps(speech)
    lasted_s = speech[-1].end_s - speech[0].start_s - total_s(common(silent, waiting)) if speech else 0.0
    both_s = total_s(common(trainee, customer))
    spoken_s = total_s(trainee) + total_s(customer)
    trainee_turns = turns(trainee, customer)
    return CallTiming(
        trainee_spans=trainee,
        customer_spans=customer,
        trainee_turns=trainee_turns,
        customer_turns=turns(customer, trainee),
        response_gaps=response_gaps(trainee, customer, waiting),
        overlaps=overlaps(trainee, customer),
        dead_air=dead_air(silent, announced_holds, waiting),
        talk_share=total_s(trainee) / spoken_s if spoken_s else None,
        overlap_share=both_s / lasted_s if lasted_s else None,
        silence_share=total_s(without(silent, waiting)) / lasted_s if lasted_s else None,
        longest_monologue_s=max((turn.duration_s for turn in trainee_turns), default=None),
        reason=None if speech else "no speech was detected on either side",
        trainee_pauses=pauses(trainee, customer),
    )


def dead_air(
    silent: Sequence[Span], announced_holds: Sequence[Span] = (), simulator_gaps: Sequence[Span] = ()
) -> tuple[DeadAir, ...]:
    """The stretches of `silent` (both parties) of 3 s or more, less the simulator's own delays."""
    found = []
    for span in of_at_least(without(silent, simulator_gaps), DEAD_AIR_S - ROUNDING_S):
        announced = any(
            hold.overlap_s(span) > 0 or 0 <= span.start_s - hold.end_s <= HOLD_STARTS_WITHIN_S
            for hold in announced_holds
        )
        found.append(DeadAir(span, severity(span.duration_s), announced))
    return tuple(found)


def severity(duration_s: float) -> Literal["recorded", "notice", "amber", "red"]:
    """How bad a silence of `duration_s` (at least 3 s) is: NORMS 3 / 5 / 10 / 15 s."""
    lasted_s = round(duration_s, 6)
    if lasted_s >= RED_S:
        return "red"
    if lasted_s >= AMBER_S:
        return "amber"
    return "notice" if lasted_s >= NOTICE_S else "recorded"


def without_overlaps(timing: CallTiming, reason: str) -> CallTiming:
    """The same timing where one channel held both parties, so that talking over each other cannot be told."""
    return replace(timing, overlaps=None, overlap_share=None, reason=reason)
