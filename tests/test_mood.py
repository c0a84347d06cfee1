"""The mood moves for reasons: what was said, in which order, in which voice, to whom."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicesim.customer.heard import HeardReply
from voicesim.customer.mood import MoodState, react, react_to_silence
from voicesim.customer.mood_rules import load_mood_rules
from voicesim.customer.scenarios import shipped_scenarios
from voicesim.domain import (
    BehaviourFinding,
    Delivery,
    DeliveryMoment,
    Mood,
    MoodChange,
    Pace,
    Persona,
    Span,
    Style,
    Transcript,
    Word,
    Wording,
)
from voicesim.wording import find_wording, load_lexicons

RULES = load_mood_rules()
ANGRY = Mood(anger=0.6, patience=0.5, trust=0.4)
GOOD = [name for name, effect in RULES.behaviours.items() if effect.kind != "harm"]
HARM = [name for name, effect in RULES.behaviours.items() if effect.kind == "harm"]


def persona(style: Style = Style.FUNCTIONAL, **other: object) -> Persona:
    known = {"name": "Ann", "voice": "v", "situation": "s", "wants": "w", "hurry": 0.0, "mood": ANGRY}
    return Persona(style=style, **{**known, **other})  # type: ignore[arg-type]


def voice(warmth: float | None = 0.5, heat: float | None = 0.2, liveliness: float | None = 0.6) -> Delivery:
    return Delivery(heat, liveliness, warmth, certainty=1.0, method="given", against="given")


def reply(*behaviours: str, delivery: Delivery | None = None, **other: object) -> HeardReply:
    findings = tuple(BehaviourFinding(b, b, Span(float(i), i + 0.5)) for i, b in enumerate(behaviours))
    return HeardReply(Wording(findings, 20), delivery, **other)  # type: ignore[arg-type]


def moved(heard: HeardReply, who: Persona | None = None, mood: Mood = ANGRY) -> tuple[Mood, tuple[MoodChange, ...]]:
    state, changes = react(MoodState(mood), heard, who or persona(), RULES)
    return state.mood, changes


def names(changes: tuple[MoodChange, ...]) -> set[str]:
    return {change.behaviour for change in changes}


def test_every_behaviour_of_the_rules_is_one_of_the_lexicons() -> None:
    assert set(RULES.behaviours) <= set(load_lexicons().ids())
    assert {*RULES.order.care, *RULES.order.solving} <= set(load_lexicons().ids())


def test_good_behaviours_have_good_effects_and_harm_has_bad_ones() -> None:
    for name, effect in RULES.behaviours.items():
        sign = 1 if effect.kind == "harm" else -1
        assert sign * effect.anger >= 0, name
        assert sign * effect.trust <= 0, name
        if load_lexicons().behaviours[name].entry.quality != "neutral":
            assert (load_lexicons().behaviours[name].entry.quality == "bad") == (effect.kind == "harm"), name


@pytest.mark.parametrize("behaviour", GOOD)
def test_good_words_calm_or_build_trust(behaviour: str) -> None:
    mood, _ = moved(reply("acknowledged_feeling", behaviour))
    assert mood.anger < ANGRY.anger
    assert mood.trust > ANGRY.trust


@pytest.mark.parametrize("behaviour", HARM)
def test_harmful_words_anger_and_cost_trust(behaviour: str) -> None:
    mood, _ = moved(reply(behaviour))
    assert mood.anger > ANGRY.anger
    assert mood.trust < ANGRY.trust


@settings(deadline=None)
@given(st.lists(st.sampled_from([*GOOD, *HARM]), max_size=12), st.floats(0, 1), st.floats(0, 1), st.floats(0, 40))
def test_the_reasons_add_up_to_the_change_and_the_mood_stays_in_range(
    behaviours: list[str], warmth: float, heat: float, seconds: float
) -> None:
    heard = reply(*behaviours, delivery=voice(warmth, heat), gap_s=seconds, held_s=seconds, talked_over_s=seconds)
    mood, changes = moved(heard, persona(hurry=0.5))
    for field in ("anger", "patience", "trust"):
        assert getattr(mood, field) == pytest.approx(getattr(ANGRY, field) + sum(getattr(c, field) for c in changes))
        assert 0.0 <= getattr(mood, field) <= 1.0
    assert all(change.reason for change in changes)


@pytest.mark.parametrize("scenario", shipped_scenarios(), ids=lambda scenario: scenario.id)
def test_the_same_words_warm_and_cold_move_the_mood_in_opposite_directions(scenario) -> None:  # type: ignore[no-untyped-def]
    text = scenario.beats[0].example
    words = tuple(Word(w, Span(i * 0.35, i * 0.35 + 0.3)) for i, w in enumerate(text.split()))
    wording = find_wording(Transcript(text, words, "en", "typed"), load_lexicons(), scenario.persona.name)
    before = scenario.persona.mood

    def after(delivery: Delivery) -> Mood:
        return moved(HeardReply(wording, delivery, words=words), scenario.persona, before)[0]

    warm, cold, raised = after(voice(warmth=0.9)), after(voice(warmth=0.1)), after(voice(heat=0.95))
    assert warm.anger < before.anger < cold.anger
    assert warm.trust > before.trust > cold.trust
    assert raised.anger > before.anger
    assert raised.trust < before.trust


def test_cold_care_says_that_it_did_not_sound_meant() -> None:
    _, changes = moved(reply("apologised", delivery=voice(warmth=0.1)))
    assert next(c for c in changes if c.behaviour == "apologised").reason == (
        "They said sorry, but it did not sound meant."
    )


def test_a_voice_is_cold_only_when_no_stretch_of_the_reply_was_warmer() -> None:
    def stretches(*warmths: float) -> Delivery:
        course = tuple(DeliveryMoment(Span(2.0 * i, 2.0 * i + 2.0), 0.2, 0.6, w) for i, w in enumerate(warmths))
        return replace(voice(warmth=sum(warmths) / len(warmths)), course=course)

    mixed, throughout = (moved(reply("asked", delivery=stretches(*w)))[1] for w in ((0.02, 0.4), (0.02, 0.05)))
    assert "cold" not in names(mixed)
    assert "cold" in names(throughout)


@pytest.mark.parametrize(
    ("delivery", "heard"), [({}, {"warm"}), ({"heat": 0.95}, {"raised"}), ({"liveliness": 0.1}, {"flat"})]
)
def test_a_voice_is_not_called_warm_that_is_raised_or_reads_out(delivery: dict[str, float], heard: set[str]) -> None:
    _, changes = moved(reply("asked", delivery=voice(warmth=0.9, **delivery)))
    assert set(names(changes)) & {"warm", "raised", "flat", "cold"} == heard


def test_an_uncertain_or_missing_voice_moves_nothing() -> None:
    unsure = replace(voice(warmth=0.0, heat=1.0), certainty=0.1)
    unheard = voice(None, None, None)
    assert moved(reply("asked", delivery=unsure)) == moved(reply("asked")) == moved(reply("asked", delivery=unheard))


def test_acknowledging_before_solving_beats_the_other_order() -> None:
    first, changes = moved(reply("apologised", "offered_way"))
    later, _ = moved(reply("offered_way", "apologised"))
    without, unheard = moved(reply("offered_way"))
    assert first.anger < later.anger < without.anger
    assert "care_first" in names(changes)
    assert "solved_unheard" in names(unheard)


def test_a_calm_customer_does_not_wait_for_an_acknowledgement() -> None:
    _, changes = moved(reply("offered_way"), mood=Mood(0.2, 0.6, 0.6))
    assert "solved_unheard" not in names(changes)


def test_the_same_reply_is_worth_more_to_the_style_it_suits() -> None:
    care, short = reply("acknowledged_feeling", "used_name"), reply("offered_way", "gave_time")
    personal, intuitive = persona(Style.PERSONAL), persona(Style.INTUITIVE)
    assert moved(care, personal)[0].anger < moved(care, intuitive)[0].anger
    assert moved(short, intuitive)[0].patience > moved(short, personal)[0].patience


def test_repeating_yourself_counts_less_each_time() -> None:
    state, steps = MoodState(ANGRY), []
    for _ in range(3):
        state, changes = react(state, reply("thanked"), persona(), RULES)
        steps.append(sum(change.trust for change in changes))
    assert steps[0] > steps[1] > steps[2] > 0


def test_within_one_reply_a_behaviour_counts_twice_at_most() -> None:
    assert moved(reply(*["thanked"] * 9))[0] == moved(reply(*["thanked"] * 2))[0]


@pytest.mark.parametrize(
    ("heard", "name"),
    [
        (reply("asked", delivery=voice(heat=0.9)), "raised"),
        (reply("asked", delivery=voice(liveliness=0.05)), "flat"),
        (reply("asked", talked_over_s=2.0), "talked_over"),
        (reply("asked", gap_s=5.0), "slow_answer"),
        (reply("asked", held_s=9.0), "left_on_hold"),
        (reply("asked", span=Span(0.0, 55.0)), "rambled"),
        (reply("asked", pace=Pace(10.0, 40, 240.0, 6.0, 60)), "rushed"),
        (replace(reply(), wording=Wording((), 3)), "hurried_past"),
        (reply(), "never_heard"),
    ],
)
def test_how_it_was_said_moves_the_mood_for_the_worse(heard: HeardReply, name: str) -> None:
    mood, changes = moved(heard)
    assert name in names(changes)
    change = next(change for change in changes if change.behaviour == name)
    assert change.patience < 0 or change.trust < 0
    assert mood.patience < moved(reply("asked"))[0].patience or mood.trust < moved(reply("asked"))[0].trust


def test_a_hurried_customer_minds_length_and_dragging_and_the_clock() -> None:
    slow = reply("asked", span=Span(0.0, 22.0), pace=Pace(22.0, 30, 85.0, 2.0, 40))
    _, hurried = moved(slow, persona(hurry=1.0))
    _, unhurried = moved(slow, persona(hurry=0.0))
    assert {"rambled", "dragged", "clock"} <= names(hurried)
    assert not {"rambled", "dragged", "clock"} & names(unhurried)


def test_a_distressed_customer_feels_rushed_sooner() -> None:
    quick = reply("asked", pace=Pace(10.0, 30, 180.0, 5.0, 60))
    assert "rushed" in names(moved(quick, persona(distressed=True))[1])
    assert "rushed" not in names(moved(quick)[1])


def test_an_unfair_customer_gives_less_for_good_words() -> None:
    assert moved(reply("apologised"), persona(unfair=True))[0].anger > moved(reply("apologised"))[0].anger


def test_reasons_carry_the_words_and_seconds_they_came_from() -> None:
    _, changes = moved(reply("apologised"))
    change = next(change for change in changes if change.behaviour == "apologised")
    assert (change.quote, change.span, change.reason) == ("apologised", Span(0.0, 0.5), "They said sorry.")


def test_silence_costs_patience_and_says_how_long() -> None:
    state, (change,) = react_to_silence(MoodState(ANGRY), 8.2, RULES)
    assert state.mood.patience < ANGRY.patience
    assert change.reason == "They said nothing for 8 seconds."
