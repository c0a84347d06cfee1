"""Who holds the floor: turns, backchannels, pauses, and talking over each other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from voicesim.domain import Overlap, ResponseGap, Span
from voicesim.domain.spans import common, merged, touching

JOIN_S = 0.25  # a break this short is a stop consonant or a breath, not an end of speaking
TURN_PAUSE_S = 3.0  # NORMS: dead air is recorded from 3 s, so a speaker silent for longer has let go of the floor
PAUSE_S = 0.25  # usual lower limit of a silent pause; shorter ones are mostly articulation (Goldman-Eisler 1968)
BACKCHANNEL_S = 0.5  # NORMS: overlap up to 0.5 s is a backchannel (call-ai-metrics)
INTERRUPTION_S = 1.0  # NORMS: from 1 s it is talking over (MiiTel)
INSIDE_S = 0.1  # speech ending this soon after the other stopped was still made inside the other's speech
Party = Literal["trainee", "customer"]


def turns(spans: Sequence[Span], other_spans: Sequence[Span]) -> tuple[Span, ...]:
    """The stretches in which the speaker of `spans` held the floor, from first to last word of each.

    A turn ends when the other takes the floor, or at a silence longer than `TURN_PAUSE_S`. Speech made wholly inside
    the other's speech (an "mm-hm", talking over without taking over) takes no floor.
    """
    return tuple(turn for mine, turn in _floor(spans, other_spans) if mine)


def response_gaps(
    trainee_spans: Sequence[Span], customer_spans: Sequence[Span], simulator_gaps: Sequence[Span] = ()
) -> tuple[ResponseGap, ...]:
    """The trainee's delay after each customer turn; the first turn of a call has none.

    Seconds in `simulator_gaps` (the simulator's own delay) are not the trainee's and are taken off.
    """
    found = []
    waiting = merged(simulator_gaps)
    for (before_mine, before), (mine, turn) in pairwise(_floor(trainee_spans, customer_spans)):
        if not mine or before_mine:
            continue
        silence = Span(min(before.end_s, turn.start_s), max(before.end_s, turn.start_s))
        delay_s = turn.start_s - before.end_s
        if delay_s > 0:
            delay_s -= sum(silence.overlap_s(gap) for gap in touching(waiting, silence))
        found.append(ResponseGap(silence, delay_s))
    return tuple(found)


def overlaps(trainee_spans: Sequence[Span], customer_spans: Sequence[Span]) -> tuple[Overlap, ...]:
    """Every stretch in which both spoke; `by` is who started later."""
    trainee, customer = merged(trainee_spans, JOIN_S), merged(customer_spans, JOIN_S)
    found = []
    for both in common(trainee, customer):
        trainee_began = touching(trainee, both)[0].start_s
        customer_began = touching(customer, both)[0].start_s
        by: Party = "trainee" if trainee_began > customer_began else "customer"
        found.append(Overlap(both, by, overlap_kind(both.duration_s)))
    return tuple(found)


def overlap_kind(duration_s: float) -> Literal["backchannel", "note", "interruption"]:
    """NORMS: under 0.5 s a backchannel, from 1 s an interruption, between them a note."""
    lasted_s = round(duration_s, 6)
    if lasted_s < BACKCHANNEL_S:
        return "backchannel"
    return "interruption" if lasted_s >= INTERRUPTION_S else "note"


def pauses(spans: Sequence[Span], other_spans: Sequence[Span] = ()) -> tuple[Span, ...]:
    """Silences of at least `PAUSE_S` inside the speaker's own turns, with nobody speaking in them."""
    mine = merged(spans)
    others = merged(other_spans)
    found = []
    for turn in turns(mine, others):
        for before, after in pairwise(touching(mine, turn)):
            pause = Span(before.end_s, after.start_s)
            if pause.duration_s >= PAUSE_S and not touching(others, pause):
                found.append(pause)
    return tuple(found)


def _floor(spans: Sequence[Span], other_spans: Sequence[Span]) -> list[tuple[bool, Span]]:
    """(is it ours, stretch) of everyone who held the floor, in order of time."""
    ours, theirs = merged(spans, JOIN_S), merged(other_spans, JOIN_S)
    taking = [(True, span) for span in ours if not _inside(span, theirs)]
    taking += [(False, span) for span in theirs if not _inside(span, ours)]
    floor: list[tuple[bool, Span]] = []
    for mine, span in sorted(taking, key=lambda item: (item[1].start_s, item[1].end_s, item[0])):
        if floor and floor[-1][0] == mine and span.start_s - floor[-1][1].end_s <= TURN_PAUSE_S + 1e-6:
            floor[-1] = (mine, Span(floor[-1][1].start_s, max(floor[-1][1].end_s, span.end_s)))
        else:
            floor.append((mine, span))
    return floor


def _inside(span: Span, others: Sequence[Span]) -> bool:
    """Begun while another was speaking, and over before, or just as, that other stopped."""
    under_way = touching(others, Span(span.start_s, span.start_s))
    return any(other.start_s < span.start_s and span.end_s <= other.end_s + INSIDE_S for other in under_way)
