"""The customers to choose from: what a card may say before a call, and whom to call next and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from voicesim.domain import Ending, Scenario

_SOLVED = {Ending.RESOLVED, Ending.DELIGHTED}
_LOW_SCORE = 70.0


@dataclass(frozen=True)
class Try:
    """One earlier call, newest first in lists: how it ended and its scores (None where none could be given)."""

    session_id: str
    scenario_id: str
    ending: Ending
    tone: float | None
    pace: float | None
    warmth: float | None
    overall: float | None


@dataclass(frozen=True)
class Card:
    """A customer as shown before the call: never the style."""

    scenario: Scenario
    hint: str
    heat: int
    tries: tuple[Try, ...]

    @property
    def best(self) -> float | None:
        """The best overall so far, None before the first scored try."""
        known = [t.overall for t in self.tries if t.overall is not None]
        return max(known) if known else None

    @property
    def solved(self) -> bool:
        """Whether any try ended well."""
        return any(t.ending in _SOLVED for t in self.tries)


@dataclass(frozen=True)
class Suggestion:
    """The customer to call next, and why."""

    card: Card
    why: str


def mood_hint(scenario: Scenario) -> str:
    """How the customer may sound, in a few plain words."""
    persona = scenario.persona
    if persona.distressed:
        return "Shaken, needs care"
    anger, hurry = persona.mood.anger, persona.hurry
    heat = "Furious" if anger >= 0.75 else "Angry" if anger >= 0.5 else "Irritated" if anger >= 0.25 else "Calm so far"
    if hurry < 0.5:
        return heat
    return "Very hurried" if anger < 0.25 else f"{heat}, in a hurry"


def make_cards(scenarios: Iterable[Scenario], tries: Sequence[Try]) -> tuple[Card, ...]:
    """A card for every scenario, easiest first; `tries` are the trainee's own, newest first."""
    by_scenario: dict[str, list[Try]] = {}
    for one in tries:
        by_scenario.setdefault(one.scenario_id, []).append(one)
    cards = [
        Card(s, mood_hint(s), min(4, int(s.persona.mood.anger * 5)), tuple(by_scenario.get(s.id, ())))
        for s in scenarios
    ]
    return tuple(sorted(cards, key=lambda card: (card.scenario.difficulty, card.scenario.title)))


def suggest(cards: Sequence[Card], tries: Sequence[Try]) -> Suggestion | None:
    """Whom to call next: a first call, a call worth another go, then someone new at the right difficulty."""
    if not cards:
        return None
    if not tries:
        gentle = min(cards, key=lambda c: (c.scenario.difficulty, c.scenario.persona.mood.anger))
        return Suggestion(gentle, "A good first call: an easier customer to get used to the headset and the ring.")
    by_id = {card.scenario.id: card for card in cards}
    last = by_id.get(tries[0].scenario_id)
    if last is not None and not last.solved and len(last.tries) < 3:
        return Suggestion(
            last, f"Last time this call ended without a solution ({_attempts(last)}). You know the story now."
        )
    weakest = weakest_score(tries[:8])
    fresh = [card for card in cards if not card.tries]
    if fresh:
        return _someone_new(fresh, tries, weakest)
    again = min(cards, key=lambda c: (c.best if c.best is not None else 0.0, len(c.tries)))
    best = "not scored yet" if again.best is None else f"best so far {round(again.best)}"
    return Suggestion(again, f"You have met everyone. This customer leaves the most to gain: {best}.")


def weakest_score(tries: Sequence[Try]) -> tuple[str, float] | None:
    """The lowest mean among tone, pace and warmth over these tries, None while nothing is scored."""
    means: dict[str, float] = {}
    for name in ("tone", "pace", "warmth"):
        known: list[float] = [value for t in tries if (value := getattr(t, name)) is not None]
        if known:
            means[name] = fmean(known)
    if not means:
        return None
    name = min(means, key=lambda key: means[key])
    return name, means[name]


def _someone_new(fresh: Sequence[Card], tries: Sequence[Try], weakest: tuple[str, float] | None) -> Suggestion:
    solved = sum(t.ending in _SOLVED for t in tries[:4])
    level = max(1, min(3, 1 + solved * 3 // 5))
    by_distance = sorted(fresh, key=lambda c: abs(c.scenario.difficulty - level))
    if weakest is None or weakest[1] >= _LOW_SCORE:
        return Suggestion(
            by_distance[0],
            f"Someone new at difficulty {by_distance[0].scenario.difficulty}, after how your last calls ended.",
        )
    name, mean = weakest
    near = [c for c in by_distance if abs(c.scenario.difficulty - level) <= 1] or by_distance
    card = max(near, key=lambda c: _TRAINS[name](c.scenario))
    return Suggestion(card, f"Your {name} averages {round(mean)} lately. {_WHY[name]}")


_TRAINS: Mapping[str, Callable[[Scenario], float]] = {
    "tone": lambda s: s.persona.mood.anger,
    "pace": lambda s: s.persona.hurry,
    "warmth": lambda s: float(s.persona.distressed) + (1 - s.persona.mood.trust),
}
_WHY = {
    "tone": "This customer is heated: practise staying even.",
    "pace": "This customer is in a hurry: practise being brief without rushing.",
    "warmth": "This customer trusts nobody yet: practise being warm first.",
}


def _attempts(card: Card) -> str:
    return "1 try" if len(card.tries) == 1 else f"{len(card.tries)} tries"
