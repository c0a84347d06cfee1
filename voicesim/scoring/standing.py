"""What stands of a scorecard once people give values of their own: the overall follows, the measured one is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from voicesim.domain import SCORE_NAMES, Judgements, Override, ScoreCard

SCORES = ("tone", "pace", "warmth")
OVERALL = "overall"


@dataclass(frozen=True)
class StandingScore:
    """One of tone, pace, warmth and overall as it stands: `value` and `measured` are 0-100, or None where not given.

    `override` is the person's value that stands for this very score. `includes` are the overrides of tone, pace and
    warmth an overall was computed with, `without` those it could not follow.
    """

    name: str
    value: float | None
    measured: float | None
    override: Override | None = None
    includes: tuple[Override, ...] = ()
    without: tuple[Override, ...] = ()

    @property
    def note(self) -> str | None:
        """Whose values stand or are in it and what was measured, in words; None where all is as measured."""
        was = "not measured" if self.measured is None else f"measured {self.measured:.0f}"
        if self.override is not None:
            return f"Given by {self.override.author} ({was}): {self.override.reason}"
        if self.includes:
            return f"Includes {_named(self.includes)} ({was})"
        if self.without:
            return f"As measured, without {_named(self.without)}: score the call again to include it"
        return None


@dataclass(frozen=True)
class StandingScores:
    """A whole scorecard as it stands."""

    tone: StandingScore
    pace: StandingScore
    warmth: StandingScore
    overall: StandingScore

    @property
    def three(self) -> tuple[StandingScore, StandingScore, StandingScore]:
        """Tone, pace and warmth, in this order."""
        return self.tone, self.pace, self.warmth


def overall_of(values: Mapping[str, float | None], weights: Mapping[str, float]) -> float | None:
    """The mean (0-100) of tone, pace and warmth by weight; None unless all three are given."""
    weighed = [(values.get(name), weight) for name, weight in weights.items()]
    known = [(value, weight) for value, weight in weighed if value is not None]
    total = sum(weight for _, weight in known)
    if not known or len(known) < len(weighed) or total <= 0:
        return None
    return sum(value * weight for value, weight in known) / total


def standing_values(card: ScoreCard | None, given: Mapping[str, float]) -> dict[str, float | None]:
    """Tone, pace, warmth and overall as they stand, by name, where people gave the values in `given`.

    A given value takes the measured one's place, and the overall is made anew from what stands by the rubric's weights.
    A person's own overall stands above that; a card that does not hold its weights keeps its overall as measured.
    """
    measured = [score.value for score in card.scores] if card else [None] * len(SCORES)
    values = {name: given.get(name, value) for name, value in zip(SCORES, measured, strict=True)}
    overall = card.overall if card else None
    if card is not None and card.overall_weights and given.keys() & values.keys():
        overall = overall_of(values, card.overall_weights)
    return {**values, OVERALL: given.get(OVERALL, overall)}


def standing_scores(card: ScoreCard, judgements: Judgements) -> StandingScores:
    """The same with what was measured and whose values are in it, for showing."""
    overrides = {name: found for name in SCORE_NAMES if (found := judgements.standing(name)) is not None}
    given = {name: one.value for name, one in overrides.items() if one.value is not None}
    values, measured = standing_values(card, given), standing_values(card, {})
    parts = tuple(overrides[name] for name in SCORES if name in overrides)
    whole = StandingScore(OVERALL, values[OVERALL], measured[OVERALL], overrides.get(OVERALL))
    if whole.override is None and parts:
        follows = bool(card.overall_weights)
        whole = StandingScore(
            OVERALL, whole.value, whole.measured, includes=parts if follows else (), without=() if follows else parts
        )
    each = {name: StandingScore(name, values[name], measured[name], overrides.get(name)) for name in SCORES}
    return StandingScores(**each, overall=whole)


def _named(overrides: tuple[Override, ...]) -> str:
    return " and ".join(f"{one.score} given by {one.author}" for one in overrides)
