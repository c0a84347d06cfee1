"""Effects turned into changes of mood."""

from __future__ import annotations

from voicesim.customer.effect_rules import Effect
from voicesim.domain import MoodChange, Persona, Span


def ramp(value: float, start: float, full: float) -> float:
    """0 at `start`, 1 at `full` and beyond, linear between; `full` may lie below `start`."""
    return min(1.0, max(0.0, (value - start) / (full - start)))


def scaled(effect: Effect, behaviour: str, persona: Persona, by: float, span: Span | None = None) -> MoodChange:
    """An effect as a change, `by` times its size and as much as the persona's style minds."""
    size = by * effect.styles.get(persona.style, 1.0)
    return MoodChange(
        effect.reason, behaviour, size * effect.anger, size * effect.patience, size * effect.trust, span=span
    )
