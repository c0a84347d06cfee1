"""Listening outside calls: the headset check and taking a line again share one open headset."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicesim.call.recorder import SILENCE_DB, rms_db
from voicesim.domain import Recording
from voicesim.errors import DeviceError
from voicesim.ports import AudioLine

MAX_CAPTURE_S = 60.0


@dataclass(frozen=True, eq=False)
class Captured:
    """What the microphone heard and what the headset played meanwhile, both mono, sample for sample."""

    heard: Recording
    played: Recording


class Recorder:
    """An open headset whose level can be watched and of which stretches can be captured. Thread-safe."""

    def __init__(self, line: AudioLine) -> None:
        """Open the line. Raises DeviceError."""
        self._line = line
        self._heard: list[NDArray[np.float32]] = []
        self._played: list[NDArray[np.float32]] = []
        self._capturing = self._closing = False
        self._lock = threading.Lock()
        self.level_db = SILENCE_DB
        self.problem: str | None = None
        self.used_at = time.monotonic()
        line.start()
        self._thread = threading.Thread(target=self._listen, name="headset", daemon=True)
        self._thread.start()

    @property
    def name(self) -> str:
        """The device's name."""
        return self._line.name

    def begin(self, prompt: Recording | None = None) -> None:
        """Capture from now on; `prompt` is played first."""
        with self._lock:
            self._heard, self._played = [], []
            self._capturing = True
            self.used_at = time.monotonic()
        if prompt is not None:
            self._line.play(prompt)

    @property
    def capturing(self) -> bool:
        """Whether a stretch is being captured."""
        return self._capturing

    @property
    def captured_s(self) -> float:
        """Seconds captured so far."""
        with self._lock:
            return sum(len(block) for block in self._heard) / self._line.sample_rate_hz

    @property
    def playing(self) -> bool:
        """Whether the prompt is still being played."""
        return self._line.playing

    def end(self) -> Captured:
        """Stop capturing. Raises DeviceError when the device was lost and nothing was heard."""
        self._line.stop_playing()
        with self._lock:
            self._capturing = False
            self.used_at = time.monotonic()
            heard, played = self._heard, self._played
            self._heard, self._played = [], []
        if self.problem is not None and not heard:
            raise DeviceError(self.problem)
        rate = self._line.sample_rate_hz
        return Captured(_joined(heard, rate, self.name), _joined(played, rate, self.name))

    def capture(self, seconds: float, prompt: Recording | None = None) -> Captured:
        """Capture at least `seconds`, and the whole prompt. Blocks. Raises DeviceError."""
        self.begin(prompt)
        deadline = time.monotonic() + seconds + MAX_CAPTURE_S
        while self.problem is None and time.monotonic() < deadline:
            if self.captured_s >= seconds and not self.playing:
                break
            time.sleep(0.02)
        return self.end()

    def close(self) -> None:
        """Close the device; safe to call twice."""
        self._closing = True
        self._line.stop()
        self._thread.join(2.0)

    def _listen(self) -> None:
        while not self._closing:
            try:
                block = self._line.next_block()
            except DeviceError as error:
                if not self._closing:
                    self.problem = str(error)
                return
            self.level_db = rms_db(block.heard)
            with self._lock:
                if self._capturing:
                    self._heard.append(block.heard.copy())
                    self._played.append(block.played.copy())


def _joined(blocks: list[NDArray[np.float32]], rate_hz: int, source: str) -> Recording:
    samples = np.concatenate(blocks) if blocks else np.zeros(0, dtype=np.float32)
    return Recording(samples.astype(np.float32, copy=False), rate_hz, source=source)
