"""Who is speaking, and when the trainee's turn is over."""

from __future__ import annotations

from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray

from voicesim.domain import Span
from voicesim.ports import SPEECH_FROM, SPEECH_UNTIL, SpeechDetector

QUIET = 10 ** (-60 / 20)
"""RMS level, -60 dB full scale, below which nobody is speaking into a headset, whatever the detector takes it for."""
SHORTEST_SPEECH_S = 0.1
"""Anything shorter is a click or a breath."""
SHORTEST_TURN_S = 0.2
"""Speech that makes a turn: a short "yes" has 0.2 s and more."""
STRETCH_PAUSE_S = 0.2
"""A pause that finishes a stretch of speech."""


class SpeechTracker:
    """Follows one channel block by block and keeps its stretches of speech, in seconds of the line."""

    def __init__(self, detector: SpeechDetector, sample_rate_hz: int) -> None:
        self._listen, self._rate_hz = detector.listener(sample_rate_hz), sample_rate_hz
        self._done: list[Span] = []
        self._start_s: float | None = None
        self._last_s = 0.0
        self._samples = 0
        self.in_speech = False

    @property
    def now_s(self) -> float:
        """The moment reached: seconds of sound heard so far."""
        return self._samples / self._rate_hz

    def hear(self, samples: NDArray[np.float32]) -> None:
        """Take the next block of 32 ms."""
        began_s = self.now_s
        self._samples += len(samples)
        probability = self._listen(samples)
        loud = self.in_speech or float(np.sqrt(np.mean(samples**2))) >= QUIET
        self.in_speech = loud and probability >= (SPEECH_UNTIL if self.in_speech else SPEECH_FROM)
        if self.in_speech:
            self._start_s = began_s if self._start_s is None else self._start_s
            self._last_s = self.now_s
        elif self._start_s is not None and self.now_s - self._last_s >= STRETCH_PAUSE_S:
            self._finish()

    def stretches(self, since_s: float = 0.0) -> tuple[Span, ...]:
        """Stretches of speech that end after `since_s`, the running one included, clipped to it."""
        running = [] if self._start_s is None else [Span(self._start_s, self._last_s)]
        recent = (span for span in [*self._done, *running] if span.end_s > since_s)
        clipped = (Span(max(span.start_s, since_s), span.end_s) for span in recent)
        return tuple(span for span in clipped if span.duration_s >= SHORTEST_SPEECH_S)

    def speech_s(self, since_s: float = 0.0) -> float:
        """Seconds of speech after `since_s`."""
        return sum(span.duration_s for span in self.stretches(since_s))

    def silence_s(self, since_s: float = 0.0) -> float:
        """Seconds since the last speech, or since `since_s` where that is later."""
        heard = self.stretches(since_s)
        return self.now_s - max(since_s, heard[-1].end_s if heard else 0.0)

    @property
    def running(self) -> Span | None:
        """The stretch of speech that is running, None in silence."""
        return None if self._start_s is None else Span(self._start_s, self._last_s)

    def _finish(self) -> None:
        if self._start_s is not None and self._last_s - self._start_s >= SHORTEST_SPEECH_S:
            self._done.append(Span(self._start_s, self._last_s))
        self._start_s = None


class TurnState(Enum):
    """What the trainee's turn has come to."""

    WAITING = auto()
    SPEAKING = auto()
    PAUSING = auto()
    ENDED = auto()
    SILENT = auto()


def turn_state(tracker: SpeechTracker, since_s: float, patience_s: float, prompt_after_s: float) -> TurnState:
    """The state of a turn the trainee may have taken since `since_s`.

    ENDED after `patience_s` of silence behind at least 0.2 s of speech; SILENT when nothing was said for
    `prompt_after_s`; PAUSING while it is quiet after speech but not yet for that long.
    """
    silence_s = tracker.silence_s(since_s)
    if tracker.speech_s(since_s) < SHORTEST_TURN_S:
        if silence_s >= prompt_after_s:
            return TurnState.SILENT
        return TurnState.SPEAKING if tracker.in_speech else TurnState.WAITING
    if tracker.in_speech:
        return TurnState.SPEAKING
    return TurnState.ENDED if silence_s >= patience_s else TurnState.PAUSING
