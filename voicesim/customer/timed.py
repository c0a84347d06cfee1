"""What gaps, overlaps, silence and length do to a customer's mood."""

from __future__ import annotations

from dataclasses import replace

from voicesim.customer.effect_rules import TimedEffect
from voicesim.customer.effects import ramp, scaled
from voicesim.customer.heard import HeardReply
from voicesim.customer.mood_rules import MoodRules
from voicesim.domain import MoodChange, Persona, Span


def timing_changes(reply: HeardReply, persona: Persona, rules: MoodRules, *, helped: bool) -> list[MoodChange]:
    """Everything about when and how long; `helped` is whether the words were kind or moved things on."""
    timing = rules.timing
    changes = [
        *_timed("talked_over", timing.talked_over, reply.talked_over_s, persona, reply.span),
        *_timed("slow_answer", timing.slow_answer, reply.gap_s, persona, _before(reply)),
        *_timed("left_on_hold", timing.left_on_hold, reply.held_s, persona, reply.span),
        *_rambled(reply, persona, rules),
    ]
    if not helped:
        short = reply.wording.words <= timing.hurried_past.words
        effect = timing.hurried_past if short else rules.order.never_heard
        changes.append(scaled(effect, "hurried_past" if short else "never_heard", persona, 1.0, reply.span))
    if persona.hurry > 0:
        changes.append(scaled(timing.clock, "clock", persona, persona.hurry, reply.span))
    return changes


def silence_change(silence_s: float, rules: MoodRules) -> MoodChange:
    """Nothing was said for `silence_s` seconds after the customer's line, or nothing that could be made out."""
    name, effect = ("silence", rules.timing.silence) if silence_s >= 1.0 else ("unclear", rules.timing.unclear)
    return MoodChange(_told(effect.reason, silence_s), name, effect.anger, effect.patience, effect.trust)


def broke_in_change(speaking_s: float, persona: Persona, rules: MoodRules) -> MoodChange:
    """The customer had to break into a reply after `speaking_s` seconds."""
    effect = rules.timing.broke_in
    return replace(scaled(effect, "broke_in", persona, 1.0), reason=_told(effect.reason, speaking_s))


def _timed(
    name: str, rule: TimedEffect, value_s: float | None, persona: Persona, span: Span | None
) -> list[MoodChange]:
    if value_s is None or value_s < rule.start_s:
        return []
    change = scaled(rule, name, persona, 0.5 + 0.5 * ramp(value_s, rule.start_s, rule.full_s), span)
    return [replace(change, reason=_told(rule.reason, value_s))]


def _rambled(reply: HeardReply, persona: Persona, rules: MoodRules) -> list[MoodChange]:
    rule = rules.timing.rambled
    if reply.span is None:
        return []
    start_s = rule.calm_s + persona.hurry * (rule.hurried_s - rule.calm_s)
    length_s = reply.span.duration_s
    strength = ramp(length_s, start_s, start_s + rule.more_s)
    if strength <= 0:
        return []
    change = scaled(rule, "rambled", persona, strength, reply.span)
    return [replace(change, reason=_told(rule.reason, length_s))]


def _before(reply: HeardReply) -> Span | None:
    """The silence before the reply."""
    if reply.span is None or reply.gap_s is None or reply.gap_s <= 0:
        return reply.span
    return Span(max(0.0, reply.span.start_s - reply.gap_s), reply.span.start_s)


def _told(reason: str, seconds: float) -> str:
    return reason.format(seconds=f"{seconds:.0f}")
