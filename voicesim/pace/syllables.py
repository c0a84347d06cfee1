"""Syllables of English words, counted from spelling: vowel groups, silent letters, and a list of exceptions."""

from __future__ import annotations

import re
from functools import cache

from voicesim.content import data_file

_VOWELS = re.compile(r"[aeiouy]+")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")
_SILENT = re.compile(r"(?<![aeiouy])e$|(?<=[^aeiouyl])(?:ely|eful|eless|eness)$|(?<=[gvzs])ements?$")
_ENDING_ES = re.compile(r"[^aeiouy]es$")
_SPOKEN_ES = re.compile(r"(?:[sxz]|[cs]h|[cg])es$")
_ENDING_ED = re.compile(r"[^aeiouytd]ed$")
_SPOKEN_LE = re.compile(r"[^aeiouylr]les?$")
_HIATUS = re.compile(
    r"""i(?:a(?!ge|l\b|n\b|ns\b)|o(?!us|n)|u(?!s))|[^ctgxn]ious|[rlvd]ian|rial|eo(?!us|n|p)|[^qgs]ua(?!r|g)|[aeiouy]ing\b|uous
    |ie(?:ty|tal)|dien|[rl]ien|creat""",
    re.VERBOSE,
)
_SPOKEN_M = re.compile(r"(?:th|s)ms?$")
_COMPOUND = re.compile(r"(?:some|every|there|where|here|fore|home|life|time|safe|care|face|more)(?=[bcdfghklmnpstvwz])")
_DIGIT_SYLLABLES = (2, 1, 1, 1, 1, 1, 1, 2, 1, 1)


def syllables_of(text: str) -> int:
    """Spoken syllables of a word or of running text; digits count as they are spoken one by one. 0 without letters."""
    lowered = text.lower().replace("’", "'")
    spelled = sum(_DIGIT_SYLLABLES[int(digit)] for digit in re.findall(r"[0-9]", lowered))
    return spelled + sum(_of_word(word) for word in _WORD.findall(lowered))


@cache
def _exceptions() -> dict[str, int]:
    lines = data_file("syllables.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines if line and not line.startswith("#"))
    return {word: int(count) for count, *words in pairs for word in words}


@cache
def _of_word(word: str) -> int:
    known = _exceptions()
    if word in known:
        return known[word]
    for ending, added in (("'s", 0), ("'ll", 0), ("'d", 0), ("'re", 0), ("'ve", 0)):
        stem = word.removesuffix(ending)
        if stem != word and stem:
            return _of_word(stem) + (1 if ending == "'s" and re.search(r"(?:[sxz]|[cs]h|[cg]e)$", stem) else added)
    return by_rule(word.replace("'", ""))


def by_rule(word: str) -> int:
    """Syllables of a lower-case word from its spelling alone, at least 1."""
    count = len(_VOWELS.findall(word))
    if word.endswith(("le", "les")):
        silent = not _SPOKEN_LE.search(word)
    elif word.endswith("es"):
        silent = bool(_ENDING_ES.search(word)) and not _SPOKEN_ES.search(word)
    elif word.endswith("ed"):
        silent = bool(_ENDING_ED.search(word))
    else:
        silent = bool(_SILENT.search(word))
    count -= silent
    count += len(_HIATUS.findall(word))
    count += bool(_SPOKEN_M.search(word))
    count -= bool(_COMPOUND.match(word))
    return max(count, 1)
