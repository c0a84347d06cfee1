"""When Whisper's words are not to be trusted and the sound should be decoded once more."""

from __future__ import annotations

from collections.abc import Sequence

REPEATED_ABOVE, UNSURE_BELOW = 2.4, -1.0
"""Whisper's own limits of compression ratio and mean log probability (Radford et al. 2022, section 4.5)."""
SPARE_TOKENS = 24
TOKENS_PER_S = 6.0
"""More than any speaker says: what goes beyond is the model repeating itself."""


def is_doubtful(repeated: float, log_probability: float, words: Sequence[str]) -> bool:
    """Whether text that compresses `repeated`-fold, at this mean log probability, should be decoded again."""
    return repeated > REPEATED_ABOVE or log_probability < UNSURE_BELOW or says_twice(words)


def says_twice(words: Sequence[str], least: int = 5) -> bool:
    """Whether `least` or more words are said twice in a row: rarely a speaker, mostly the model repeating itself."""
    plain = [word.lower().strip(" .,?!") for word in words]
    return any(
        plain[at : at + size] == plain[at + size : at + 2 * size]
        for size in range(least, len(plain) // 2 + 1)
        for at in range(len(plain) - 2 * size + 1)
    )


def most_tokens(duration_s: float) -> int:
    """How many tokens so much speech can be at most."""
    return SPARE_TOKENS + round(TOKENS_PER_S * duration_s)
