"""Where the words that matter lie in a phrase. Engines do not say when they speak a word: it is reckoned from spelling.

Against the recogniser's word times on hibari's readings the middle reckoned is 0.07 s off in the median, and within the
word for 74 % of words of four letters or more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

Stretch = tuple[float, float]
"""Where a word begins and ends, as shares 0-1 of a phrase's speech, pauses left out."""

_SYLLABLE = 2
"""What a syllable adds to a word's length, in letters."""

_VOWELS = re.compile(r"[aeiouy]+")
_SILENT_E = re.compile(r"(?<=[^aeiouy])e$")


def stretches(phrase: str, stressed: Sequence[str]) -> tuple[Stretch, ...]:
    """Where the words of `stressed` lie in `phrase`; a word that is not said in it is left out."""
    wanted = {_bare(word) for entry in stressed for word in entry.split()}
    words = [_bare(word) for word in phrase.split()]
    ends = list(accumulate(_length(word) for word in words))
    return tuple(
        ((end - _length(word)) / ends[-1], end / ends[-1])
        for word, end in zip(words, ends, strict=True)
        if word and word in wanted
    )


def _bare(word: str) -> str:
    return re.sub(r"[^a-z0-9']", "", word.lower().replace("’", "'"))


def _length(word: str) -> int:
    """How long a word takes to say, in letters: its letters and its syllables."""
    sounded = _SILENT_E.sub("", word)
    return len(sounded) + _SYLLABLE * len(_VOWELS.findall(sounded))
