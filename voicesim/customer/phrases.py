"""A line cut into phrases, so that the first is heard while the rest is still being rendered."""

from __future__ import annotations

import re

_SENTENCE_END = re.compile(r"([.!?…][\"”')]*|[;:—–])\s+")
_CLAUSE = re.compile(r"(?<=,)\s+")
_LONGEST = 110
_SHORTEST = 8


def split_phrases(text: str) -> tuple[str, ...]:
    """The phrases of `text` in order, with their punctuation; nothing is lost but white space.

    Sentences are cut apart, and a long one at its commas: elsewhere a cut would be heard in the melody.
    """
    plain = " ".join(text.split())
    sentences = [part for part in _SENTENCE_END.sub(r"\1\n", plain).split("\n") if part]
    return tuple(phrase for sentence in sentences for phrase in _clauses(sentence))


def _clauses(sentence: str) -> list[str]:
    """A sentence longer than `_LONGEST` cut at its commas, short pieces kept with their neighbours."""
    if len(sentence) <= _LONGEST:
        return [sentence]
    parts: list[str] = []
    for piece in _CLAUSE.split(sentence):
        if parts and (len(parts[-1]) < _SHORTEST or len(piece) < _SHORTEST):
            parts[-1] += f" {piece}"
        else:
            parts.append(piece)
    return parts
