"""Filled pauses ("um", "uh"): those the recogniser wrote down, and those it dropped."""

from __future__ import annotations

from collections.abc import Sequence

from voicesim.domain import Recording, Span, Word
from voicesim.domain.spans import merged, touching
from voicesim.pace.filled_pauses import held_sounds, voiced_share

FILLERS = frozenset({"um", "umm", "uh", "uhh", "uhm", "er", "erm", "hm", "hmm", "mm", "mmm", "ah", "eh"})
ISLAND_S = (0.12, 0.7)
ISLAND_VOICED = 0.5  # an "s" or a breath between two silences is no filler
HELD_S = 0.35  # longer than the vowels of fluent speech, shorter than most drawn-out fillers
NEAR_S = 0.3


def is_filler(text: str) -> bool:
    """Whether a recognised word is a filled pause."""
    return text.lower().strip(" .,!?…-\"'") in FILLERS


def find_fillers(words: Sequence[Word], spoken: Sequence[Span], recording: Recording | None = None) -> tuple[Span, ...]:
    """Where fillers were spoken, in order of time.

    `spoken` are the stretches of sound between silences. Beside the fillers among `words`, a short voiced stretch
    between two silences that no word accounts for is one, and so is a vowel held far longer than fluent speech holds
    it. Recognisers drop most fillers and let the neighbouring words' times run over them.
    """
    written = [word.span for word in words if is_filler(word.text)]
    if recording is None:
        return tuple(written)
    heard = [island for island in _unexplained(words, spoken) if voiced_share(recording, island) >= ISLAND_VOICED]
    heard += [held for held in held_sounds(recording, spoken) if held.duration_s >= HELD_S]
    near = merged(Span(max(0.0, s.start_s - NEAR_S), s.end_s + NEAR_S) for s in written)
    return tuple(sorted([*written, *(span for span in merged(heard) if not touching(near, span))]))


def _unexplained(words: Sequence[Word], spoken: Sequence[Span]) -> list[Span]:
    """Short stretches between silences to which no word mainly belongs."""
    found = []
    stretches = merged(spoken)
    timed = [word for word in words if word.span.duration_s > 0]
    at = 0
    for island in stretches[1:-1]:
        if not ISLAND_S[0] <= island.duration_s <= ISLAND_S[1]:
            continue
        while at < len(timed) and timed[at].span.end_s <= island.start_s:
            at += 1
        if not any(_belongs(word.span, island, stretches) for word in timed[at : at + 6]):
            found.append(island)
    return found


def _belongs(word: Span, island: Span, stretches: Sequence[Span]) -> bool:
    shares = [word.overlap_s(stretch) for stretch in touching(stretches, word)]
    own = word.overlap_s(island)
    return own > 0 and own >= 0.5 * sum(shares)
