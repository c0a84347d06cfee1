"""Words said against words heard, however numbers and contractions are written, and how sure the share wrong is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import jiwer
import numpy as np

from voicesim.domain import Recording

_WRITTEN_OUT = {
    "'re": " are", "'m": " am", "'ll": " will", "'ve": " have", "'d": " would", "can't": "can not", "won't": "will not",
    "n't": " not", "cannot": "can not", "%": " percent",
}  # fmt: skip
_ORDINALS = {"1st": "first", "2nd": "second", "3rd": "third", "4th": "fourth", "5th": "fifth"}
_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NUMBERS = {word: value for value, word in enumerate(_UNITS)} | {
    word: 10 * tens for tens, word in enumerate(_TENS, start=2)
}


@dataclass(frozen=True)
class WordErrors:
    """Share of words wrong, 0-1 (above 1 with many insertions), and the middle 95 % of it when lines are redrawn.

    `taken`, `missed` and `invented` are words: taken for others, left out, and added.
    """

    share: float
    low: float
    high: float
    words: int
    taken: int
    missed: int
    invented: int

    def __str__(self) -> str:
        return f"{100 * self.share:4.1f} % ({self.taken} / {self.missed} / {self.invented})"


def word_errors(said: Sequence[str], heard: Sequence[str], redraws: int = 2000) -> WordErrors:
    """Substituted, deleted and inserted words of all lines over the words said; lines are what is redrawn."""
    pairs = [(plain_words(line), plain_words(text)) for line, text in zip(said, heard, strict=True)]
    counted = [jiwer.process_words(line, text) for line, text in pairs]
    kinds = np.array([(count.substitutions, count.deletions, count.insertions) for count in counted])
    wrong, (taken, missed, invented) = kinds.sum(axis=1), kinds.sum(axis=0).tolist()
    words = np.array([len(line.split()) for line, _ in pairs])
    drawn = np.random.default_rng(0).integers(0, len(pairs), (redraws, len(pairs)))
    shares = wrong[drawn].sum(axis=1) / words[drawn].sum(axis=1)
    low, high = (float(np.percentile(shares, edge)) for edge in (2.5, 97.5))
    return WordErrors(float(wrong.sum() / words.sum()), low, high, int(words.sum()), taken, missed, invented)


def plain_words(text: str) -> str:
    """Words as compared: lower case, contractions written out, numbers digit by digit, no punctuation.

    What stands for a number that was removed is left out.
    """
    text = text.lower().replace("’", "'").replace("[number removed]", " ")
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    for short, long in _WRITTEN_OUT.items():
        text = text.replace(short, long)
    found = re.sub(r"[^a-z0-9' ]", " ", text.replace("-", " ")).split()
    words = [_ORDINALS.get(word.strip("'"), word.strip("'")) for word in found if word.strip("'")]
    return " ".join(digit_by_digit(words))


def digit_by_digit(words: Sequence[str]) -> list[str]:
    """`words` with every number as its digits: "six hundred and forty" and "640" alike as 6 4 0."""
    out: list[str] = []
    value, room = 0, 0  # a number under way, and what may still be added to it must be below `room`

    def finish() -> None:
        nonlocal value, room
        out.extend(str(value) if room else "")
        value, room = 0, 0

    for position, word in enumerate(words):
        number = _NUMBERS.get(word)
        if number is not None and 0 < number < room:
            value += number
            room = 10 if number >= 20 else 1
        elif number is not None:
            finish()
            value, room = number, 10 if number >= 20 else 1
        elif word in ("hundred", "thousand") and room and value < 100:
            value, room = value * (100 if word == "hundred" else 1000), 100
        elif word == "and" and room == 100 and position + 1 < len(words) and words[position + 1] in _NUMBERS:
            continue
        elif word == "oh" and room:
            finish()
            out.append("0")
        else:
            finish()
            out.extend(word if word.isdigit() else [word])
    finish()
    return out


def plain_recogniser() -> Callable[[Recording], str]:
    """Plain faster-whisper with word times, as a user's script calls it: from mono sound at 16 kHz to a text."""
    from faster_whisper import WhisperModel

    from voicesim.backends.whisper_transcriber import DEFAULT_MODEL, model_folder

    model = WhisperModel(model_folder(DEFAULT_MODEL), device="cpu", cpu_threads=1)

    def recognise(sound: Recording) -> str:
        parts, _ = model.transcribe(sound.samples, word_timestamps=True)
        return " ".join(part.text for part in parts)

    return recognise
