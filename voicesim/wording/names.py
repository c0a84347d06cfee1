"""The customer's name in recognised words, which rarely spell it as the scenario does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from voicesim.wording.patterns import NAME_MARK
from voicesim.wording.tokens import QUESTION, STOP, Token, plain_words

_TITLES = {"mr", "mrs", "ms", "miss", "dr", "doctor"}
# A title before it says that a word is a name: then a looser likeness will do. Without one, a word is as likely to be
# a place, a month or somebody else.
_ALIKE, _ALIKE_AFTER_TITLE = 0.8, 0.6
# "May I ...", "Will you ...": the start of a question, whoever the customer is.
_START_QUESTIONS = {"will", "may"}
# Somebody else's name ("my colleague Daniel"), a place ("in Petersen Street", "the Petersen trail"), or the speaker
# ("Daniel speaking").
_BEFORE_OTHERS = (
    "colleague manager supervisor husband wife partner son daughter brother sister friend engineer driver technician "
    "agent nurse consultant other another called named in at near via the"
)
# Before a title: "my colleague Mr Patterson", "another Mrs Doyle".
_OF_ANOTHER = frozenset(_BEFORE_OTHERS.split()) - {"in", "at", "near", "via", "the"} | {"a", "old", "our"}
_AFTER_OTHERS = (
    "speaking street road avenue lane drive way close square park house station airport branch office county "
    "ltd limited plc sons associates brothers"
)
_INTRODUCED = (["this", "is"], ["name", "is"], ["i", "am"])
_FROM = {"from", "in", "at", "here", "calling", "will", "is", "was", "has", "said", "can"}


def mark_names(tokens: Sequence[Token], customer_name: str | None) -> tuple[Token, ...]:
    """The tokens with every mention of the customer's first or last name replaced by the name token.

    Titles of the customer's name ("Mrs Doyle") count only together with the name.
    """
    parts = [part for part in plain_words(customer_name or "") if part not in _TITLES and len(part) > 1]
    parts = [part for whole in parts for part in whole.split()]
    if not parts:
        return tuple(tokens)
    cased = any(token.capital for token in tokens)
    named = {position for position in range(len(tokens)) if _is_name(tokens, position, parts, cased)}
    named |= {at for pair in range(len(tokens) - 1) if _split_name(tokens, pair, parts) for at in (pair, pair + 1)}
    return tuple(
        replace(token, text=NAME_MARK) if position in named else token for position, token in enumerate(tokens)
    )


def _split_name(tokens: Sequence[Token], first: int, parts: Sequence[str]) -> bool:
    """Whether two words written with capitals are one name heard in two: "Denny Ella" for Daniela."""
    pair = tokens[first : first + 2]
    if not all(token.capital and token.text.isalpha() and len(token.text) > 1 for token in pair):
        return False
    heard = _sound(pair[0].text + pair[1].text)
    return len(heard) >= 3 and any(heard == _sound(part) for part in parts)


def _is_name(tokens: Sequence[Token], position: int, parts: Sequence[str], cased: bool) -> bool:
    token = tokens[position]
    before = tokens[position - 1].text if position else STOP
    if before in _TITLES:
        if position > 1 and tokens[position - 2].text in _OF_ANOTHER:
            return False
        return token.text in parts or _is_like(token.text, parts, _ALIKE_AFTER_TITLE)
    if cased and not token.capital:
        return False  # "will" and "mark" are names with a capital alone
    if token.text in parts:
        starts = before in (STOP, QUESTION) and token.text in _START_QUESTIONS
        return not starts and not _is_elsewhere(tokens, position)
    if not token.capital or not _is_like(token.text, parts, _ALIKE):
        return False
    followed_by = {token.text for token in tokens[position + 1 : position + 2]}
    return not followed_by & _FROM and not _is_elsewhere(tokens, position)


def _is_elsewhere(tokens: Sequence[Token], position: int) -> bool:
    """Whether the words around say that a name is somebody else's, the speaker's or a place's."""
    before = [token.text for token in tokens[max(0, position - 2) : position]]
    after = [token.text for token in tokens[position + 1 : position + 3]]
    if after[:1] == ["and"]:  # "Okafor and Sons"
        after = after[1:]
    others = before[-1:] and before[-1] in _BEFORE_OTHERS.split()
    return bool(before in _INTRODUCED or others or (after and after[0] in _AFTER_OTHERS.split()))


def _is_like(heard: str, parts: Sequence[str], enough: float) -> bool:
    return len(heard) >= 3 and heard.isalpha() and any(_alike(part, heard, enough) for part in parts)


def _alike(name: str, heard: str, enough: float) -> bool:
    if abs(len(name) - len(heard)) > 2:
        return False
    return _sound(name) == _sound(heard) or _likeness(name, heard) >= enough


def _likeness(a: str, b: str) -> float:
    return SequenceMatcher(None, a, b).ratio()


def _sound(word: str) -> str:
    """A rough key of how a word sounds: consonants in classes, vowels dropped after the first letter."""
    text = word.lower()
    for pattern, to in (("^(kn|gn)", "n"), ("^wr", "r"), ("ph", "f"), ("ck|c(?![eiy])|q", "k"), ("c(?=[eiy])", "s"),
                        ("[sz]h|ch|tch", "x"), ("dg|j", "g"), ("z", "s"), ("gh", ""), ("[dt]+$", "t")):  # fmt: skip
        text = re.sub(pattern, to, text)
    head, tail = text[:1], re.sub(r"[aeiouyhw]", "", text[1:])
    head = "a" if head in "aeiou" else head
    return re.sub(r"(.)\1+", r"\1", head + tail)
