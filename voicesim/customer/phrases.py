"""A line cut into phrases, so that the first is heard while the rest is still being rendered."""

from __future__ import annotations

import re

_SENTENCE_END = re.compile(r"([.!?…][\"”')]*|[;:—–])\s+")
_CLAUSE = re.compile(r"(?<=,)\s+")
_JOINT = re.compile(r"\s+(?=(?:and|but|because|so|or|when|if|which|that|who|while|until|after|before)\b)")
_FIRST_LONGEST = 28
_LONGEST = 110
_SHORTEST = 8


def split_phrases(text: str) -> tuple[str, ...]:
    """The phrases of `text` in order, with their punctuation; nothing is lost but white space.

    Sentences are cut apart; a long one at its commas; the first phrase of a line also before a conjunction, because
    its length is how long the trainee waits.
    """
    plain = " ".join(text.split())
    sentences = [part for part in _SENTENCE_END.sub(r"\1\n", plain).split("\n") if part]
    phrases: list[str] = []
    for position, sentence in enumerate(sentences):
        limit = _FIRST_LONGEST if position == 0 else _LONGEST
        parts = _parts(sentence, _CLAUSE, limit)
        if position == 0:
            parts = _parts(parts[0], _JOINT, limit) + parts[1:]
        phrases += parts
    return tuple(phrases)


def _parts(sentence: str, joint: re.Pattern[str], limit: int) -> list[str]:
    """The sentence cut at every joint when it is longer than `limit`, short pieces kept with their neighbours."""
    if len(sentence) <= limit:
        return [sentence]
    parts: list[str] = []
    for piece in joint.split(sentence):
        if parts and (len(parts[-1]) < _SHORTEST or len(piece) < _SHORTEST):
            parts[-1] += f" {piece}"
        else:
            parts.append(piece)
    return parts
