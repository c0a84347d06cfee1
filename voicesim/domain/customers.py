"""Customers: persona, mood, what they say, and the scenario they are in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from voicesim.domain.audio import Span


class Style(StrEnum):
    """What a caller wants from a conversation (Leadership IQ's four communication styles); none is best."""

    PERSONAL = "personal"
    INTUITIVE = "intuitive"
    FUNCTIONAL = "functional"
    ANALYTICAL = "analytical"


class Ending(StrEnum):
    """How a call can end for the customer. `LEFT` is the trainee hanging up; `LOST` a broken line or device."""

    RESOLVED = "resolved"
    DELIGHTED = "delighted"
    HUNG_UP = "hung_up"
    MANAGER = "manager"
    LEFT = "left"
    LOST = "lost"


@dataclass(frozen=True)
class Mood:
    """How the customer feels; each 0-1. Anger 0 calm to 1 furious; patience and trust 0 none to 1 full."""

    anger: float
    patience: float
    trust: float


@dataclass(frozen=True)
class MoodChange:
    """One reason the mood moved, with the words or seconds it came from. Deltas are added to the mood."""

    reason: str
    behaviour: str
    anger: float
    patience: float
    trust: float
    span: Span | None = None
    quote: str | None = None


@dataclass(frozen=True)
class Persona:
    """Who is calling. `voice` names an entry of the cast (data/voices.toml); `hurry` is 0 unhurried to 1 rushing."""

    name: str
    voice: str
    style: Style
    situation: str
    wants: str
    hurry: float
    mood: Mood
    facts: Mapping[str, str] = field(default_factory=dict)
    distressed: bool = False
    unfair: bool = False


@dataclass(frozen=True)
class LineChoice:
    """One wording of a line, for a customer whose anger is at least `from_anger`. The hottest that fits is said."""

    text: str
    from_anger: float = 0.0


@dataclass(frozen=True)
class Beat:
    """A step of the call: what the customer says, and what brings the call on from here.

    The scenario engine reads these; see `voicesim.customer.scenarios` for the file format.
    """

    id: str
    lines: tuple[LineChoice, ...]
    needs: tuple[str, ...] = ()
    next: str | None = None
    otherwise: str | None = None
    retry: tuple[LineChoice, ...] = ()


@dataclass(frozen=True)
class Scenario:
    """A customer with a problem: persona, beats in order, lines for prompts, interruptions and each ending."""

    id: str
    title: str
    summary: str
    industry: str
    difficulty: int
    kind: str
    persona: Persona
    company: str
    beats: tuple[Beat, ...]
    prompts: tuple[LineChoice, ...]
    interruptions: tuple[LineChoice, ...]
    endings: Mapping[Ending, tuple[LineChoice, ...]]
    delight: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    version: str = "1"


@dataclass(frozen=True)
class CustomerLine:
    """What the customer says now, and the mood it is said in. `ending` is set on the last line of a call."""

    text: str
    mood: Mood
    beat: str
    hurry: float = 0.0
    ending: Ending | None = None
