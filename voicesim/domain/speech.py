"""Words, and what the recogniser's ear and the signal say about how far to trust them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from voicesim.domain.audio import Span


@dataclass(frozen=True)
class Word:
    """One recognised word. `confidence` is the recogniser's probability 0-1, None where it gives none."""

    text: str
    span: Span
    confidence: float | None = None


@dataclass(frozen=True)
class Transcript:
    """What was said. `language` is an ISO 639-1 code; `engine` names the recogniser and its model."""

    text: str
    words: tuple[Word, ...]
    language: str
    engine: str

    @property
    def mean_confidence(self) -> float | None:
        """Mean word confidence 0-1, None without words or confidences."""
        known = [word.confidence for word in self.words if word.confidence is not None]
        return sum(known) / len(known) if known else None

    @classmethod
    def joined(cls, parts: Sequence[Transcript]) -> Transcript:
        """Transcripts one after another as one; at least one is needed."""
        text = " ".join(part.text for part in parts if part.text)
        words = tuple(word for part in parts for word in part.words)
        return cls(text, words, parts[0].language, parts[0].engine)

    def shifted(self, offset_s: float) -> Transcript:
        """The same words, `offset_s` later."""
        return replace(self, words=tuple(replace(w, span=w.span.shifted(offset_s)) for w in self.words))

    def within(self, span: Span) -> Transcript:
        """The words whose middle lies inside `span`."""
        kept = tuple(w for w in self.words if span.start_s <= (w.span.start_s + w.span.end_s) / 2 < span.end_s)
        return replace(self, words=kept, text=" ".join(w.text for w in kept))


@dataclass(frozen=True, eq=False)
class EncoderFrames:
    """A recogniser's encoder output.

    `times_s` (n,) is the middle of each frame, `features` (n, width) its hidden state, in half precision because they
    are the largest thing held of a call; `engine` names the model, because features of one model mean nothing to a
    head trained on another.
    """

    times_s: NDArray[np.float64]
    features: NDArray[np.float16]
    engine: str


@dataclass(frozen=True)
class SignalQuality:
    """How far the sound itself can be trusted.

    `clipped_share` 0-1 of samples at full scale, `snr_db` speech over background, `bandwidth_hz` the highest frequency
    that carries speech, `echo_db` level of the customer's line in the trainee's channel relative to the line itself.
    """

    clipped_share: float | None
    snr_db: float | None
    bandwidth_hz: float | None
    echo_db: float | None = None
    warnings: tuple[str, ...] = ()
