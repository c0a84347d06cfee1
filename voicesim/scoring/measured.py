"""What scoring is given: everything measured, and what is known about the customer."""

from __future__ import annotations

from dataclasses import dataclass

from voicesim.domain import (
    Analysis,
    CallTiming,
    Delivery,
    Pace,
    Persona,
    Prosody,
    SignalQuality,
    Span,
    Style,
    Transcript,
    Wording,
)
from voicesim.domain.spans import total_s


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


@dataclass(frozen=True, eq=False)
class Measured:
    """Everything measured about one speaker's side; `timing` is None where only one party was heard."""

    duration_s: float
    spans: tuple[Span, ...]
    transcript: Transcript
    prosody: Prosody
    pace: Pace
    delivery: Delivery
    wording: Wording
    signal: SignalQuality
    timing: CallTiming | None = None

    @classmethod
    def of(cls, analysis: Analysis) -> Measured:
        """The measured part of a stored analysis, to score it again."""
        return cls(
            analysis.duration_s,
            analysis.spans,
            analysis.transcript,
            analysis.prosody,
            analysis.pace,
            analysis.delivery,
            analysis.wording,
            analysis.signal,
            analysis.timing,
        )

    @property
    def speech_s(self) -> float:
        """Seconds of detected speech."""
        return total_s(self.spans)

    @property
    def whole_span(self) -> Span:
        """From the first to the last detected speech (the whole recording without any)."""
        if not self.spans:
            return Span(0.0, max(self.duration_s, 0.0))
        return Span(min(s.start_s for s in self.spans), max(s.end_s for s in self.spans))
