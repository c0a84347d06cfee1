"""What was said, found with lexicon files."""

from __future__ import annotations

from dataclasses import dataclass

from voicesim.domain.audio import Span


@dataclass(frozen=True)
class BehaviourFinding:
    """One behaviour heard in the words: e.g. "apologised", its exact quote and when it was said."""

    behaviour: str
    quote: str
    span: Span
    confidence: float | None = None


@dataclass(frozen=True)
class Wording:
    """All behaviours found, in order of time, and how many words were searched."""

    findings: tuple[BehaviourFinding, ...]
    words: int

    def of(self, behaviour: str) -> tuple[BehaviourFinding, ...]:
        """The findings of one behaviour."""
        return tuple(finding for finding in self.findings if finding.behaviour == behaviour)

    def has(self, behaviour: str) -> bool:
        """Whether the behaviour was heard at all."""
        return any(finding.behaviour == behaviour for finding in self.findings)
