"""Sound waiting to be played, taken block by block by whatever plays it."""

from __future__ import annotations

from collections import deque
from threading import Lock

import numpy as np
import soxr
from numpy.typing import NDArray

from voicesim.domain import Recording

FADE_S = 0.01
"""Length of the fade when queued sound is dropped: cut to silence without a click."""


class PlayQueue:
    """Mono float32 sound at one rate. Filled by one thread, emptied by another."""

    def __init__(self, sample_rate_hz: int) -> None:
        self._rate_hz = sample_rate_hz
        self._pieces: deque[NDArray[np.float32]] = deque()
        self._lock = Lock()

    @property
    def waiting_s(self) -> float:
        """Seconds of sound waiting."""
        with self._lock:
            return sum(len(piece) for piece in self._pieces) / self._rate_hz

    def put(self, recording: Recording) -> None:
        """Add a recording behind what is waiting, resampled to the queue's rate; several channels become one."""
        samples = recording.mono().samples
        if recording.sample_rate_hz != self._rate_hz:
            samples = soxr.resample(samples, recording.sample_rate_hz, self._rate_hz)
        if len(samples):
            with self._lock:
                self._pieces.append(np.asarray(samples, dtype=np.float32))

    def take(self, frames: int) -> tuple[NDArray[np.float32], bool]:
        """The next `frames` samples, filled up with silence, and whether any of them were waiting."""
        out = np.zeros(frames, dtype=np.float32)
        filled = 0
        with self._lock:
            while filled < frames and self._pieces:
                piece = self._pieces.popleft()
                count = min(frames - filled, len(piece))
                out[filled : filled + count] = piece[:count]
                filled += count
                if count < len(piece):
                    self._pieces.appendleft(piece[count:])
        return out, filled > 0

    def drop(self) -> None:
        """Forget what is waiting but for a fade of 10 ms."""
        count = round(FADE_S * self._rate_hz)
        with self._lock:
            tail = self._pieces[0][:count] if self._pieces else None
            self._pieces.clear()
            if tail is not None and len(tail):
                self._pieces.append(tail * np.linspace(1.0, 0.0, len(tail), dtype=np.float32))
