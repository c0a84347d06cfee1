"""Recognised words as plain tokens: lower case, contractions written out, spellings and number formats made equal.

Recognisers differ in how they write the same speech ("can't", "cannot", "can not"; "5", "five"; "e-mail"). Patterns and
transcripts pass through the same steps, so that either way of writing matches.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

STOP = "."
QUESTION = "?"

_ENDINGS = (("n't", "not"), ("'re", "are"), ("'ve", "have"), ("'ll", "will"), ("'m", "am"), ("'d", "would"))
_WHOLE = {
    "can't": "can not",
    "cannot": "can not",
    "won't": "will not",
    "shan't": "shall not",
    "let's": "let us",
    "ain't": "is not",
    "cant": "can not",
    "dont": "do not",
    "didnt": "did not",
    "wont": "will not",
    "isnt": "is not",
    "doesnt": "does not",
    "im": "i am",
    "ive": "i have",
    "youre": "you are",
    "youve": "you have",
    "thats": "that is",
    "gonna": "going to",
    "wanna": "want to",
    "gotta": "got to",
    "lemme": "let me",
    "gimme": "give me",
    "ok": "okay",
    "o'clock": "oclock",
    "straightaway": "straight away",
    "alright": "all right",
    "mister": "mr",
    "missus": "mrs",
    "email": "email",
    "e-mail": "email",
    "follow-up": "follow up",
    "ma'am": "madam",
    "cuz": "because",
    "'cause": "because",
    "no-one": "nobody",
    "%": "percent",
}
_SHORT_IS = "that it he she what there here who where how when everything"
_IS = {f"{word}'s" for word in _SHORT_IS.split()}
_SPELLING = ((re.compile(r"isation(s?)$"), r"ization\1"), (re.compile(r"is(e|es|ed|ing)$"), r"iz\1"))
_SPELT_ALIKE = (
    "promise promised promises promising raise raised raises raising exercise advise advised advising wise otherwise "
    "likewise noise rise rises rising surprise surprised precise expertise praise please this advertised revised "
    "disguise"
)
_KEEP_S = frozenset(_SPELT_ALIKE.split())
_TITLES = {"mr", "mrs", "ms", "dr", "st", "miss"}
_TEENS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_TENS = "thirty forty fifty sixty seventy eighty ninety"
_NUMBERS = {word: str(value) for value, word in enumerate(_TEENS.split())} | {
    word: str(value) for value, word in zip(range(30, 100, 10), _TENS.split(), strict=True)
}
_UNIT, _TENS_DIGITS, _BELOW_100 = re.compile("[1-9]"), re.compile("[2-9]0"), re.compile("[1-9][0-9]?")
_TRIM = '"“”()[]{}*_,;:!…–—-'


@dataclass(frozen=True)
class Token:
    """One plain token and the indices of the first and last word it came from.

    `capital`: it is all of a word that was written with a capital.
    """

    text: str
    word: int
    last_word: int
    capital: bool = False


def tokenize(words: Sequence[str]) -> tuple[Token, ...]:
    """Plain tokens of recognised words, in order, with `.` and `?` tokens where a word ends a sentence."""
    tokens: list[Token] = []
    for index, raw in enumerate(words):
        written = raw.strip().replace("’", "'").replace("‘", "'").replace("`", "'")
        capital = written.lstrip(_TRIM + "'")[:1].isupper()
        plain = plain_words(written)
        tokens += [Token(text, index, index, capital and len(plain) == 1) for text in plain]
        if mark := _sentence_mark(written):
            tokens.append(Token(mark, index, index))
    return tuple(_numbers_joined(tokens))


def fluent(tokens: Sequence[Token], pauses: Collection[str]) -> tuple[Token, ...]:
    """The tokens without the sounds of `pauses` and without words said twice: "they've, um, they've gone"."""
    out: list[Token] = []
    for token in tokens:
        if token.text in pauses or (out and token.text == out[-1].text and token.text.isalpha()):
            continue
        out.append(token)
        if len(out) > 3 and _texts(out[-2:]) == _texts(out[-4:-2]) and all(t.text.isalpha() for t in out[-2:]):
            del out[-2:]
    return tuple(out)


def _texts(tokens: Sequence[Token]) -> list[str]:
    return [token.text for token in tokens]


def _numbers_joined(tokens: Sequence[Token]) -> list[Token]:
    """Spoken numbers as recognisers write them: "two hundred and forty nine" becomes 249."""
    tens: list[Token] = []
    for token in tokens:
        if tens and _TENS_DIGITS.fullmatch(tens[-1].text) and _UNIT.fullmatch(token.text):
            tens[-1] = _sum(tens[-1], token)
        elif token.text == "hundred" and tens and _UNIT.fullmatch(tens[-1].text):
            tens[-1] = Token(tens[-1].text + "00", tens[-1].word, token.last_word)
        else:
            tens.append(token)
    out: list[Token] = []
    for token in tens:
        and_before = len(out) > 1 and out[-1].text == "and"
        hundreds = out[-2] if and_before else out[-1] if out else token
        if hundreds.last_word > hundreds.word and hundreds.text.endswith("00") and _BELOW_100.fullmatch(token.text):
            out[-2 if and_before else -1 :] = [_sum(hundreds, token)]
        else:
            out.append(token)
    return out


def _sum(first: Token, second: Token) -> Token:
    return Token(str(int(first.text) + int(second.text)), first.word, second.last_word)


def plain_words(written: str) -> list[str]:
    """One written word as plain tokens: "I'm" is "i am", "24-hour" is "24 hour", "£84.50" is "84.50"."""
    lowered = written.strip().lower().strip(_TRIM).rstrip(".?!'").strip(_TRIM)
    if lowered in _WHOLE:
        return _WHOLE[lowered].split()
    out: list[str] = []
    for part in re.split(r"[-–—/\s]+", lowered):
        out += _plain_part(part)
    return out


def _plain_part(part: str) -> list[str]:
    text = part.strip(_TRIM).lstrip("£$€#").rstrip(".?!,")
    if text in _WHOLE:
        return _WHOLE[text].split()
    if text in _IS:
        return [text[:-2], "is"]
    for ending, full in _ENDINGS:
        if text.endswith(ending) and len(text) > len(ending):
            return [text[: -len(ending)], full]
    if digits := re.fullmatch(r"(\d[\d.,:]*)(am|pm|%|st|nd|rd|th|k)?", text):
        return [digits[1].replace(",", "")] + ([digits[2]] if digits[2] in ("am", "pm") else [])
    text = re.sub(r"\W", "", text.removesuffix("'s"))
    if text in _NUMBERS:
        return [_NUMBERS[text]]
    if text not in _KEEP_S:
        for pattern, to in _SPELLING:
            text = pattern.sub(to, text)
    return [text] if text else []


def _sentence_mark(written: str) -> str | None:
    end = written.rstrip("\"”'")[-1:]
    if end == "?":
        return QUESTION
    if end in {"!", "…"} or (end == "." and written.lower().rstrip(".") not in _TITLES):
        return STOP
    return None
