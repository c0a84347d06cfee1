"""A headset in memory with a trainee who answers: for demonstrations, simulations and tests, in its own time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicesim.backends.play_queue import PlayQueue
from voicesim.backends.sounddevice_line import BLOCK_SAMPLES, SAMPLE_RATE_HZ
from voicesim.domain import Recording
from voicesim.errors import DeviceError
from voicesim.ports import LineBlock

CUSTOMER_LEVEL = 10 ** (-50 / 20)
"""Peak of a block above which the customer is heard to speak: -50 dB full scale. The sound is the customer's own."""
CUSTOMER_DONE_S = 0.7
"""A pause of the customer after which the trainee takes the turn."""
ROOM_LEVEL = 10 ** (-70 / 20)
"""RMS of the room around the trainee: -70 dB full scale, a quiet office. Rooms are never digitally silent."""


@dataclass(frozen=True, eq=False)
class Reply:
    """What the trainee says next: sound, and how long after taking the turn. None stands for saying nothing."""

    sound: Recording | None
    after_s: float = 0.2


Replies = Iterator[Reply]


class SimulatedLine:
    """An `AudioLine` whose trainee listens until the customer has finished, then speaks the next reply.

    Time stands still between two blocks, so a call runs as fast as it can be worked out. After the last reply the
    trainee is silent. `unplug_at_s` and `at_block` stage what happens to real headsets.
    """

    def __init__(
        self,
        replies: Replies,
        *,
        room_level: float = ROOM_LEVEL,
        seed: int = 0,
        unplug_at_s: float | None = None,
        at_block: Callable[[SimulatedLine], None] | None = None,
    ) -> None:
        self._replies = replies
        self._to_customer, self._to_trainee = PlayQueue(SAMPLE_RATE_HZ), PlayQueue(SAMPLE_RATE_HZ)
        self._room_level, self._random = room_level, np.random.default_rng(seed)
        self._unplug_at_s, self._at_block = unplug_at_s, at_block
        self._samples = 0
        self._customer_quiet_s: float | None = None
        self._start_at_s: float | None = None
        self._waiting: Recording | None = None
        self._open = False

    @property
    def name(self) -> str:
        """What stands in for the device."""
        return "simulated headset"

    @property
    def sample_rate_hz(self) -> int:
        """16000."""
        return SAMPLE_RATE_HZ

    @property
    def now_s(self) -> float:
        """Seconds of line time since the start."""
        return self._samples / SAMPLE_RATE_HZ

    @property
    def queued_s(self) -> float:
        """Seconds of the customer's sound still waiting to be played."""
        return self._to_trainee.waiting_s

    @property
    def playing(self) -> bool:
        """Whether any of the customer's sound is still waiting to be played."""
        return self.queued_s > 0.0

    @property
    def answering(self) -> bool:
        """Whether the trainee is speaking."""
        return self._to_customer.waiting_s > 0.0

    def start(self) -> None:
        """Open the line."""
        self._open = True

    def stop(self) -> None:
        """Close the line; safe to call twice."""
        self._open = False

    def play(self, recording: Recording) -> None:
        """Queue the customer's sound."""
        self._to_trainee.put(recording)

    def stop_playing(self) -> None:
        """Drop the customer's queued sound, with a fade of 10 ms."""
        self._to_trainee.drop()

    def say(self, recording: Recording) -> None:
        """Let the trainee speak now, whatever the customer does: to talk over them."""
        self._to_customer.put(recording)

    def next_block(self) -> LineBlock:
        """The next 512 samples of line time. Raises DeviceError after `unplug_at_s` or when the line is not open."""
        if not self._open:
            raise DeviceError(f"{self.name}: not open")
        if self._unplug_at_s is not None and self.now_s >= self._unplug_at_s:
            raise DeviceError(f"{self.name}: the sound stopped; was it unplugged? Plug it in and call again")
        if self._at_block is not None:
            self._at_block(self)
        played, queued = self._to_trainee.take(BLOCK_SAMPLES)
        self._listen(played, queued)
        spoken, _ = self._to_customer.take(BLOCK_SAMPLES)
        room = self._room_level * self._random.standard_normal(BLOCK_SAMPLES).astype(np.float32)
        self._samples += BLOCK_SAMPLES
        return LineBlock(spoken + room, played, queued)

    def _listen(self, played: NDArray[np.float32], queued: bool) -> None:
        """Take the turn once the customer has spoken and been quiet; speak when the time has come."""
        if float(np.abs(played).max(initial=0.0)) > CUSTOMER_LEVEL:
            self._customer_quiet_s = 0.0
            self._start_at_s = None
        elif self._customer_quiet_s is not None:
            self._customer_quiet_s += BLOCK_SAMPLES / SAMPLE_RATE_HZ
            if self._customer_quiet_s >= CUSTOMER_DONE_S and not queued and not self.answering:
                self._take_turn()
        if self._start_at_s is not None and self.now_s >= self._start_at_s:
            self._start_at_s = None
            if self._waiting is not None:
                self._to_customer.put(self._waiting)
                self._waiting = None

    def _take_turn(self) -> None:
        self._customer_quiet_s = None
        if self._waiting is None:
            reply = next(self._replies, Reply(None))
            self._waiting = reply.sound
            delay_s = reply.after_s
        else:
            delay_s = 0.2
        self._start_at_s = self.now_s + delay_s
