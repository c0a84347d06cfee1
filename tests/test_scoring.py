"""Scores move as a coach would expect, rest on evidence, and are withheld where nothing can be told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.measured_values import GOOD_WORDS, delivery, findings, measured, pace, timing, transcript
from voicesim.domain import DeadAir, DeliveryMoment, Overlap, Score, ScoreCard, SignalQuality, Span, Style, Wording
from voicesim.scoring import CustomerContext, load_rubric, score

RUBRIC = load_rubric()
ALL = ("tone", "pace", "warmth")


def value(card: ScoreCard, name: str) -> float:
    found: Score = getattr(card, name)
    assert found.value is not None, found.reason
    return found.value


def test_a_good_reply_scores_high_and_overall_is_the_mean() -> None:
    card = score(measured(), RUBRIC)
    assert all(value(card, name) > 90 for name in ALL)
    assert card.overall == pytest.approx(sum(value(card, name) for name in ALL) / 3)
    assert (card.rubric, card.rubric_version) == (RUBRIC.name, RUBRIC.version)


def test_every_score_carries_evidence_with_value_unit_band_source_and_moment() -> None:
    card = score(measured(timing=timing()), RUBRIC)
    for name in ALL:
        found: Score = getattr(card, name)
        assert found.evidence
        for evidence in found.evidence:
            assert evidence.unit and evidence.band and evidence.source and evidence.span is not None


def test_the_effects_of_the_evidence_add_up_to_the_score() -> None:
    card = score(measured(pace=pace(185), delivery=delivery(heat=0.6, warmth=0.3), timing=timing()), RUBRIC)
    for name in ALL:
        found: Score = getattr(card, name)
        assert found.value == pytest.approx(100 + sum(e.effect or 0 for e in found.evidence))


@settings(deadline=None)
@given(st.floats(160, 320), st.floats(0, 100))
def test_faster_speech_beyond_the_band_never_raises_pace(rate: float, more: float) -> None:
    for context in (None, CustomerContext(hurry=1.0, anger=1.0), CustomerContext(distressed=True)):
        slow, fast = (score(measured(pace=pace(wpm)), RUBRIC, context) for wpm in (rate, rate + more))
        assert value(fast, "pace") <= value(slow, "pace") + 1e-9


@settings(deadline=None)
@given(st.floats(0, 1), st.floats(0, 1))
def test_more_heat_never_raises_tone_whoever_calls(one: float, other: float) -> None:
    low, high = sorted((one, other))
    for context in (
        None,
        CustomerContext(anger=1.0),
        CustomerContext(hurry=1.0),
        CustomerContext(style=Style.PERSONAL),
    ):
        calm, hot = (score(measured(delivery=delivery(heat=heat)), RUBRIC, context) for heat in (low, high))
        assert value(hot, "tone") <= value(calm, "tone") + 1e-9


@settings(deadline=None)
@given(st.floats(0, 1))
def test_an_angry_customer_does_not_excuse_heat(heat: float) -> None:
    plain, angry = (
        score(measured(delivery=delivery(heat=heat)), RUBRIC, context) for context in (None, CustomerContext(anger=1.0))
    )
    assert value(angry, "tone") <= value(plain, "tone") + 1e-9


def test_a_raised_moment_costs_tone_and_is_the_moment_shown() -> None:
    course = tuple(DeliveryMoment(Span(t, t + 5), 0.9 if t == 10 else 0.1, 0.6, 0.7) for t in range(0, 30, 5))
    card = score(measured(delivery=delivery(heat=0.23, course=course)), RUBRIC)
    assert value(card, "tone") < value(score(measured(), RUBRIC), "tone")
    shown = next(e for e in card.tone.evidence if e.measure == "raised_voice_share")
    assert shown.span == Span(10, 15) and shown.value == pytest.approx(1 / 6)


def test_an_apology_warms_and_a_deflection_cools() -> None:
    without = Wording(findings(*[w for w in GOOD_WORDS if w[0] != "apologised"]), 70)
    deflecting = Wording(findings(*GOOD_WORDS, ("deflected", 15.0)), 70)
    assert value(score(measured(wording=without), RUBRIC), "warmth") < value(score(measured(), RUBRIC), "warmth")
    assert value(score(measured(wording=deflecting), RUBRIC), "warmth") < value(score(measured(), RUBRIC), "warmth")


def test_solving_before_acknowledging_costs_warmth() -> None:
    late = Wording(findings(("offered_way", 0.5), *[w for w in GOOD_WORDS if w[0] != "offered_way"]), 70)
    card = score(measured(wording=late), RUBRIC)
    assert value(card, "warmth") < value(score(measured(), RUBRIC), "warmth")
    assert next(e for e in card.warmth.evidence if e.measure == "empathy_first").quote == "<offered_way>"


def test_dead_air_and_talking_over_cost_pace_and_an_announced_hold_does_not() -> None:
    quiet = measured(timing=timing(dead_air=()))
    silence = DeadAir(Span(12, 24), "amber")
    silent = measured(timing=timing(dead_air=(silence,)))
    announced = measured(timing=timing(dead_air=(replace(silence, announced=True),)))
    over = measured(timing=timing(overlaps=(Overlap(Span(5, 6.5), "trainee", "interruption"),)))
    assert value(score(silent, RUBRIC), "pace") < value(score(quiet, RUBRIC), "pace")
    assert value(score(announced, RUBRIC), "pace") == value(score(quiet, RUBRIC), "pace")
    assert value(score(over, RUBRIC), "pace") < value(score(quiet, RUBRIC), "pace")


def test_the_customer_decides_what_is_too_slow() -> None:
    slow = measured(pace=pace(108))
    grieving = value(score(slow, RUBRIC, CustomerContext(distressed=True)), "pace")
    hurried = value(score(slow, RUBRIC, CustomerContext(hurry=0.9)), "pace")
    assert grieving == pytest.approx(100) and hurried < 85


def test_the_rate_against_the_customer_is_reported_and_never_scored() -> None:
    context = CustomerContext(speech_rate_wpm=210)
    card = score(measured(), RUBRIC, context)
    shown = next(e for e in card.pace.evidence if e.measure == "rate_to_customer")
    assert shown.value == pytest.approx(140 / 210) and shown.effect is None
    assert value(card, "pace") == value(score(measured(), RUBRIC), "pace")


def test_no_speech_gives_no_score_and_no_overall() -> None:
    card = score(measured(spans=(), transcript=transcript(0)), RUBRIC)
    assert [getattr(card, name).value for name in ALL] == [None] * 3
    assert card.overall is None and card.tone.reason == "no speech was detected"
    assert not card.advice and not card.what_if


@pytest.mark.parametrize("heard", [transcript(0), transcript(30, confidence=0.1)], ids=["no words", "inventions"])
def test_music_and_noise_that_pass_for_speech_are_not_scored(heard: object) -> None:
    card = score(measured(transcript=heard), RUBRIC)
    assert [getattr(card, name).value for name in ALL] == [None] * 3
    assert card.tone.reason


def test_under_fifteen_seconds_there_is_no_verdict_on_pace_but_a_marked_tone() -> None:
    short = measured(spans=(Span(0, 4),), duration_s=5.0, pace=pace(speech_s=4.0), transcript=transcript(9, speech_s=4))
    card = score(short, RUBRIC)
    assert card.pace.value is None and "15 s" in (card.pace.reason or "")
    assert card.tone.value is not None and "less certain" in (card.tone.reason or "")
    assert card.overall is None


def test_a_short_reply_is_not_blamed_for_what_it_had_no_time_to_say() -> None:
    short = measured(spans=(Span(0, 4),), duration_s=5.0, wording=Wording((), 9), transcript=transcript(9, speech_s=4))
    assert value(score(short, RUBRIC), "warmth") == pytest.approx(100)


def test_unsure_words_leave_words_out_and_keep_the_voice() -> None:
    card = score(measured(transcript=transcript(confidence=0.45)), RUBRIC)
    assert card.pace.value is None and "unsure of the words" in (card.pace.reason or "")
    assert card.tone.value is not None
    assert card.warmth.value is not None and "unsure of the words" in (card.warmth.reason or "")
    assert {e.measure for e in card.warmth.evidence} == {"warmth"}


@pytest.mark.parametrize(
    ("signal", "why"),
    [
        (SignalQuality(0.05, 35, 7000), "clipped"),
        (SignalQuality(0.0, 3, 7000), "background"),
        (SignalQuality(0.0, 35, 7000, echo_db=-3), "microphone"),
    ],
)
def test_a_bad_signal_silences_what_rests_on_the_voice(signal: SignalQuality, why: str) -> None:
    card = score(measured(signal=signal), RUBRIC)
    assert card.tone.value is None and why in (card.tone.reason or "")
    assert card.warmth.value is None and card.overall is None
    assert card.pace.value is not None


def test_light_noise_silences_warmth_alone() -> None:
    card = score(measured(signal=SignalQuality(0.0, 16, 7000)), RUBRIC)
    assert card.warmth.value is None and "background" in (card.warmth.reason or "")
    assert card.tone.value is not None and card.pace.value is not None and card.overall is None


def test_advice_is_at_most_three_tied_to_moments_and_computed() -> None:
    poor = measured(
        pace=pace(195),
        delivery=delivery(heat=0.8, liveliness=0.1, warmth=0.1),
        wording=Wording(findings(("deflected", 3.0), ("official_patter", 5.0)), 70),
    )
    card = score(poor, RUBRIC)
    assert len(card.advice) == 3 and len({a.measure for a in card.advice}) == 3
    assert all(a.span is not None and a.gain and a.gain > 0 and "{" not in a.text for a in card.advice)
    assert len(card.what_if) <= 3 and all("{" not in line for line in card.what_if)


def test_what_if_is_what_the_formula_gives() -> None:
    card = score(measured(pace=pace(190)), RUBRIC)
    better = score(measured(pace=pace(160, course=pace(190).rate_course)), RUBRIC)
    assert f"at 160 words a minute pace would be {value(better, 'pace'):.0f}" in card.what_if


def test_a_perfect_reply_gets_no_advice() -> None:
    assert score(measured(), RUBRIC).advice == ()


@settings(deadline=None)
@given(st.floats(-500, 500).map(lambda t: round(t, 2)))
def test_the_clock_does_not_matter(later_s: float) -> None:
    now = measured(timing=timing())
    moved = replace(
        now,
        spans=tuple(s.shifted(later_s) for s in now.spans),
        transcript=now.transcript.shifted(later_s),
    )
    before, after = score(now, RUBRIC), score(moved, RUBRIC)
    assert [getattr(before, n).value for n in ALL] == pytest.approx([getattr(after, n).value for n in ALL])


@settings(deadline=None)
@given(
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(0, 1),
    st.floats(40, 300),
    st.lists(st.sampled_from(GOOD_WORDS), max_size=6),
)
def test_scores_stay_between_0_and_100(
    heat: float, lively: float, warm: float, wpm: float, said: list[tuple[str, float]]
) -> None:
    card = score(
        measured(delivery=delivery(heat, lively, warm), pace=pace(wpm), wording=Wording(findings(*said), 70)), RUBRIC
    )
    assert all(0 <= value(card, name) <= 100 for name in ALL)
