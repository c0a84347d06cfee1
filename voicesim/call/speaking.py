"""The customer's side of the line: a line's sound, piece by piece, and when it was really heard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np

from voicesim.call.parts import LineSpeaker
from voicesim.domain import CustomerLine, Recording, Span
from voicesim.errors import VoicesimError
from voicesim.ports import AudioLine, LineBlock

QUEUE_AHEAD_S = 0.5
"""The next piece is fetched when less than this is waiting: time enough to render one before the sound runs out."""
AUDIBLE = 10 ** (-50 / 20)
"""Peak, -50 dB full scale, from which a block of the customer's sound counts as heard."""

PAUSE_S = 0.25
"""A silence of the customer that is a pause and not part of a word."""


@dataclass(frozen=True, eq=False)
class ForeseenLine:
    """A line that will probably be said next, its first piece rendered already."""

    line: CustomerLine
    pieces: Iterator[Recording]


def foreseen_line(line: CustomerLine, speaker: LineSpeaker) -> ForeseenLine | None:
    """Render the first piece now; None when the voice fails, which shows again when the line is said."""
    try:
        pieces = iter(speaker.pieces(line))
        first = list(islice(pieces, 1))
    except VoicesimError:
        return None
    return ForeseenLine(line, chain(first, pieces))


class CustomerVoice:
    """Says one line at a time on the audio line.

    `stretches` are all the customer's audible stretches so far, in seconds of the call; they are known from the sound
    that was played, so nothing has to be detected in it.
    """

    def __init__(self, line: AudioLine, speaker: LineSpeaker, on_failure: Callable[[str], None]) -> None:
        self._line, self._speaker, self._on_failure = line, speaker, on_failure
        self._pieces: Iterator[Recording] | None = None
        self._sounding = self._begun = False
        self._heard: Span | None = None
        self.stretches: list[Span] = []

    @property
    def speaking(self) -> bool:
        """Whether the line is not over yet."""
        return self._sounding

    @property
    def heard(self) -> Span | None:
        """From the line's first audible moment to its last, in seconds of the call; None before anything was heard."""
        return self._heard

    def say(self, line: CustomerLine, foreseen: ForeseenLine | None = None) -> None:
        """Begin a line, after what is still being said; `foreseen` is used when it is this very line."""
        self._heard, self._begun, self._sounding = None, False, True
        ready = foreseen is not None and foreseen.line == line
        self._pieces = foreseen.pieces if ready and foreseen is not None else self._spoken(line)
        self._fetch()

    def follow(self, block: LineBlock, end_s: float) -> None:
        """Take note of a block that ended at `end_s`, and queue more sound in time."""
        if not self._sounding:
            return
        if block.queued and float(np.abs(block.played).max(initial=0.0)) >= AUDIBLE:
            start_s = end_s - len(block.played) / self._line.sample_rate_hz
            self._heard = Span(self._heard.start_s if self._heard else start_s, end_s)
            self._note_audible(Span(start_s, end_s))
        self._begun = self._begun or block.queued
        if self._pieces is not None and self._line.queued_s < QUEUE_AHEAD_S:
            self._fetch()
        over = self._begun and not block.queued and not self._line.playing
        self._sounding = self._pieces is not None or (not over and (self._begun or self._line.playing))

    def cut(self) -> float:
        """Stop in mid-word, as people do who are talked over; seconds of sound that stayed unsaid."""
        unsaid_s = self._line.queued_s
        self._line.stop_playing()
        self._pieces, self._sounding = None, False
        return unsaid_s

    def _spoken(self, line: CustomerLine) -> Iterator[Recording]:
        yield from self._speaker.pieces(line)

    def _note_audible(self, block: Span) -> None:
        """Add a block to the running stretch, or begin another after a pause."""
        if self.stretches and block.start_s - self.stretches[-1].end_s < PAUSE_S:
            self.stretches[-1] = Span(self.stretches[-1].start_s, block.end_s)
        else:
            self.stretches.append(block)

    def _fetch(self) -> None:
        """Queue pieces until enough is waiting; a voice that fails says no more of this line."""
        try:
            while self._pieces is not None and self._line.queued_s < QUEUE_AHEAD_S:
                piece = next(self._pieces, None)
                if piece is None:
                    self._pieces = None
                else:
                    self._line.play(piece)
        except VoicesimError as error:
            self._pieces = None
            self._on_failure(str(error))
