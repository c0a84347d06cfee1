"""How a customer feels and why: one heard reply in, reasons out. Pure and deterministic.

The reasons are the customer's own view of the call; their deltas add up exactly to the change of mood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from voicesim.customer.delivered import deliveries, pace_changes, spoiled
from voicesim.customer.effect_rules import BehaviourEffect
from voicesim.customer.effects import scaled
from voicesim.customer.heard import HeardReply
from voicesim.customer.mood_rules import MoodRules
from voicesim.customer.timed import broke_in_change, silence_change, timing_changes
from voicesim.domain import BehaviourFinding, FactCheck, Mood, MoodChange, Persona, Span


@dataclass(frozen=True)
class MoodState:
    """The mood, and how often each behaviour was heard so far: a repeated one counts less."""

    mood: Mood
    heard: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class FactHeard:
    """A fact that was said right or wrong in a reply."""

    check: FactCheck
    right: bool
    quote: str
    span: Span


def react(
    state: MoodState,
    reply: HeardReply,
    persona: Persona,
    rules: MoodRules,
    *,
    facts: tuple[FactHeard, ...] = (),
    broke_in_after_s: float | None = None,
) -> tuple[MoodState, tuple[MoodChange, ...]]:
    """The state after a reply, and the reasons in the order in which they act.

    `broke_in_after_s` is when the customer had to break into the reply before this one, in seconds of speech.
    """
    spoiled_by = spoiled(reply.delivery, rules)
    wording, heard = _wording_changes(state, reply, persona, rules, spoiled_by)
    raw = [
        *([] if broke_in_after_s is None else [broke_in_change(broke_in_after_s, persona, rules)]),
        *wording,
        *_order_changes(state, reply, persona, rules, spoiled_by),
        *_fact_changes(facts, persona, rules, spoiled_by),
        *deliveries(reply, persona, rules),
        *pace_changes(reply, persona, rules),
        *timing_changes(reply, persona, rules, helped=_helped(reply, rules) or any(fact.right for fact in facts)),
    ]
    mood, changes = applied(state.mood, raw)
    return MoodState(mood, heard), changes


def react_to_silence(state: MoodState, silence_s: float, rules: MoodRules) -> tuple[MoodState, tuple[MoodChange, ...]]:
    """The state after the trainee said nothing for `silence_s` seconds."""
    mood, changes = applied(state.mood, [silence_change(silence_s, rules)])
    return replace(state, mood=mood), changes


def applied(mood: Mood, raw: list[MoodChange]) -> tuple[Mood, tuple[MoodChange, ...]]:
    """`mood` moved by each change in turn, held to 0-1, and the changes cut to what they really moved.

    For the better it moves in proportion to what is left to win: nobody goes from fury to calm in one breath.
    """
    kept: list[MoodChange] = []
    for change in raw:
        moved = Mood(
            anger=_held(mood.anger + change.anger * (mood.anger if change.anger < 0 else 1.0)),
            patience=_held(mood.patience + change.patience * (1.0 - mood.patience if change.patience > 0 else 1.0)),
            trust=_held(mood.trust + change.trust * (1.0 - mood.trust if change.trust > 0 else 1.0)),
        )
        cut = replace(
            change,
            anger=moved.anger - mood.anger,
            patience=moved.patience - mood.patience,
            trust=moved.trust - mood.trust,
        )
        if cut.anger or cut.patience or cut.trust:
            kept.append(cut)
        mood = moved
    return mood, tuple(kept)


def _held(value: float) -> float:
    return min(1.0, max(0.0, value))


def _worth(effect: BehaviourEffect, persona: Persona, rules: MoodRules, spoiled_by: float) -> float:
    """What a behaviour is worth to this customer in this voice; 1 is its full effect."""
    if effect.kind == "harm":
        return 1.0
    left = rules.delivery.care_when_cold if effect.kind == "care" else rules.delivery.progress_when_cold
    return (1.0 + spoiled_by * (left - 1.0)) * (rules.limits.unfair_good if persona.unfair else 1.0)


def _wording_changes(
    state: MoodState, reply: HeardReply, persona: Persona, rules: MoodRules, spoiled_by: float
) -> tuple[list[MoodChange], dict[str, int]]:
    heard, here = dict(state.heard), dict[str, int]()
    changes: list[MoodChange] = []
    for finding in reply.wording.findings:
        effect = rules.behaviours.get(finding.behaviour)
        if effect is None or here.get(finding.behaviour, 0) >= rules.repeats.within_reply:
            continue
        keep = rules.repeats.keep_bad if effect.kind == "harm" else rules.repeats.keep
        size = keep ** heard.get(finding.behaviour, 0) * _worth(effect, persona, rules, spoiled_by)
        changes.append(_from_finding(effect, finding, persona, size, spoiled_by))
        heard[finding.behaviour] = heard.get(finding.behaviour, 0) + 1
        here[finding.behaviour] = here.get(finding.behaviour, 0) + 1
    return changes, heard


def _from_finding(
    effect: BehaviourEffect, finding: BehaviourFinding, persona: Persona, size: float, spoiled_by: float
) -> MoodChange:
    change = replace(scaled(effect, finding.behaviour, persona, size, finding.span), quote=finding.quote)
    if effect.kind == "care" and spoiled_by > 0.5:
        return replace(change, reason=f"{effect.reason.rstrip('.')}, but it did not sound meant.")
    return change


def _helped(reply: HeardReply, rules: MoodRules) -> bool:
    """Whether anything in the reply was kind or moved things on."""
    effects = (rules.behaviours.get(finding.behaviour) for finding in reply.wording.findings)
    return any(effect is not None and effect.kind != "harm" for effect in effects)


def _order_changes(
    state: MoodState, reply: HeardReply, persona: Persona, rules: MoodRules, spoiled_by: float
) -> list[MoodChange]:
    """Acknowledge before solving: noticed until the customer was heard once, while they are angry."""
    order = rules.order
    if state.mood.anger < order.from_anger or any(state.heard.get(care) for care in order.care):
        return []
    ranked = [f for f in reply.wording.findings if f.behaviour in order.care or f.behaviour in order.solving]
    if not ranked:
        return []
    # What is said in one breath ("I'm sorry that must have been awful") may begin with either.
    first = ranked[0]
    if first.behaviour in order.care:
        kind = BehaviourEffect(**vars(order.care_first), kind="care")
        size = _worth(kind, persona, rules, spoiled_by)
        change = scaled(order.care_first, "care_first", persona, size, first.span)
    elif any(finding.behaviour in order.care for finding in ranked):
        return []
    else:
        change = scaled(order.solved_unheard, "solved_unheard", persona, 1.0, first.span)
    return [replace(change, quote=first.quote)]


def _fact_changes(
    facts: tuple[FactHeard, ...], persona: Persona, rules: MoodRules, spoiled_by: float
) -> list[MoodChange]:
    changes = []
    for fact in facts:
        effect = rules.facts.right if fact.right else rules.facts.wrong
        name = "fact_right" if fact.right else "fact_wrong"
        change = scaled(effect, name, persona, _worth(effect, persona, rules, spoiled_by), fact.span)
        text = persona.facts.get(fact.check.fact, fact.check.fact)
        changes.append(replace(change, reason=effect.reason.format(fact=text.rstrip(".")), quote=fact.quote))
    return changes
