"""What voice and pace do to a customer's mood."""

from __future__ import annotations

from voicesim.customer.effect_rules import RateEffect, SpokenEffect
from voicesim.customer.effects import ramp, scaled
from voicesim.customer.heard import HeardReply
from voicesim.customer.mood_rules import MoodRules
from voicesim.domain import Delivery, DeliveryMoment, MoodChange, Persona, Span


def spoiled(delivery: Delivery | None, rules: MoodRules) -> float:
    """How much the voice takes back of the words: 0 not at all, 1 fully cold or raised."""
    if delivery is None or delivery.certainty < rules.delivery.min_certainty:
        return 0.0
    return max(_heard(rule, delivery) for rule in (rules.delivery.cold, rules.delivery.raised))


def deliveries(reply: HeardReply, persona: Persona, rules: MoodRules) -> list[MoodChange]:
    """Warm, cold, raised and flat, each with the stretch in which it was strongest.

    A voice that is raised, or that sounds read out, is not called warm beside it.
    """
    delivery = reply.delivery
    if delivery is None or delivery.certainty < rules.delivery.min_certainty:
        return []
    named = (
        ("warm", rules.delivery.warm),
        ("cold", rules.delivery.cold),
        ("raised", rules.delivery.raised),
        ("flat", rules.delivery.flat),
    )
    changes = []
    for name, rule in named:
        strength = _heard(rule, delivery)
        if name == "warm" and any(
            _strength(other, delivery) > 0 for other in (rules.delivery.raised, rules.delivery.flat)
        ):
            continue
        if strength > 0:
            changes.append(scaled(rule, name, persona, strength, _strongest(rule, delivery, reply.span)))
    return changes


def pace_changes(reply: HeardReply, persona: Persona, rules: MoodRules) -> list[MoodChange]:
    """Rattled off, or dragged while the customer is in a hurry."""
    pace = reply.pace
    if pace is None or pace.speech_rate_wpm is None or pace.speaking_s < rules.pace.min_speech_s:
        return []
    changes = []
    rushed = _rate_strength(rules.pace.rushed, pace.speech_rate_wpm, persona)
    if rushed > 0:
        changes.append(scaled(rules.pace.rushed, "rushed", persona, rushed, reply.span))
    dragged = persona.hurry * _rate_strength(rules.pace.dragged, pace.speech_rate_wpm, persona)
    if dragged > 0:
        changes.append(scaled(rules.pace.dragged, "dragged", persona, dragged, reply.span))
    return changes


def _heard(rule: SpokenEffect, delivery: Delivery) -> float:
    """Strength of the effect over a whole reply."""
    parts: tuple[Delivery | DeliveryMoment, ...] = (delivery, *(delivery.course if rule.throughout else ()))
    return min(_strength(rule, part) for part in parts)


def _strength(rule: SpokenEffect, delivery: Delivery | DeliveryMoment) -> float:
    value = {"heat": delivery.heat, "liveliness": delivery.liveliness, "warmth": delivery.warmth}[rule.measure]
    return 0.0 if value is None else ramp(value, rule.start, rule.full)


def _strongest(rule: SpokenEffect, delivery: Delivery, whole: Span | None) -> Span | None:
    """The moment of the course in which the rule was strongest, else the whole reply."""
    moments = [moment for moment in delivery.course if _strength(rule, moment) > 0]
    return max(moments, key=lambda moment: _strength(rule, moment)).span if moments else whole


def _rate_strength(rule: RateEffect, wpm: float, persona: Persona) -> float:
    shift = rule.hurry_wpm * persona.hurry + (rule.distressed_wpm if persona.distressed else 0.0)
    return ramp(wpm, rule.start_wpm + shift, rule.full_wpm + shift)
