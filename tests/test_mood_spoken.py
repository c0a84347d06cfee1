"""The same words in another voice, by real speakers: calm or happy voices and angry ones move the mood apart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from voicesim.analysis import Ears, enrol, hear_delivery
from voicesim.audio import read_audio
from voicesim.customer.heard import imagined_reply
from voicesim.customer.mood import MoodState, react
from voicesim.customer.mood_rules import load_mood_rules
from voicesim.customer.scenarios import find_scenario
from voicesim.domain import Mood, Recording
from voicesim.engines import EngineOptions, load_ears

ACTORS = ("01", "02")
NEUTRAL, CALM, ANGRY = "01", "02", "05"
REPLY = imagined_reply(("apologised", "acknowledged_feeling", "took_ownership"))
PERSONA = find_scenario("angry_refund").persona


def clip(folder: Path, emotion: str, intensity: str, actor: str, repetition: str = "01") -> Recording:
    """One reading of "Kids are talking by the door"."""
    (path,) = folder.rglob(f"03-01-{emotion}-{intensity}-01-{repetition}-{actor}.*")
    return read_audio(path)


@pytest.fixture(scope="module")
def ears() -> Ears:
    return load_ears(EngineOptions(threads=1))


@pytest.mark.parametrize("actor", ACTORS)
def test_a_calm_and_an_angry_reading_of_the_same_words_move_the_mood_apart(
    shared_data: Path, ears: Ears, actor: str
) -> None:
    folder = shared_data / "ravdess"
    baseline = enrol([clip(folder, NEUTRAL, "01", actor, repetition) for repetition in ("01", "02")], ears)

    def after(emotion: str) -> Mood:
        delivery = hear_delivery(clip(folder, emotion, "02", actor), ears, baseline)
        return react(MoodState(PERSONA.mood), replace(REPLY, delivery=delivery), PERSONA, load_mood_rules())[0].mood

    calm, angry = after(CALM), after(ANGRY)
    assert calm.anger < PERSONA.mood.anger < angry.anger
    assert calm.trust > PERSONA.mood.trust > angry.trust
