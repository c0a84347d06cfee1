"""Whisper times pieces of words; these are put together to the words people write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from voicesim.domain import Span, Word


class Piece(NamedTuple):
    """A word or a part of one, with the space before it where it begins a word; times in seconds."""

    text: str
    start_s: float
    end_s: float
    probability: float


def whole_words(pieces: Iterable[Piece]) -> list[Word]:
    """The words: a piece without a space before it ("-end", "'clock") belongs to the word before."""
    groups: list[list[Piece]] = []
    for piece in pieces:
        if not piece.text.strip():
            continue
        if groups and not piece.text.startswith(" "):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [_word(group) for group in groups]


def _word(pieces: Sequence[Piece]) -> Word:
    start_s = pieces[0].start_s
    confidence = sum(piece.probability for piece in pieces) / len(pieces)
    span = Span(start_s, max(start_s, pieces[-1].end_s))
    return Word("".join(piece.text for piece in pieces).strip(), span, min(1.0, max(0.0, confidence)))
