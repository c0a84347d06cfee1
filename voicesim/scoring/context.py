"""What scoring knows about the customer the trainee spoke to."""

from __future__ import annotations

from dataclasses import dataclass

from voicesim.domain import Persona, Style


@dataclass(frozen=True)
class CustomerContext:
    """The customer the trainee spoke to. `hurry` and `anger` are 0-1; `speech_rate_wpm` is the customer's own."""

    style: Style | None = None
    hurry: float = 0.0
    distressed: bool = False
    anger: float = 0.0
    speech_rate_wpm: float | None = None

    @classmethod
    def of(cls, persona: Persona, speech_rate_wpm: float | None = None) -> CustomerContext:
        """What scoring needs to know of a scenario's customer, as the call began."""
        return cls(persona.style, persona.hurry, persona.distressed, persona.mood.anger, speech_rate_wpm)
