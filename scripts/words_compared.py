"""What was said and what was heard, as texts that can be compared, and how many words differ."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import jiwer

from voicesim.domain import Recording

UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def plain(text: str) -> str:
    """Words as compared: lower case, digits by name, no punctuation, removed numbers left out."""
    text = re.sub(r"\[number removed\]", " ", text.lower())
    text = re.sub(r"\d", lambda d: f" {UNITS[int(d[0])]} ", text)
    return " ".join(re.sub(r"[^a-z' ]+", " ", text).split())


def word_error_rate(pairs: Iterable[tuple[str, str]]) -> str:
    """Of (said, heard) texts, with substituted, deleted and inserted words."""
    kept = [(said, heard) for said, heard in pairs if said]
    words = jiwer.process_words([said for said, _ in kept], [heard for _, heard in kept])
    return f"{100 * words.wer:4.1f} % ({words.substitutions} / {words.deletions} / {words.insertions})"


def plain_recogniser() -> Callable[[Recording], str]:
    """Plain faster-whisper with word times, as a user's script calls it: from mono sound at 16 kHz to plain words."""
    from faster_whisper import WhisperModel

    from voicesim.backends.whisper_transcriber import DEFAULT_MODEL, model_folder

    model = WhisperModel(model_folder(DEFAULT_MODEL), device="cpu", cpu_threads=1)

    def recognise(sound: Recording) -> str:
        parts, _ = model.transcribe(sound.samples, word_timestamps=True)
        return plain(" ".join(part.text for part in parts))

    return recognise
