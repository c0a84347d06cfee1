"""Runs of spoken digits in recognised words, and which of them are numbers to keep to oneself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from voicesim.content import data_file, load_content
from voicesim.domain import Word

_NUMERAL = re.compile(r"\d[\d\-–.,/]*")
_QUANTITY = re.compile(r"[$€£%:]|\d(?:am|pm|st|nd|rd|th|s|k|m)\b", re.IGNORECASE)
"""Prices, shares, times and ordinals."""
_LONGEST_BETWEEN = 3
_SAME_NUMBER_WITHIN_WORDS = 4
Run = tuple[int, int]


@dataclass(frozen=True)
class SpokenNumbers:
    """The fields of data/spoken_numbers.toml, described there."""

    long_digits: int
    short_digits: int
    context_words: int
    longest_pause_s: float
    digits: frozenset[str]
    teens: frozenset[str]
    tens: frozenset[str]
    repeats: frozenset[str]
    sound_alikes: frozenset[str]
    between: frozenset[str]
    announced_by: frozenset[str]


@dataclass(frozen=True)
class _Token:
    """A word: how many digits it is worth, and whether it may stand between digits or announces a number."""

    digits: int = 0
    perhaps: bool = False
    between: bool = False
    announces: bool = False
    repeats: bool = False


def number_runs(words: Sequence[Word]) -> list[Run]:
    """The runs of `words` that say a card, account or similar number, as (first, last + 1) indices, in order."""
    known = _spoken_numbers()
    tokens = [_token(word.text, known) for word in words]
    runs = _digit_runs(words, tokens, known)
    chosen = {run for run in runs if _is_private(tokens, run, known)}
    for one, two in pairwise(runs):
        pause_s = words[two[0]].span.start_s - words[one[1] - 1].span.end_s
        close = two[0] - one[1] <= _SAME_NUMBER_WITHIN_WORDS and pause_s <= known.longest_pause_s
        if close and (one in chosen or two in chosen):
            chosen |= {one, two}
    return sorted(chosen)


def is_digits(text: str) -> bool:
    """Whether a word says digits, however few."""
    token = _token(text, _spoken_numbers())
    return token.digits > 0 and not token.perhaps


def _token(text: str, known: SpokenNumbers) -> _Token:
    bare = text.lower().strip(".,;:!?\"'()[]-–")
    if not bare or _QUANTITY.search(bare):
        return _Token()
    if _NUMERAL.fullmatch(bare):
        return _Token(digits=sum(c.isdigit() for c in bare))
    parts = bare.replace("-", " ").split()
    worth = [_worth(part, known) for part in parts]
    if all(worth):
        pairs = sum(1 for a, b in pairwise(parts) if a in known.tens and b in known.digits)
        return _Token(digits=sum(worth) - pairs)
    alike = bare in known.sound_alikes
    repeats = bare in known.repeats
    between = repeats or bare in known.between
    return _Token(int(alike), alike, between, announces=bare.removesuffix("'s") in known.announced_by, repeats=repeats)


def _worth(part: str, known: SpokenNumbers) -> int:
    if part.isdigit():
        return len(part)
    return 1 if part in known.digits else 2 if part in known.teens or part in known.tens else 0


def _digit_runs(words: Sequence[Word], tokens: Sequence[_Token], known: SpokenNumbers) -> list[Run]:
    """Maximal stretches from digit to digit with nothing but hesitations and sound-alikes between."""
    runs: list[Run] = []
    for i, token in enumerate(tokens):
        if not token.digits or token.perhaps:
            continue
        if runs:
            first, last = runs[-1]
            pause_s = words[i].span.start_s - words[last - 1].span.end_s
            between = tokens[last:i]
            joined = all(t.between or t.perhaps for t in between) and len(between) <= _LONGEST_BETWEEN
            if joined and pause_s <= known.longest_pause_s:
                runs[-1] = (first, i + 1)
                continue
        runs.append((i - 1 if i and tokens[i - 1].repeats else i, i + 1))
    return runs


def _is_private(tokens: Sequence[_Token], run: Run, known: SpokenNumbers) -> bool:
    first, last = run
    digits = sum(token.digits + token.repeats for token in tokens[first:last])
    announced = any(token.announces for token in tokens[max(0, first - known.context_words) : first])
    return digits >= known.long_digits or (announced and digits >= known.short_digits)


@lru_cache(maxsize=1)
def _spoken_numbers() -> SpokenNumbers:
    return load_content(data_file("spoken_numbers.toml"), SpokenNumbers)
