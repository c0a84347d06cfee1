"""A short scenario, real ears and voices, and a call on the simulated headset, for the tests of calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from voicesim.analysis import Ears, enrol
from voicesim.backends.hibari_voice import HibariVoice
from voicesim.backends.simulated_line import Reply, SimulatedLine
from voicesim.call import CallControls, CallObserver, CallSetup, CallState, run_call
from voicesim.call.parts import LineSpeaker
from voicesim.customer.engine import CustomerEngine
from voicesim.domain import (
    Baseline,
    Beat,
    CustomerLine,
    Ending,
    LineChoice,
    Mood,
    Persona,
    Recording,
    Scenario,
    Session,
    Style,
    Turn,
)
from voicesim.engines import EngineOptions, load_ears, open_speaker
from voicesim.scoring import load_rubric

SORRY = "I am so sorry about that, Mister Brown. I will check the order for you now."
TODAY = "Your parcel will arrive by four o'clock today. I have checked it myself."
RAMBLE = (
    "Well, you see, the way our deliveries work is that every parcel goes to a depot, and the depot sorts the parcels "
    "by region, and then each region has a van, and the vans have their rounds, and the rounds are planned at night, "
    "by people who know the region, and they look at the weather, and the traffic, and how many parcels there are."
)


def choices(*texts: str) -> tuple[LineChoice, ...]:
    return tuple(LineChoice(text) for text in texts)


def late_parcel(anger: float = 0.2, hurry: float = 0.0) -> Scenario:
    """A customer of two short beats."""
    return Scenario(
        id="late_parcel",
        title="A late parcel",
        summary="A parcel is late.",
        industry="retail",
        difficulty=1,
        kind="angry",
        persona=Persona(
            name="Mr Brown",
            voice="man_middle",
            style=Style.FUNCTIONAL,
            situation="Waits for a parcel.",
            wants="To know when it comes.",
            hurry=hurry,
            mood=Mood(anger=anger, patience=0.8, trust=0.8),
        ),
        company="Parcels",
        beats=(
            Beat("late", choices("My parcel is two days late and nobody told me."), needs=("apologised",), next="when"),
            Beat("when", choices("So when does it come?"), needs=("gave_time",)),
        ),
        prompts=choices("Hello? Are you there?"),
        interruptions=choices("Stop. When does it come?"),
        endings={ending: choices(f"Goodbye, this is {ending.value}.") for ending in Ending},
    )


@cache
def ears() -> Ears:
    return load_ears(EngineOptions(delivery="cues", threads=2))


@cache
def said(text: str) -> Recording:
    """`text` in the trainee's voice."""
    return HibariVoice().render(text)


@cache
def resting_voice() -> Baseline:
    """The trainee's voice compared with itself: a synthetic voice is neither warm nor cold."""
    return enrol([said(text) for text in (SORRY, TODAY, RAMBLE)], ears(), speaker="Ada")


@cache
def speaker() -> LineSpeaker:
    return open_speaker(late_parcel().persona)


@dataclass
class Watched(CallObserver):
    """Everything a call told, in order."""

    states: list[CallState] = field(default_factory=list)
    lines: list[CustomerLine] = field(default_factory=list)
    levels_db: list[float] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def on_state(self, state: CallState) -> None:
        self.states.append(state)

    def on_line(self, line: CustomerLine) -> None:
        self.lines.append(line)

    def on_level(self, level_db: float) -> None:
        self.levels_db.append(level_db)

    def on_words(self, text: str) -> None:
        self.words.append(text)

    def on_turn(self, turn: Turn) -> None:
        self.turns.append(turn)

    def on_notice(self, text: str) -> None:
        self.notices.append(text)


def replies(texts: Iterable[str | None]) -> Iterable[Reply]:
    return (Reply(said(text) if text else None) for text in texts)


def call(
    folder: Path,
    texts: Sequence[str | None],
    *,
    scenario: Scenario | None = None,
    at_block: Callable[[SimulatedLine], None] | None = None,
    unplug_at_s: float | None = None,
    controls: CallControls | None = None,
    hears: Ears | None = None,
    speaks: LineSpeaker | None = None,
    watched: Watched | None = None,
    mind: CustomerEngine | None = None,
) -> tuple[Session, Watched]:
    """One call on the simulated headset, and what was seen of it."""
    line = SimulatedLine(iter(replies(texts)), at_block=at_block, unplug_at_s=unplug_at_s)
    watched = watched or Watched()
    setup = CallSetup("Ada", load_rubric(), folder / "recordings" / "call-1.flac", baseline=resting_voice())
    session = run_call(
        scenario or late_parcel(),
        line,
        hears or ears(),
        speaks or speaker(),
        setup,
        controls=controls,
        observer=watched,
        engine=mind,
    )
    return session, watched
