"""The parts of the page, made of the real engines: calls, enrolment, the customer's voice, reports."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from voicesim.analysis import Ears, analyse
from voicesim.analysis import enrol as make_baseline
from voicesim.audio import resample
from voicesim.call import CallControls, CallObserver, CallState
from voicesim.cli.options import load_ears
from voicesim.domain import (
    Analysis,
    Baseline,
    CustomerLine,
    Mood,
    Persona,
    Recording,
    Rubric,
    Scenario,
    Session,
    Turn,
)
from voicesim.engines import (
    CallChoices,
    headset_present,
    hold_call,
    list_devices,
    open_headset,
    open_speaker,
    simulated_headset,
)
from voicesim.errors import DeviceError, UsageError
from voicesim.exports import FORMATS, Format, gather
from voicesim.ports import AudioLine
from voicesim.scoring import CustomerContext
from voicesim.store import Store
from voicesim.web import CallRequest, DeviceChoice, Exporter, WebParts
from voicesim.web.live_cues import CueGiver
from voicesim.web.parts import Tell

SIMULATED = "simulated"
PATIENCE_S = 0.7


@dataclass(frozen=True)
class EngineChoices:
    """What was chosen when the page was started; `voice` and `llm` None for the defaults."""

    trainee: str
    scenarios: tuple[Scenario, ...]
    voice: str | None
    llm: str | None
    rubric: Rubric
    recogniser: str
    delivery: str


class _EarsLater:
    """Loads the listening engines in the background, once; the first call waits for them if need be."""

    def __init__(self, load: Callable[[], Ears]) -> None:
        self._load, self._lock = load, threading.Lock()
        self._ears: Ears | None = None
        threading.Thread(target=self._quietly, name="ears", daemon=True).start()

    def __call__(self) -> Ears:
        """The engines. Raises EngineError."""
        with self._lock:
            if self._ears is None:
                self._ears = self._load()
            return self._ears

    def _quietly(self) -> None:
        with suppress(Exception):  # the call that needs them says what is wrong
            self()


class _Teller(CallObserver):
    """Tells the page what happens in a call."""

    def __init__(self, tell: Tell, *, live_cue: bool, also: CallObserver | None = None) -> None:
        self._tell, self._cues = tell, CueGiver() if live_cue else None
        self._also = also or CallObserver()

    def on_state(self, state: CallState) -> None:
        """Another state."""
        self._tell("state", {"state": state.value})

    def on_line(self, line: CustomerLine) -> None:
        """The customer begins to speak."""
        self._also.on_line(line)
        self._tell("line", {"text": line.text})

    def on_level(self, level_db: float) -> None:
        """The trainee's level."""
        self._tell("level", {"db": round(float(level_db), 1)})

    def on_words(self, text: str) -> None:
        """Words as they are recognised."""
        self._tell("words", {"text": text})

    def on_turn(self, turn: Turn) -> None:
        """An exchange is scored."""
        self._tell("turn", {"index": turn.index, "cue": self._cues.after(turn) if self._cues else None})

    def on_notice(self, text: str) -> None:
        """Something the trainee should know."""
        self._tell("notice", {"text": text})


@dataclass(frozen=True, eq=False)
class _Call:
    """One prepared call."""

    hold: Callable[[CallControls], Session]
    controls: CallControls

    def run(self) -> Session:
        """Hold the call and keep it."""
        return self.hold(self.controls)

    def hang_up(self) -> None:
        """End it."""
        self.controls.hang_up()

    def set_hold(self, on: bool) -> None:
        """Hold or take back."""
        self.controls.set_hold(on)

    def set_mute(self, on: bool) -> None:
        """Mute or open."""
        self.controls.set_mute(on)


@dataclass(frozen=True, eq=False)
class _Desk:
    """Places calls with the real engines."""

    store: Store
    choices: EngineChoices
    ears: Callable[[], Ears]

    def prepare(self, request: CallRequest, tell: Tell) -> _Call:
        """Load what the call needs. Raises EngineError, DeviceError or UsageError."""
        chosen = self.choices
        scenario = next((known for known in chosen.scenarios if known.id == request.scenario_id), None)
        if scenario is None:
            raise UsageError(f"there is no customer {request.scenario_id!r}; choose one on the page Practise")
        choices = CallChoices(request.trainee, PATIENCE_S, chosen.voice, chosen.llm, 0, request.private, chosen.rubric)
        ears = self.ears()
        on_headset = request.device != SIMULATED
        line, trainee = (open_headset(request.device), None) if on_headset else simulated_headset(scenario)
        teller = _Teller(tell, live_cue=request.live_cue, also=trainee)

        def hold(controls: CallControls) -> Session:
            return hold_call(
                self.store, scenario, line, ears, choices, controls=controls, observer=teller, simulated=trainee
            )

        return _Call(hold, CallControls())


@dataclass(frozen=True, eq=False)
class _Studio:
    """Speech work outside calls."""

    choices: EngineChoices
    ears: Callable[[], Ears]

    def enrol(self, reading: Recording, trainee: str) -> Baseline:
        """A resting voice."""
        return make_baseline([replace(reading, source="the reading")], self.ears(), speaker=trainee)

    def analyse_reply(self, reply: Recording, scenario: Scenario | None, baseline: Baseline | None) -> Analysis:
        """One reply, scored as in a call."""
        customer = CustomerContext.of(scenario.persona) if scenario else None
        return analyse(reply, self.ears(), baseline=baseline, rubric=self.choices.rubric, customer=customer)

    def say(self, persona: Persona, text: str, mood: Mood) -> Recording:
        """The customer says something outside the call."""
        speaker = open_speaker(persona, self.choices.voice)
        try:
            pieces = list(speaker.pieces(CustomerLine(text, mood, "", persona.hurry)))
        finally:
            speaker.close()
        rate = pieces[0].sample_rate_hz
        samples = np.concatenate([resample(piece, rate).samples for piece in pieces])
        return Recording(samples, rate, source=persona.name)


def make_parts(store: Store, choices: EngineChoices) -> WebParts:
    """Everything the page needs, with engines that load in the background."""
    ears = _EarsLater(lambda: load_ears(choices.recogniser, choices.delivery))
    return WebParts(
        store=store,
        trainee=choices.trainee,
        scenarios=lambda: choices.scenarios,
        list_devices=_devices,
        make_line=_line,
        desk=_Desk(store, choices, ears),
        studio=_Studio(choices, ears),
        exporters={key: _exporter(store, one) for key, one in FORMATS.items()},
    )


def _exporter(store: Store, chosen: Format) -> Exporter:
    return Exporter(chosen.label, chosen.suffix, chosen.media_type, lambda session: chosen.make(gather(store, session)))


def _devices() -> Sequence[DeviceChoice]:
    """Headsets by name; without any sound device, a trainee who is simulated."""
    if not headset_present():
        return (DeviceChoice(SIMULATED, "No headset found: watch a simulated trainee", is_default=True),)
    both = [device for device in list_devices() if device.inputs and device.outputs]
    named = {device.name: DeviceChoice(device.name, device.name) for device in both}
    return (DeviceChoice("", "The system’s default devices", is_default=True), *named.values())


def _line(device: str | None) -> AudioLine:
    """A headset to open. Raises DeviceError."""
    if device == SIMULATED:
        raise DeviceError("there is no headset to listen with; plug one in, then reload this page")
    return open_headset(device or None)
