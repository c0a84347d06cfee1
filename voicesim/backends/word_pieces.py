"""Whisper times pieces of words; these are put together to the words people write."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

Piece = TypeVar("Piece")


def whole_words(pieces: Iterable[Piece], text_of: Callable[[Piece], str]) -> list[list[Piece]]:
    """Timed pieces by word: a piece without a space before it ("-end", "'clock") belongs to the word before."""
    groups: list[list[Piece]] = []
    for piece in pieces:
        text = text_of(piece)
        if not text.strip():
            continue
        if groups and not text.startswith(" "):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups
