"""What the page is given: the store, the devices, a way to place a call, and the makers of reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from voicesim.domain import Analysis, Baseline, Mood, Persona, Recording, Scenario, Session
from voicesim.ports import AudioLine
from voicesim.store import Store

Tell = Callable[[str, Mapping[str, object]], None]
"""Takes the name of an event and its JSON values; called on any thread, returns at once."""


@dataclass(frozen=True)
class DeviceChoice:
    """A headset the trainee may choose: `id` goes to `make_line`, `name` is what the system calls it."""

    id: str
    name: str
    is_default: bool = False


@dataclass(frozen=True)
class CallRequest:
    """The call a trainee asked for. `private` keeps it off the trainer's desk; `live_cue` allows one cue at a time."""

    scenario_id: str
    trainee: str
    device: str | None = None
    private: bool = False
    live_cue: bool = False


class PreparedCall(Protocol):
    """A call ready to be held: `run` blocks until it is over and stored; the rest may be called from any thread."""

    def run(self) -> Session:
        """Hold the call, store it, and return it. Raises DeviceError when the line cannot be opened at all."""
        ...

    def hang_up(self) -> None:
        """End the call at the next moment; what was said is kept."""
        ...

    def set_hold(self, on: bool) -> None:
        """Put the customer on hold or take them back."""
        ...

    def set_mute(self, on: bool) -> None:
        """Mute the trainee's microphone or open it."""
        ...


class CallDesk(Protocol):
    """Places calls. Events told: `state`, `line`, `level`, `words`, `turn`, `notice` (see `voicesim.web.live`)."""

    def prepare(self, request: CallRequest, tell: Tell) -> PreparedCall:
        """Set a call up without opening the device. Raises VoicesimError."""
        ...


class Studio(Protocol):
    """Speech work outside calls: enrolling a resting voice, scoring one reply again, the customer thinking aloud."""

    def enrol(self, reading: Recording, trainee: str) -> Baseline:
        """The resting voice in a mono reading of about 20 s. Raises VoicesimError when there is too little speech."""
        ...

    def analyse_reply(self, reply: Recording, scenario: Scenario | None, baseline: Baseline | None) -> Analysis:
        """One mono reply measured and scored as in a call. Raises VoicesimError."""
        ...

    def say(self, persona: Persona, text: str, mood: Mood) -> Recording:
        """`text` in the customer's voice and mood, mono. Raises EngineError."""
        ...


@dataclass(frozen=True)
class Exporter:
    """One way to take a session away: what the button says, and what makes the file."""

    label: str
    suffix: str
    media_type: str
    make: Callable[[Session], bytes]


@dataclass(frozen=True)
class WebParts:
    """Everything the page needs from outside. `trainee` is who practises until someone else says so."""

    store: Store
    trainee: str
    scenarios: Callable[[], Sequence[Scenario]]
    list_devices: Callable[[], Sequence[DeviceChoice]]
    make_line: Callable[[str | None], AudioLine]
    desk: CallDesk
    studio: Studio
    exporters: Mapping[str, Exporter] = field(default_factory=dict)
