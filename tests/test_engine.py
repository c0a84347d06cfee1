"""A customer on the line: lines fit the mood, calls end for reasons, the same seed gives the same call."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicesim.customer.engine import CustomerEngine
from voicesim.customer.heard import imagined_reply
from voicesim.customer.scenarios import find_scenario, shipped_scenarios
from voicesim.customer.walk import walks
from voicesim.domain import Ending, LineChoice, Mood, Scenario, Span, Word
from voicesim.wording import load_lexicons

REFUND = find_scenario("angry_refund")
HURRIED = find_scenario("hurried_nursery")
BEHAVIOURS = load_lexicons().ids()


def with_mood(scenario: Scenario, anger: float, patience: float = 0.6, trust: float = 0.4) -> Scenario:
    return replace(scenario, persona=replace(scenario.persona, mood=Mood(anger, patience, trust)))


def test_an_angrier_customer_opens_with_hotter_words() -> None:
    cool, hot = (CustomerEngine(with_mood(REFUND, anger)).opening() for anger in (0.2, 0.9))
    assert cool.text == REFUND.beats[0].lines[0].text
    assert hot.text == REFUND.beats[0].lines[1].text
    assert hot.mood.anger == 0.9
    assert hot.stress == REFUND.beats[0].lines[1].stress != ()


def test_the_call_goes_on_once_the_needs_are_met_and_says_it_again_until_then() -> None:
    engine = CustomerEngine(REFUND)
    engine.opening()
    line, changes = engine.hear(imagined_reply(("thanked",)))
    assert line.beat == "opening"
    assert line.text in {choice.text for choice in REFUND.beats[0].retry}
    assert changes
    line, _ = engine.hear(imagined_reply(("apologised",)))
    assert line.beat == "story"


def test_needs_may_be_met_over_several_replies() -> None:
    engine = CustomerEngine(REFUND)
    engine.opening()
    engine.hear(imagined_reply(("apologised",)))
    assert engine.hear(imagined_reply(("checked",)))[0].beat == "story"
    assert engine.hear(imagined_reply(("took_ownership",)))[0].beat == "money"


def test_a_beat_settled_already_is_passed_over() -> None:
    beats = tuple(replace(b, unless=("gave_time",)) if b.id == "money" else b for b in REFUND.beats)
    engine = CustomerEngine(replace(REFUND, beats=beats))
    engine.opening()
    engine.hear(imagined_reply(("apologised", "gave_time")))
    assert engine.hear(imagined_reply(("checked", "took_ownership")))[0].beat == "goodbye"


@pytest.mark.parametrize("scenario", shipped_scenarios(), ids=lambda scenario: scenario.id)
def test_every_declared_ending_is_reached(scenario: Scenario) -> None:
    assert set(scenario.endings) <= {walk.ending for walk in walks(scenario)}


@pytest.mark.parametrize("scenario", shipped_scenarios(), ids=lambda scenario: scenario.id)
def test_every_beat_is_reached(scenario: Scenario) -> None:
    said = {line.beat for walk in walks(scenario) for line in walk.lines}
    assert {beat.id for beat in scenario.beats} <= said


@given(
    st.sampled_from(shipped_scenarios()),
    st.integers(0, 5),
    st.lists(st.one_of(st.none(), st.lists(st.sampled_from(BEHAVIOURS), max_size=6)), min_size=60, max_size=60),
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_said_every_call_ends_with_a_line_and_only_once(
    scenario: Scenario, seed: int, replies: list[list[str] | None]
) -> None:
    engine = CustomerEngine(scenario, seed)
    line = engine.opening()
    for behaviours in replies:
        assert line.text.strip()
        assert line.mood == engine.mood
        if line.ending is not None:
            break
        before = engine.mood
        line, changes = (
            engine.hear_silence(6.0) if behaviours is None else engine.hear(imagined_reply(tuple(behaviours)))
        )
        for field in ("anger", "patience", "trust"):
            told = getattr(before, field) + sum(getattr(change, field) for change in changes)
            assert getattr(engine.mood, field) == pytest.approx(told)
    assert line.ending in scenario.endings


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.sampled_from(BEHAVIOURS), max_size=4), max_size=6), st.integers(0, 3))
def test_the_same_seed_gives_the_same_call(replies: list[list[str]], seed: int) -> None:
    first, second = CustomerEngine(REFUND, seed), CustomerEngine(REFUND, seed)
    assert first.opening() == second.opening()
    for behaviours in replies:
        first.likely_next()
        assert first.hear(imagined_reply(tuple(behaviours))) == second.hear(imagined_reply(tuple(behaviours)))


def test_a_copy_hears_ahead_without_moving_the_customer() -> None:
    engine = CustomerEngine(REFUND)
    engine.opening()
    before = engine.mood
    ahead = deepcopy(engine).hear(imagined_reply(("apologised",)))
    assert engine.mood == before
    assert engine.hear(imagined_reply(("apologised",))) == ahead


def test_equal_wordings_take_turns_and_seeds_choose_among_them() -> None:
    lines = tuple(LineChoice(text) for text in ("One?", "Two?", "Three?"))
    scenario = replace(REFUND, prompts=lines)
    engine = CustomerEngine(scenario)
    assert {engine.hear_silence(6.0)[0].text for _ in range(3)} == {"One?", "Two?", "Three?"}
    firsts = {CustomerEngine(scenario, seed).hear_silence(6.0)[0].text for seed in range(12)}
    assert len(firsts) > 1


def test_the_silent_treatment_prompts_and_then_loses_the_customer() -> None:
    engine = CustomerEngine(REFUND)
    engine.opening()
    said = [engine.hear_silence(8.0)[0] for _ in range(4)]
    assert [line.beat for line in said[:3]] == ["prompt"] * 3
    assert said[3].ending is Ending.HUNG_UP


def test_a_customer_waits_longer_after_an_announced_hold_and_less_in_a_hurry() -> None:
    patient, hurried = CustomerEngine(REFUND), CustomerEngine(HURRIED)
    assert hurried.waits_s < patient.waits_s
    patient.opening()
    usual_s = patient.waits_s
    patient.hear(imagined_reply(("apologised", "announced_hold")))
    assert patient.waits_s > 3 * usual_s
    patient.hear(imagined_reply(("informed",)))
    assert patient.waits_s == usual_s


def test_angry_and_hurried_customers_break_into_a_long_reply_and_others_do_not() -> None:
    calm = CustomerEngine(with_mood(REFUND, 0.2))
    assert calm.interruption(300.0) is None
    for engine in (CustomerEngine(with_mood(REFUND, 0.9)), CustomerEngine(HURRIED)):
        assert engine.interruption(5.0) is None
        line = engine.interruption(30.0)
        assert line is not None
        assert line.beat == "interruption"
        assert engine.interruption(40.0) is None


def test_having_had_to_break_in_is_held_against_the_trainee() -> None:
    engine = CustomerEngine(HURRIED)
    engine.opening()
    engine.interruption(31.0)
    _, changes = engine.hear(imagined_reply(("offered_way",)))
    assert changes[0].behaviour == "broke_in"
    assert changes[0].reason == "After 31 seconds I had to break in."


def test_facts_right_and_wrong_are_noticed() -> None:
    def heard(text: str) -> dict[str, str]:
        engine = CustomerEngine(REFUND)
        engine.opening()
        words = tuple(Word(w, Span(i, i + 0.5)) for i, w in enumerate(text.split()))
        _, changes = engine.hear(replace(imagined_reply(("apologised",)), words=words))
        return {change.behaviour: change.reason for change in changes}

    assert heard("I will refund the 249 pounds")["fact_right"] == "They had it right: The pram cost 249 pounds."
    assert heard("I will refund the two hundred and forty-nine pounds")["fact_right"]
    assert heard("I will refund the 229 pounds")["fact_wrong"] == "They got it wrong: The pram cost 249 pounds."


def test_something_unexpected_in_a_good_mood_delights() -> None:
    def ending(last: tuple[str, ...]) -> Ending | None:
        engine = CustomerEngine(with_mood(REFUND, 0.2, 0.8, 0.7))
        line = engine.opening()
        for said in (("apologised",), ("checked", "took_ownership"), ("gave_time",), last):
            line, _ = engine.hear(imagined_reply(said, warmth=0.7))
        return line.ending

    assert ending(("thanked", "went_beyond")) is Ending.DELIGHTED
    assert ending(("thanked",)) is Ending.RESOLVED


def test_meeting_every_need_coldly_does_not_resolve_an_angry_call() -> None:
    engine = CustomerEngine(with_mood(REFUND, 0.85))
    line = engine.opening()
    for said in (("apologised",), ("checked", "took_ownership"), ("gave_time",), ("thanked",)):
        line, _ = engine.hear(imagined_reply(said, warmth=0.05))
        if line.ending:
            break
    assert line.ending in (Ending.MANAGER, Ending.HUNG_UP)


def test_the_likely_lines_hold_the_one_that_follows() -> None:
    engine = CustomerEngine(REFUND)
    engine.opening()
    likely = {line.text for line in engine.likely_next()}
    assert likely & {choice.text for choice in REFUND.beats[1].lines}
    assert likely & {choice.text for choice in REFUND.beats[0].retry}
    assert likely & {choice.text for choice in REFUND.prompts}
