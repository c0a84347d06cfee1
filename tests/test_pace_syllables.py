"""Syllables counted from spelling."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicesim.pace import syllables_of

KNOWN = {
    "I": 1,
    "the": 1,
    "sorry": 2,
    "apologise": 4,
    "refund": 2,
    "customer": 3,
    "technician": 3,
    "waited": 2,
    "waiting": 2,
    "called": 1,
    "people": 2,
    "business": 2,
    "table": 2,
    "tables": 2,
    "houses": 2,
    "makes": 1,
    "idea": 3,
    "previous": 3,
    "playing": 2,
    "something": 2,
    "couldn't": 2,
    "didn't": 2,
    "I'll": 1,
    "boss's": 2,
    "rhythm": 2,
    "immediately": 5,
    "understand": 3,
    "account": 2,
    "responsibility": 6,
}


@pytest.mark.parametrize(("word", "count"), KNOWN.items())
def test_words_of_every_day(word: str, count: int) -> None:
    assert syllables_of(word) == count


def test_running_text_and_digits() -> None:
    assert syllables_of("I am sorry, that took too long.") == 8
    assert syllables_of("4 7") == 3
    assert syllables_of("... !?") == 0


@settings(deadline=None)
@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=20))
def test_any_word_has_a_syllable(word: str) -> None:
    assert 1 <= syllables_of(word) <= 20


@settings(deadline=None)
@given(st.lists(st.sampled_from(sorted(KNOWN)), max_size=8))
def test_text_is_the_sum_of_its_words(words: list[str]) -> None:
    assert syllables_of(" ".join(words)) == sum(KNOWN[word] for word in words)
