"""Tiny Protocols, one for each edge to the real world. Real engines live in `voicesim.backends`, fakes in the tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from voicesim.domain import EncoderFrames, Recording, Span, Transcript


class Voice(Protocol):
    """A speech synthesiser with one speaker."""

    @property
    def name(self) -> str:
        """Engine and speaker, e.g. "hibari:heart"."""
        ...

    def render(self, text: str) -> Recording:
        """`text` spoken in the engine's neutral way and at its normal speed, mono.

        Raises EngineError when the engine is missing or fails.
        """
        ...


class Transcriber(Protocol):
    """A speech recogniser with its model loaded."""

    @property
    def name(self) -> str:
        """Engine and model, e.g. "faster-whisper:tiny.en"."""
        ...

    def transcribe(self, recording: Recording, spans: Sequence[Span] | None = None) -> Transcript:
        """The words in a mono recording, timed on its timeline; only inside `spans` when given.

        Raises EngineError when recognition fails.
        """
        ...


SPEECH_FROM, SPEECH_UNTIL = 0.5, 0.35
"""Probability that begins speech, and the lesser one that ends it: Silero's usual threshold, and 0.15 less."""


class SpeechDetector(Protocol):
    """A voice activity detector."""

    def detect(self, recording: Recording) -> tuple[Span, ...]:
        """Stretches of speech in a mono recording, in order of time, not overlapping."""
        ...

    def listener(self, sample_rate_hz: int) -> Callable[[NDArray[np.float32]], float]:
        """An ear for one channel as it comes: given the next 32 ms, how likely they are speech, 0-1."""
        ...


class SpeechEncoder(Protocol):
    """The encoder half of a recogniser, whose frames carry delivery as well as words."""

    @property
    def name(self) -> str:
        """The model's name; heads are trained for one."""
        ...

    def encode(self, recording: Recording) -> EncoderFrames:
        """Encoder output for a mono recording of any length."""
        ...


@dataclass(frozen=True, eq=False)
class LineBlock:
    """One moment of a full-duplex line: what the trainee said and the customer's sound, sample for sample.

    Both arrays are float32 (n,) at the line's sample rate. `queued` is true while any of `played` comes from sound that
    was queued, quiet or not; `lost` says that the device dropped sound before this block (an overrun or underrun).
    """

    heard: NDArray[np.float32]
    played: NDArray[np.float32]
    queued: bool
    lost: bool = False


class AudioLine(Protocol):
    """A headset, or a simulated one: it listens while it plays.

    The line's own sample count is the clock of a call: a simulated line may run faster than the wall clock. While its
    user is busy, a real device goes on and keeps the blocks until they are asked for; a simulated line stands still.
    """

    @property
    def name(self) -> str:
        """The device, as the user knows it."""
        ...

    @property
    def sample_rate_hz(self) -> int:
        """Samples a second, both ways."""
        ...

    @property
    def queued_s(self) -> float:
        """Seconds of queued sound still waiting to be played."""
        ...

    @property
    def playing(self) -> bool:
        """Whether any queued sound is still waiting to be played."""
        ...

    def start(self) -> None:
        """Open the device. Raises DeviceError."""
        ...

    def stop(self) -> None:
        """Close the device; safe to call twice."""
        ...

    def play(self, recording: Recording) -> None:
        """Queue mono sound behind what is already queued; returns at once."""
        ...

    def stop_playing(self) -> None:
        """Drop queued sound at once, as a customer does who is talked over."""
        ...

    def next_block(self) -> LineBlock:
        """The next block in order, always of one length; waits for it. Raises DeviceError when the device is gone."""
        ...
