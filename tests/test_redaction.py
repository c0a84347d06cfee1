"""Spoken card and account numbers leave transcripts, quotes and sound; prices, times and years stay."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import tone
from voicesim.domain import Span, Transcript, Word
from voicesim.redaction import REMOVED, redact_audio, redact_text, redact_transcript, where_numbers_sound

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def said(text: str, word_s: float = 0.4) -> Transcript:
    words = tuple(Word(w, Span(i * word_s, (i + 1) * word_s), 0.9) for i, w in enumerate(text.split()))
    return Transcript(text, words, "en", "test")


@pytest.mark.parametrize(
    ("heard", "kept"),
    [
        ("My card number is four one one one, one one one one. Okay?", f"My card number is {REMOVED} Okay?"),
        ("It is 4111 1111 1111 1111 thanks", f"It is {REMOVED} thanks"),
        ("It is the Visa card, 4916-2231-0045-9912.", f"It is the Visa card, {REMOVED}"),
        ("double four triple seven oh one two three", REMOVED),
        ("account ending forty-two seventeen", f"account ending {REMOVED}"),
        ("the security code is 123 right", f"the security code is {REMOVED} right"),
        ("number is, um, four five three two, okay, uh, one one one one", f"number is, um, {REMOVED}"),
        ("account one two for five six seven ate nine", f"account {REMOVED}"),
        ("nought four seven, six five nine nought", REMOVED),
        ("My PIN's four four two one", f"My PIN's {REMOVED}"),
    ],
)
def test_numbers_go_however_they_are_said(heard: str, kept: str) -> None:
    assert redact_text(heard) == kept


@pytest.mark.parametrize(
    "heard",
    [
        "It was a 2018 Tesla and cost $1,200 at 8 a.m. or 10:30",
        "two days from now, eight to ten, the earlier the better",
        "one of the five people waited three hours on two calls",
        "I have been here for 25 years",
        "",
    ],
)
def test_prices_times_and_counts_stay(heard: str) -> None:
    assert redact_text(heard) == heard


@given(digits=st.lists(st.integers(0, 9), min_size=13, max_size=19), as_words=st.booleans(), group=st.integers(1, 5))
def test_no_digit_of_any_card_number_is_left(digits: list[int], as_words: bool, group: int) -> None:
    if as_words:
        spoken = " ".join(WORDS[d] for d in digits)
    else:
        text = "".join(map(str, digits))
        spoken = " ".join(text[i : i + group] for i in range(0, len(text), group))
    kept = redact_text(f"sure it goes {spoken} thank you very much")
    assert kept == f"sure it goes {REMOVED} thank you very much"


def test_the_transcript_keeps_its_times_and_says_where_the_number_was() -> None:
    clean, spans = redact_transcript(said("card four one one one two two two two yes"))
    assert [word.text for word in clean.words] == ["card", REMOVED, "yes"]
    (covered,) = spans
    assert (covered.start_s, covered.end_s) == pytest.approx((0.4, 3.6))
    assert clean.words[2].span.start_s == pytest.approx(3.6)
    assert clean.text == f"card {REMOVED} yes"


def test_a_number_sounds_from_the_word_before_to_the_word_after_whatever_times_the_recogniser_gave() -> None:
    def word(text: str, start_s: float, end_s: float) -> Word:
        return Word(text, Span(start_s, end_s), 0.9)

    heard = (word("is", 1.0, 1.5), word("4111111111111111", 2.0, 3.0), word("okay", 30.0, 30.4))
    clean, (said,) = redact_transcript(Transcript("", heard, "en", "test"))
    assert said == Span(2.0, 3.0)
    speech = (Span(0.5, 1.5), Span(1.8, 3.2), Span(4.0, 6.0), Span(8.5, 9.0), Span(20.0, 21.0), Span(29.5, 31.0))
    assert where_numbers_sound(clean, speech) == (Span(1.8, 9.0),)
    assert where_numbers_sound(clean, (Span(0.0, 29.0), Span(29.1, 31.0))) == (Span(1.5, 30.0),)
    assert where_numbers_sound(clean, ()) == (Span(2.0, 3.0),)
    slow = Transcript("", (*clean.words[:2], word("all", 3.0, 5.5), word("right", 5.5, 5.9)), "en", "test")
    assert where_numbers_sound(slow, speech) == (Span(1.8, 5.5),)


def test_digits_far_apart_are_two_numbers() -> None:
    words = said("one two three four one two three four").words
    late = tuple(Word(w.text, w.span.shifted(60.0 if i > 3 else 0.0)) for i, w in enumerate(words))
    _, spans = redact_transcript(Transcript("", late, "en", "test"))
    assert spans == ()


def test_a_quote_cut_out_of_a_number_loses_every_digit() -> None:
    assert redact_text("one one okay", every_digit=True) == f"{REMOVED} okay"


def test_sound_under_a_number_becomes_a_tone_and_the_rest_stays() -> None:
    recording = tone(220, 3.0)
    covered = redact_audio(recording, [Span(1.0, 2.0)])
    rate = recording.sample_rate_hz
    inside = covered.samples[round(1.2 * rate) : round(1.8 * rate)]
    assert np.argmax(np.abs(np.fft.rfft(inside))) / 0.6 == pytest.approx(1000, abs=3)
    assert np.array_equal(covered.samples[: round(0.8 * rate)], recording.samples[: round(0.8 * rate)])
    assert np.array_equal(covered.samples[round(2.2 * rate) :], recording.samples[round(2.2 * rate) :])
