"""The customer's name in recognised words, which rarely spell it as the scenario does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from voicesim.wording.patterns import NAME_MARK
from voicesim.wording.tokens import Token, plain_words

_TITLES = {"mr", "mrs", "ms", "miss", "dr", "doctor"}
# A capital in the middle of a sentence, or a title before it, is the recogniser's own guess that this is a name: then
# a looser likeness will do.
_ALIKE, _ALIKE_AS_NAME = 0.85, 0.6


def mark_names(tokens: Sequence[Token], customer_name: str | None) -> tuple[Token, ...]:
    """The tokens with every mention of the customer's first or last name replaced by the name token.

    Titles of the customer's name ("Mrs Doyle") count only together with the name.
    """
    parts = [part for part in plain_words(customer_name or "") if part not in _TITLES and len(part) > 1]
    parts = [part for whole in parts for part in whole.split()]
    if not parts:
        return tuple(tokens)
    named = {position for position in range(len(tokens)) if _is_name(tokens, position, parts)}
    named |= {at for pair in range(len(tokens) - 1) if _split_name(tokens, pair, parts) for at in (pair, pair + 1)}
    return tuple(
        replace(token, text=NAME_MARK) if position in named else token for position, token in enumerate(tokens)
    )


def _split_name(tokens: Sequence[Token], first: int, parts: Sequence[str]) -> bool:
    """Whether two words written with capitals are one name heard in two: "Denny Ella" for Daniela."""
    pair = tokens[first : first + 2]
    if not all(token.capital and token.text.isalpha() for token in pair):
        return False
    heard = _sound(pair[0].text + pair[1].text)
    return len(heard) >= 3 and any(heard == _sound(part) for part in parts)


def _is_name(tokens: Sequence[Token], position: int, parts: Sequence[str]) -> bool:
    token = tokens[position]
    if token.text in parts:
        return True
    if len(token.text) < 3 or not token.text.isalpha():
        return False
    before = tokens[position - 1].text if position else "."
    named = before in _TITLES or (token.capital and before not in (".", "?"))
    enough = _ALIKE_AS_NAME if named else _ALIKE
    if not token.capital and not named:
        return False
    return any(_alike(part, token.text, enough) for part in parts)


def _alike(name: str, heard: str, enough: float) -> bool:
    if abs(len(name) - len(heard)) > 2:
        return False
    return _sound(name) == _sound(heard) or _likeness(name, heard) >= enough


def _likeness(a: str, b: str) -> float:
    written = SequenceMatcher(None, a, b).ratio()
    return max(written, SequenceMatcher(None, _sound(a), _sound(b)).ratio() if a[0] == b[0] else 0.0)


def _sound(word: str) -> str:
    """A rough key of how a word sounds: consonants in classes, vowels dropped after the first letter."""
    text = word.lower()
    for pattern, to in (("^(kn|gn)", "n"), ("^wr", "r"), ("ph", "f"), ("ck|c(?![eiy])|q", "k"), ("c(?=[eiy])", "s"),
                        ("[sz]h|ch|tch", "x"), ("dg|j", "g"), ("z", "s"), ("gh", ""), ("[dt]+$", "t")):  # fmt: skip
        text = re.sub(pattern, to, text)
    head, tail = text[:1], re.sub(r"[aeiouyhw]", "", text[1:])
    head = "a" if head in "aeiou" else head
    return re.sub(r"(.)\1+", r"\1", head + tail)
