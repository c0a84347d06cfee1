"""Which words a phrase pattern can begin with, so that it is tried only where one of them was said."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from voicesim.wording.patterns import NAME_MARK, NUMBER_WORDS, inflections, pieces_of
from voicesim.wording.tokens import QUESTION, plain_words

ANY = "*"
_NUMBERS = frozenset(NUMBER_WORDS) | {f"{digit}{ANY}" for digit in range(10)}


class Openings:
    """First words of patterns. A word may end in `*`: any word that begins so."""

    def __init__(self, lists: Mapping[str, Iterable[str]]) -> None:
        self._lists = lists
        self._of_list: dict[str, tuple[frozenset[str], bool]] = {}

    def of(self, pattern: str) -> frozenset[str]:
        """What a valid pattern can begin with; `{"*"}` when that may be any word."""
        words, may_be_empty = self._sequence(iter(pieces_of(pattern)))
        return frozenset({ANY}) if may_be_empty or ANY in words else words

    def _sequence(self, pieces: Iterator[str]) -> tuple[frozenset[str], bool]:
        """First words up to the closing bracket, and whether all of it may be left out."""
        found: set[str] = set()
        any_empty, open_so_far = False, True
        for piece in pieces:
            if piece in ")]":
                break
            if piece == "|":
                any_empty, open_so_far = any_empty or open_so_far, True
                continue
            words, may_be_empty = self._sequence(pieces) if piece in "([" else self._piece(piece)
            if open_so_far:
                found |= words
                open_so_far = may_be_empty or piece == "["
        return frozenset(found), any_empty or open_so_far

    def _piece(self, piece: str) -> tuple[frozenset[str], bool]:
        if piece in "^$":
            return frozenset(), True
        if piece.startswith("..."):
            return frozenset({ANY}), True
        if piece == "<number>":
            return _NUMBERS, False
        if piece.startswith("<") and piece != "<name>":
            return self._list(piece[1:-1])
        return frozenset(_first_words(piece)), False

    def _list(self, name: str) -> tuple[frozenset[str], bool]:
        if name not in self._of_list:
            entries = [self._sequence(iter(pieces_of(entry))) for entry in self._lists[name]]
            words = frozenset(word for words, _ in entries for word in words)
            self._of_list[name] = words, any(may_be_empty for _, may_be_empty in entries)
        return self._of_list[name]


def _first_words(piece: str) -> list[str]:
    if piece == "?":
        return [QUESTION]
    if piece == "<name>":
        return [NAME_MARK]
    if piece.startswith("~"):
        return inflections(piece[1:])
    if piece.startswith("*"):
        return [ANY]
    words = plain_words(piece.rstrip("*"))
    return [words[0] + ANY] if piece.endswith("*") and len(words) == 1 else words[:1]


class OpeningIndex:
    """Patterns by their first words: where in a text each of them may begin."""

    def __init__(self, patterns: Sequence[re.Pattern[str]], openings: Sequence[frozenset[str]]) -> None:
        self._patterns = patterns
        self._openings = openings

    @cached_property
    def _by_word(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, words in enumerate(self._openings):
            for word in words:
                found[word].append(number)
        return dict(found)

    @cached_property
    def _lengths(self) -> Sequence[int]:
        """How long the beginnings are that end in `*`."""
        return sorted({len(word) - 1 for word in self._by_word if word.endswith(ANY)} - {0})

    def matches(self, text: str, starts_of: Mapping[str, Sequence[int]]) -> Iterator[re.Match[str]]:
        """All matches in `text`, those of one pattern not overlapping. `starts_of`: where each word begins."""
        if not self._patterns:
            return
        by_word, lengths = self._by_word, self._lengths
        begins: dict[int, list[int]] = defaultdict(list)
        for word, starts in starts_of.items():
            for number in by_word.get(word, ()):
                begins[number] += starts
            for length in lengths:
                for number in by_word.get(word[:length] + ANY, ()) if length <= len(word) else ():
                    begins[number] += starts
        for number in by_word.get(ANY, ()):
            yield from self._patterns[number].finditer(text)
        for number, starts in begins.items():
            yield from _from_starts(self._patterns[number], text, starts)


def _from_starts(pattern: re.Pattern[str], text: str, starts: list[int]) -> Iterator[re.Match[str]]:
    end = 0
    for start in sorted(starts):
        if start >= end and (match := pattern.match(text, start)):
            yield match
            end = match.end()
