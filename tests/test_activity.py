"""Who spoke when: arithmetic on spans with known answers, and properties that hold for any call."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicesim.activity import call_timing, gaps, merged, overlaps, pauses, response_gaps, total_s, turns, without
from voicesim.activity import without_overlaps as one_channel
from voicesim.domain import Span
from voicesim.domain.spans import common, touching


def spans_of(edges: list[float]) -> tuple[Span, ...]:
    ordered = sorted(edges)
    return tuple(Span(a, b) for a, b in zip(ordered[::2], ordered[1::2], strict=False) if b > a)


times = st.lists(st.floats(0, 100, allow_nan=False).map(lambda t: round(t, 2)), max_size=16, unique=True).map(spans_of)


def test_turns_join_pauses_and_end_when_the_other_takes_the_floor() -> None:
    trainee = [Span(0, 2), Span(2.8, 4), Span(9, 10)]
    customer = [Span(5, 8)]
    assert turns(trainee, customer) == (Span(0, 4), Span(9, 10))
    assert turns(customer, trainee) == (Span(5, 8),)


def test_a_backchannel_takes_no_floor() -> None:
    assert turns([Span(3, 3.4)], [Span(0, 8)]) == ()
    assert turns([Span(0, 8)], [Span(3, 3.4)]) == (Span(0, 8),)


def test_a_silence_of_more_than_three_seconds_ends_a_turn() -> None:
    assert turns([Span(0, 1), Span(4.5, 5)], []) == (Span(0, 1), Span(4.5, 5))


def test_the_first_turn_has_no_response_gap_and_early_starts_are_negative() -> None:
    found = response_gaps([Span(0, 1), Span(3.5, 5), Span(7.5, 9)], [Span(2, 3), Span(6, 8)])
    assert [round(gap.gap_s, 6) for gap in found] == [0.5, -0.5]
    assert found[0].span == Span(3, 3.5)


def test_the_simulators_own_delay_is_not_the_trainees() -> None:
    found = response_gaps([Span(5, 6)], [Span(0, 2)], simulator_gaps=[Span(2, 4)])
    assert found[0].gap_s == pytest.approx(1.0)


def test_overlaps_say_who_came_later_and_how_bad_it_was() -> None:
    found = overlaps([Span(0, 5), Span(20, 24)], [Span(4.6, 8), Span(10, 20.7), Span(22, 30)])
    assert [(o.by, o.kind) for o in found] == [
        ("customer", "backchannel"),
        ("trainee", "note"),
        ("customer", "interruption"),
    ]


@pytest.mark.parametrize(
    ("silence_s", "severity"), [(3.0, "recorded"), (5.0, "notice"), (10.0, "amber"), (15.0, "red"), (2.9, None)]
)
def test_dead_air_by_its_length(silence_s: float, severity: str | None) -> None:
    timing = call_timing([Span(0, 2)], [Span(2 + silence_s, 30)], 30)
    assert [air.severity for air in timing.dead_air] == ([severity] if severity else [])


def test_an_announced_hold_is_exempt_and_another_silence_is_not() -> None:
    timing = call_timing([Span(0, 2), Span(12, 13)], [Span(3, 3.5), Span(25, 26)], 30, announced_holds=[Span(1, 2)])
    assert [(air.span, air.announced) for air in timing.dead_air] == [(Span(3.5, 12), True), (Span(13, 25), False)]


def test_shares_of_a_call_known_by_hand() -> None:
    timing = call_timing([Span(0, 4)], [Span(3, 8), Span(10, 11)], 20)
    assert timing.talk_share == pytest.approx(0.4)
    assert timing.overlap_share == pytest.approx(1 / 11)
    assert timing.silence_share == pytest.approx(2 / 11)
    assert timing.longest_monologue_s == pytest.approx(4)


def test_a_silent_call_has_no_shares_and_says_why() -> None:
    timing = call_timing([], [], 10)
    assert (timing.talk_share, timing.silence_share, timing.longest_monologue_s) == (None, None, None)
    assert timing.reason == "no speech was detected on either side"


def test_one_channel_cannot_tell_overlaps() -> None:
    timing = one_channel(call_timing([Span(0, 4)], [Span(3, 8)], 8), "one channel holds both parties")
    assert timing.overlaps is None and timing.overlap_share is None
    assert timing.reason == "one channel holds both parties"


def test_pauses_lie_inside_turns_and_are_silent() -> None:
    assert pauses([Span(0, 1), Span(1.5, 2), Span(2.1, 3)]) == (Span(1, 1.5),)
    assert pauses([Span(0, 1), Span(1.5, 2)], [Span(1.1, 1.3)]) == ()


@settings(deadline=None)
@given(times, times)
def test_seconds_add_up_whatever_the_call(ours: tuple[Span, ...], theirs: tuple[Span, ...]) -> None:
    timing = call_timing(ours, theirs, 100)
    both = total_s(common(ours, theirs))
    silent = total_s(gaps((*ours, *theirs)))
    assert total_s((*ours, *theirs)) == pytest.approx(total_s(ours) + total_s(theirs) - both)
    if timing.silence_share is not None and timing.overlap_share is not None:
        lasted = max(s.end_s for s in (*ours, *theirs)) - min(s.start_s for s in (*ours, *theirs))
        assert timing.silence_share * lasted == pytest.approx(silent, abs=1e-6)
        assert timing.overlap_share * lasted == pytest.approx(both, abs=1e-6)


@settings(deadline=None)
@given(times, times, st.floats(0, 50).map(lambda t: round(t, 1)))
def test_a_later_start_changes_nothing_but_the_clock(
    ours: tuple[Span, ...], theirs: tuple[Span, ...], later_s: float
) -> None:
    now = call_timing(ours, theirs, 100)
    later = call_timing([s.shifted(later_s) for s in ours], [s.shifted(later_s) for s in theirs], 100 + later_s)
    assert len(later.trainee_turns) == len(now.trainee_turns)
    assert [g.gap_s for g in later.response_gaps] == pytest.approx([g.gap_s for g in now.response_gaps], abs=1e-6)
    assert [(a.severity, a.announced) for a in later.dead_air] == [(a.severity, a.announced) for a in now.dead_air]


@settings(deadline=None)
@given(times, times)
def test_span_arithmetic_agrees_with_itself(ours: tuple[Span, ...], theirs: tuple[Span, ...]) -> None:
    assert total_s(without(ours, theirs)) + total_s(common(ours, theirs)) == pytest.approx(total_s(ours))
    for span in theirs:
        assert list(touching(merged(ours), span)) == [s for s in merged(ours) if s.overlap_s(span) > 0]
