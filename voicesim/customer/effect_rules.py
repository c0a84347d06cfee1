"""The kinds of effect a rule file gives: what each thing a trainee does moves, and how it grows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from voicesim.domain import Style

_FORBID: dict[str, str] = {"extra": "forbid"}


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What one thing does to anger, patience and trust, how it is told, and how much each style minds (1 when absent).

    Deltas are -1 to 1. `reason` is the customer's own view; `{seconds}` and `{fact}` are filled in.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID

    anger: float = 0.0
    patience: float = 0.0
    trust: float = 0.0
    reason: str
    styles: Mapping[Style, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class BehaviourEffect(Effect):
    """Effect of a behaviour of the lexicons. Care and progress are worth less in a cold or raised voice."""

    kind: Literal["care", "progress", "harm"]


@dataclass(frozen=True, kw_only=True)
class SpokenEffect(Effect):
    """Effect that grows from nothing where `measure` (0-1) is `start`, to full where it is `full`.

    With `throughout` the weakest stretch of the reply counts besides its mean: one odd stretch is no verdict.
    """

    measure: Literal["heat", "liveliness", "warmth"]
    start: float
    full: float
    throughout: bool = False


@dataclass(frozen=True, kw_only=True)
class RateEffect(Effect):
    """Effect that grows from `start_wpm` to `full_wpm`, shifted for distressed and for hurried customers."""

    start_wpm: float
    full_wpm: float
    distressed_wpm: float = 0.0
    hurry_wpm: float = 0.0


@dataclass(frozen=True, kw_only=True)
class TimedEffect(Effect):
    """Effect that grows from half at `start_s` seconds to full at `full_s`."""

    start_s: float
    full_s: float


@dataclass(frozen=True, kw_only=True)
class RambleEffect(Effect):
    """Effect of a long reply: from `calm_s` (unhurried) or `hurried_s` (in a full hurry), full `more_s` later."""

    calm_s: float
    hurried_s: float
    more_s: float


@dataclass(frozen=True, kw_only=True)
class HurriedPast(Effect):
    """Effect of an answer of at most `words` words with nothing in it."""

    words: int
