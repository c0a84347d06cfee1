"""Made-up trainees take every call by their words alone; `scripts/simulated_trainees.py` lets them speak."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from voicesim.customer.engine import CustomerEngine
from voicesim.customer.heard import HeardReply
from voicesim.customer.scenarios import shipped_scenarios
from voicesim.domain import Ending, Scenario, Span, Transcript, Word, Wording
from voicesim.wording import find_wording, load_lexicons

TRAINEES = tomllib.loads((Path(__file__).parents[1] / "scripts" / "trainees.toml").read_text())["trainees"]
WORD_S = 0.36
GOOD = (Ending.RESOLVED, Ending.DELIGHTED)


@cache
def heard(text: str, name: str) -> tuple[Wording, tuple[Word, ...]]:
    words = tuple(Word(w, Span(i * WORD_S, i * WORD_S + 0.3)) for i, w in enumerate(text.split()))
    return find_wording(Transcript(text, words, "en", "typed"), load_lexicons(), name), words


def ending(scenario: Scenario, lines: Sequence[str] | None) -> Ending:
    """How the call ends when these lines take turns, or, without any, the scenario's example replies are said."""
    engine = CustomerEngine(scenario)
    line, beat, turn = engine.opening(), scenario.beats[0], 0
    while line.ending is None:
        beat = next((known for known in scenario.beats if known.id == line.beat), beat)
        wording, words = heard(lines[turn % len(lines)] if lines else beat.example, scenario.persona.name)
        line, _ = engine.hear(HeardReply(wording, span=Span(0.0, len(words) * WORD_S), words=words))
        turn += 1
    return line.ending


@pytest.mark.parametrize("scenario", shipped_scenarios(), ids=lambda scenario: scenario.id)
def test_the_example_replies_resolve_the_call(scenario: Scenario) -> None:
    assert ending(scenario, None) in GOOD


@pytest.mark.parametrize("trainee", ["rude", "robotic", "rambling", "jargon"])
def test_poor_trainees_resolve_at_most_one_call_in_ten(trainee: str) -> None:
    resolved = [ending(scenario, TRAINEES[trainee]["lines"]) in GOOD for scenario in shipped_scenarios()]
    assert sum(resolved) <= 0.1 * len(resolved)
