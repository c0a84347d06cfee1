"""Customers: persona, mood, what they say, and the scenario they are in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from voicesim.domain.audio import Span


class _Between:
    """Marks a number that a file may only give inside `low`..`high`; read where content files are validated."""

    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high

    def __get_pydantic_core_schema__(self, source: object, handler: Callable[[object], Any]) -> Any:
        return {**handler(source), "ge": self.low, "le": self.high}


Share = Annotated[float, _Between(0.0, 1.0)]
"""A number from 0 to 1."""

# Unknown fields in a file are refused, so that a misspelt one is never silently ignored.
_STRICT: dict[str, str] = {"extra": "forbid"}


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

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    anger: Share
    patience: Share
    trust: Share


@dataclass(frozen=True)
class MoodChange:
    """One reason the mood moved, with the words or seconds it came from. Deltas are added to the mood.

    `reason` is the customer's own view ("They said sorry before anything else."). `behaviour` names the rule: a
    behaviour of the lexicons, or one of the delivery, order and timing rules in `data/mood.toml`.
    """

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

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    name: str
    voice: str
    style: Style
    situation: str
    wants: str
    hurry: Share
    mood: Mood
    facts: Mapping[str, str] = field(default_factory=dict)
    distressed: bool = False
    unfair: bool = False


@dataclass(frozen=True)
class LineChoice:
    """One wording of a line, for a customer whose anger is at least `from_anger`. The hottest that fits is said.

    The voice gives weight to the words of `stress`.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    text: str
    from_anger: Share = 0.0
    stress: tuple[str, ...] = ()


@dataclass(frozen=True)
class StyleCue:
    """Something the trainee could have heard: words of the customer, and what they say about how to talk to them."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    quote: str
    means: str


@dataclass(frozen=True)
class FactCheck:
    """What a trainee says when they have one of the persona's facts right or wrong: phrases as in the lexicons."""

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    fact: str
    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True)
class Beat:
    """A step of the call: what the customer says, and what brings the call on from here.

    `lines` are said on arriving. Once every one of `needs` was heard ("apologised|acknowledged_feeling": either will
    do), the call goes on to `next`, or to its end where there is none. Until then the customer says one of `retry`;
    after two of those the call takes `otherwise`, or ends badly. A beat whose `unless` was all said already is passed
    over. `example` is what an excellent trainee would answer.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    id: str
    lines: tuple[LineChoice, ...]
    needs: tuple[str, ...] = ()
    next: str | None = None
    otherwise: str | None = None
    retry: tuple[LineChoice, ...] = ()
    unless: tuple[str, ...] = ()
    example: str = ""


@dataclass(frozen=True)
class Scenario:
    """A customer with a problem: persona, beats in order, lines for prompts, interruptions and each ending.

    `difficulty` is 1 easy to 3 hard. `delight` lists the behaviours any one of which can turn a resolved call into a
    delighted one. `cues` are what can be heard of the customer's style, `checks` the facts that can be said wrong.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _STRICT

    id: str
    title: str
    summary: str
    industry: str
    difficulty: Literal[1, 2, 3]
    kind: Literal["angry", "hurried"]
    persona: Persona
    company: str
    beats: tuple[Beat, ...]
    prompts: tuple[LineChoice, ...]
    interruptions: tuple[LineChoice, ...]
    endings: Mapping[Ending, tuple[LineChoice, ...]]
    delight: tuple[str, ...] = ()
    cues: tuple[StyleCue, ...] = ()
    checks: tuple[FactCheck, ...] = ()
    version: str = "1"

    def beat(self, beat_id: str) -> Beat:
        """The beat of that id. Raises KeyError when there is none."""
        for beat in self.beats:
            if beat.id == beat_id:
                return beat
        raise KeyError(beat_id)


@dataclass(frozen=True)
class CustomerLine:
    """What the customer says now, and the mood it is said in. `ending` is set on the last line of a call.

    `beat` is the beat's id, or "prompt", "interruption", or the ending's name; the words of `stress` are given weight.
    """

    text: str
    mood: Mood
    beat: str
    hurry: float = 0.0
    ending: Ending | None = None
    stress: tuple[str, ...] = ()
