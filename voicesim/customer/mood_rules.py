"""The rules of `data/mood.toml`: how far each thing a trainee does moves a customer's mood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Literal

from voicesim.content import data_file, load_content
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
    """Effect that grows from nothing where `measure` (0-1) is `start`, to full where it is `full`."""

    measure: Literal["heat", "liveliness", "warmth"]
    start: float
    full: float


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


@dataclass(frozen=True)
class Limits:
    """Where the mood ends a call, and how often a customer repeats, prompts and breaks in."""

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID

    hang_up_patience: float
    manager_anger: float
    manager_trust: float
    content_anger: float
    content_trust: float
    delight_anger: float
    delight_trust: float
    retries: int
    prompts: int
    interruptions: int
    turns: int
    unfair_good: float


@dataclass(frozen=True)
class Repeats:
    """What a behaviour is still worth the next time it is heard, and how many times count within one reply."""

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID

    keep: float
    keep_bad: float
    within_reply: int


@dataclass(frozen=True)
class OrderRules:
    """Acknowledge before solving, for customers at least `from_anger` angry."""

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID

    from_anger: float
    care: tuple[str, ...]
    solving: tuple[str, ...]
    care_first: Effect
    solved_unheard: Effect
    never_heard: Effect


@dataclass(frozen=True)
class DeliveryRules:
    """How the voice moves the mood, and what words are still worth in a cold or raised one."""

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID

    min_certainty: float
    care_when_cold: float
    progress_when_cold: float
    warm: SpokenEffect
    cold: SpokenEffect
    raised: SpokenEffect
    flat: SpokenEffect


@dataclass(frozen=True)
class PaceRules:
    """How speech rate moves the mood; nothing is said about less than `min_speech_s` seconds of speech."""

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID

    min_speech_s: float
    rushed: RateEffect
    dragged: RateEffect


@dataclass(frozen=True)
class TimingRules:
    """How gaps, overlaps, silence and length move the mood. `clock` is paid each turn, in proportion to the hurry."""

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID

    hurried_past: HurriedPast
    talked_over: TimedEffect
    slow_answer: TimedEffect
    left_on_hold: TimedEffect
    rambled: RambleEffect
    broke_in: Effect
    clock: Effect
    silence: Effect
    unclear: Effect


@dataclass(frozen=True)
class FactRules:
    """What a fact said right or wrong does."""

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID

    right: BehaviourEffect
    wrong: BehaviourEffect


@dataclass(frozen=True)
class SilenceRules:
    """Seconds a customer waits before asking whether anybody is there."""

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID

    calm_s: float
    hurried_s: float
    announced_s: float


@dataclass(frozen=True)
class InterruptionRules:
    """Who breaks into a long reply, and after how many seconds: `calm_s` at the thresholds, `hot_s` beyond all."""

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID

    from_anger: float
    from_hurry: float
    calm_s: float
    hot_s: float


@dataclass(frozen=True)
class MoodRules:
    """The whole rule file."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _FORBID

    version: str
    limits: Limits
    repeats: Repeats
    behaviours: Mapping[str, BehaviourEffect]
    order: OrderRules
    delivery: DeliveryRules
    pace: PaceRules
    timing: TimingRules
    facts: FactRules
    silence: SilenceRules
    interruptions: InterruptionRules


@lru_cache(maxsize=4)
def load_mood_rules(path: Path | None = None) -> MoodRules:
    """The rules of `path`, or the shipped ones. Raises ContentError when the file is not valid."""
    return load_content(path or data_file("mood.toml"), MoodRules)
