"""The rules of `data/mood.toml`: how far each thing a trainee does moves a customer's mood."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from voicesim.content import data_file, load_content
from voicesim.customer.effect_rules import (
    BehaviourEffect,
    Effect,
    HurriedPast,
    RambleEffect,
    RateEffect,
    SpokenEffect,
    TimedEffect,
)

_FORBID: dict[str, str] = {"extra": "forbid"}


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

    __pydantic_config__: ClassVar[dict[str, str]] = _FORBID

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
