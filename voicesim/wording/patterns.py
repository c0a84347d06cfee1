"""The little language of phrase patterns.

sorry                   the word itself; contractions, spellings and number formats are made equal first
apolog*                 any word that begins so
*ing                    any word that ends so
*                       any one word
~check                  any inflection: check, checks, checked, checking
(so|very|really)        one of these; an alternative may be several words
[really]                may be there or not
...                     up to three other words of the same sentence; ...8 up to eight
<feeling>               a word list of `shared.toml`
<number> <name>         any number; the customer's name
^ ?                     the start of a sentence; the end of a question
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from voicesim.wording.tokens import plain_words

_PIECE = re.compile(r"\.\.\.\d*|<[a-z_]+>|[()\[\]|?^$]|[^\s()\[\]|?^$<>]+")
_GAP = r"(?:(?![.?] )[^ ]+ ){0,%d}?"
_SIGNS = {"?": r"\? ", "$": r"(?=[.?] |\Z)", "^": r"(?:(?<=[.?] )|(?<![\s\S]))"}
_BREAK = r"(?:\. )?"
# Alternatives that all may follow a sentence end: it is looked for once, not once for each.
_WORDS = r"\(\?:\\\. \)\?(?:[^()|]|\(\?:\\\. \)\?)+"
_ALL_AFTER_BREAK = re.compile(rf"\(\?:({_WORDS}(?:\|{_WORDS})+)\)")
NAME_MARK = "@name"
_NUMBER = (
    r"(?:\d[\d.:]* |(?:a )?(?:couple|few) (?:of )?|half (?:a |an |past )?|quarter (?:past |to )?|"
    r"an? (?=hour|minute|second|day|week|moment|month)|hundred |thousand )+"
)
# The words a number may begin with when it has no digits.
NUMBER_WORDS = ("a", "an", "couple", "few", "half", "quarter", "hundred", "thousand")
_IRREGULAR = {
    "get": "get|gets|getting|got|gotten",
    "give": "give|gives|giving|gave|given",
    "send": "send|sends|sending|sent",
    "take": "take|takes|taking|took|taken",
    "make": "make|makes|making|made",
    "find": "find|finds|finding|found",
    "see": "see|sees|seeing|saw|seen",
    "do": "do|does|doing|did|done",
    "go": "go|goes|going|went|gone",
    "speak": "speak|speaks|speaking|spoke|spoken",
    "tell": "tell|tells|telling|told",
    "put": "put|puts|putting",
    "set": "set|sets|setting",
    "pay": "pay|pays|paying|paid",
    "hear": "hear|hears|hearing|heard",
    "feel": "feel|feels|feeling|felt",
    "let": "let|lets|letting",
    "ring": "ring|rings|ringing|rang|rung",
    "have": "have|has|having|had",
    "bring": "bring|brings|bringing|brought",
    "be": "be|is|are|was|were|been|being|am",
}


class PatternError(ValueError):
    """A phrase pattern that cannot be read; its text says what is wrong."""


def compile_pattern(pattern: str, lists: Mapping[str, Iterable[str]], *, at_end: bool = False) -> re.Pattern[str]:
    """A pattern as a regular expression over tokens each followed by one space.

    `lists` are the named word lists. `at_end`: it matches only where the text ends with it. Raises PatternError.
    """
    expression = _ALL_AFTER_BREAK.sub(_break_once, _expression(pattern, lists, seen=()))
    return re.compile(r"(?<![^ ])" + expression + (r"\Z" if at_end else ""))


def _break_once(group: re.Match[str]) -> str:
    words = "|".join(words.removeprefix(_BREAK) for words in group[1].split("|"))
    return f"(?:{_BREAK}(?:{words}))"


def pieces_of(pattern: str) -> list[str]:
    """The words, brackets and signs of a pattern, in order."""
    return _PIECE.findall(pattern)


def _expression(pattern: str, lists: Mapping[str, Iterable[str]], seen: tuple[str, ...]) -> str:
    pieces = pieces_of(pattern)
    if not pieces or "".join(pieces) != re.sub(r"\s+", "", pattern):
        raise PatternError(f'"{pattern}" has a sign that patterns do not know')
    out: list[str] = []
    open_brackets: list[str] = []
    for piece in pieces:
        if piece in "([":
            open_brackets.append(piece)
            out.append("(?:")
        elif piece in ")]":
            if not open_brackets or open_brackets.pop() + piece not in ("()", "[]"):
                raise PatternError(f'"{pattern}" closes a bracket that is not open')
            out.append(")" if piece == ")" else ")?")
        elif piece == "|":
            if not open_brackets:
                raise PatternError(f'"{pattern}" has | outside brackets: write (a|b)')
            out.append("|")
        else:
            out.append(_word(piece, pattern, lists, seen))
    if open_brackets:
        raise PatternError(f'"{pattern}" has a bracket that is not closed')
    return "".join(out)


def _word(piece: str, pattern: str, lists: Mapping[str, Iterable[str]], seen: tuple[str, ...]) -> str:
    if piece.startswith("..."):
        return _GAP % int(piece[3:] or 3)
    if piece in _SIGNS:
        return _SIGNS[piece]
    if piece == "<number>":
        return _NUMBER
    if piece == "<name>":
        return f"(?:{NAME_MARK} )+"
    if piece.startswith("<"):
        name = piece[1:-1]
        if name not in lists or name in seen:
            raise PatternError(f'"{pattern}" names <{name}>; known lists: {", ".join(sorted(lists))}, name, number')
        inner = (_expression(entry, lists, (*seen, name)) for entry in lists[name])
        return f"(?:{'|'.join(inner)})"
    if piece.startswith("~"):
        return f"{_BREAK}(?:{'|'.join(inflections(piece[1:]))}) "
    if piece.startswith("*"):
        return f"(?![.?] )[^ ]+{re.escape(piece[1:])} "
    star = piece.endswith("*")
    tokens = plain_words(piece.rstrip("*"))
    if not tokens:
        raise PatternError(f'"{pattern}" has a piece without letters: "{piece}"')
    body = "".join(f"{_BREAK}{re.escape(token)} " for token in tokens)
    return body[:-1] + "[^ .?]* " if star else body


def inflections(verb: str) -> list[str]:
    """All forms of a verb."""
    if verb in _IRREGULAR:
        return _IRREGULAR[verb].split("|")
    if verb.endswith("e"):
        return [verb, verb + "s", verb + "d", verb[:-1] + "ing"]
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return [verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing"]
    doubled = verb + verb[-1]
    return [verb, verb + "s", verb + "es", verb + "ed", verb + "ing", doubled + "ed", doubled + "ing"]
