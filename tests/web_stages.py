"""Parts that stage a call, a headset and a studio for the page's tests; they fail when a test asks them to."""

from __future__ import annotations

import threading
import time

import numpy as np
from numpy.typing import NDArray

from tests.web_fixtures import analysis_of, baseline, card_of, make_call, speech_like
from voicesim.customer.scenarios import shipped_scenarios
from voicesim.domain import Analysis, Baseline, Ending, Mood, Persona, Recording, Scenario, Session, Span
from voicesim.errors import DeviceError
from voicesim.ports import LineBlock
from voicesim.store import Store
from voicesim.web import CallRequest, DeviceChoice, Exporter, WebParts
from voicesim.web.parts import Tell


class StagedLine:
    """A headset that hears quiet noise, or whatever is put in `speech`; in the test's own time."""

    def __init__(
        self, name: str = "Test headset", speech: NDArray[np.float32] | None = None, breaks_after_s: float | None = None
    ) -> None:
        self.name, self.sample_rate_hz = name, 16_000
        self._speech, self._at, self._breaks_after_s = speech, 0, breaks_after_s
        self._queue = np.zeros(0, dtype=np.float32)
        self._rng = np.random.default_rng(3)

    @property
    def playing(self) -> bool:
        return len(self._queue) > 0

    @property
    def queued_s(self) -> float:
        return len(self._queue) / self.sample_rate_hz

    def start(self) -> None:
        if self.name == "Broken headset":
            raise DeviceError("Broken headset cannot be opened; plug it in again or choose another")

    def stop(self) -> None:
        self._queue = self._queue[:0]

    def play(self, recording: Recording) -> None:
        self._queue = np.concatenate([self._queue, recording.mono().samples])

    def stop_playing(self) -> None:
        self._queue = self._queue[:0]

    def next_block(self) -> LineBlock:
        time.sleep(0.005)
        size = 1600
        if self._breaks_after_s is not None and self._at / self.sample_rate_hz > self._breaks_after_s:
            raise DeviceError(f"{self.name} was unplugged")
        heard = self._rng.normal(0, 0.0008, size).astype(np.float32)
        if self._speech is not None:
            piece = np.take(self._speech, np.arange(self._at, self._at + size), mode="wrap")
            heard = heard + piece.astype(np.float32)
        self._at += size
        played, self._queue = self._queue[:size], self._queue[size:]
        return LineBlock(heard, np.pad(played, (0, size - len(played))), len(played) > 0)


class StagedCall:
    """A call that says two lines and then waits for the end."""

    def __init__(self, desk: StagedDesk, request: CallRequest, tell: Tell) -> None:
        self._desk, self._request, self._tell = desk, request, tell
        self._over = threading.Event()
        self.held, self.muted = False, False

    def run(self) -> Session:
        desk = self._desk
        if desk.fails is not None:
            raise DeviceError(desk.fails)
        self._tell("state", {"state": "customer_speaking"})
        self._tell("line", {"text": "Hello? <b>Is anybody</b> there?"})
        self._tell("level", {"db": -28.0})
        self._tell("state", {"state": "listening"})
        lost = not self._over.wait(desk.longest_s)
        ending = Ending.LOST if lost else Ending.LEFT
        detail = "Test headset was unplugged." if lost else ""
        scenario = next(s for s in shipped_scenarios() if s.id == self._request.scenario_id)
        desk.count += 1
        return make_call(
            desk.store,
            f"20261121-2000-c{desk.count:02d}",
            scenario,
            trainee=self._request.trainee,
            turns=3,
            ending=ending,
            detail=detail,
            private=self._request.private,
        )

    def hang_up(self) -> None:
        self._over.set()

    def set_hold(self, on: bool) -> None:
        self.held = on
        self._tell("state", {"state": "on_hold" if on else "listening"})

    def set_mute(self, on: bool) -> None:
        self.muted = on


class StagedDesk:
    """Places staged calls; `fails` stages a headset that cannot be opened, `longest_s` one that is unplugged."""

    def __init__(self, store: Store) -> None:
        self.store, self.count = store, 0
        self.fails: str | None = None
        self.longest_s = 60.0
        self.last: StagedCall | None = None

    def prepare(self, request: CallRequest, tell: Tell) -> StagedCall:
        self.last = StagedCall(self, request, tell)
        return self.last


class StagedStudio:
    """Enrols, scores and speaks without engines."""

    def enrol(self, reading: Recording, trainee: str) -> Baseline:
        return baseline(trainee)

    def analyse_reply(self, reply: Recording, scenario: Scenario | None, baseline: Baseline | None) -> Analysis:
        span = Span(0.0, reply.duration_s)
        card = card_of(83.0, 77.0, 90.0, span, "I can hear how much this matters")
        return analysis_of("I can hear how much this matters to you.", span, (span,), card)

    def say(self, persona: Persona, text: str, mood: Mood) -> Recording:
        span = Span(0.0, 1.2)
        samples = speech_like((span,), 1.2, 120)
        return Recording(np.repeat(samples, 2), 16_000, source=persona.name)


def staged_parts(store: Store, *, trainee: str = "Ana") -> WebParts:
    """Parts for a page over `store`; its desk is `parts.desk`."""
    speech = np.repeat(speech_like((Span(0.2, 4.0),), 4.2, 190), 2) * 1.5
    return WebParts(
        store=store,
        trainee=trainee,
        scenarios=shipped_scenarios,
        list_devices=lambda: (
            DeviceChoice("1", "Test headset", True),
            DeviceChoice("2", "Broken headset"),
            DeviceChoice("3", "Loud headset"),
        ),
        make_line=lambda device: StagedLine(
            {"2": "Broken headset", "3": "Loud headset"}.get(device or "1", "Test headset"),
            speech if device == "3" else None,
        ),
        desk=StagedDesk(store),
        studio=StagedStudio(),
        exporters={
            "csv": Exporter("CSV", ".csv", "text/csv", lambda session: f"id\n{session.id}\n".encode()),
            "vtt": Exporter("WebVTT", ".vtt", "text/vtt", lambda _: b"WEBVTT\n"),
        },
    )
