"""What was said is found with its quote and time, however the recogniser wrote it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicesim.domain import Span, Transcript, Word
from voicesim.wording import find_wording, load_lexicons
from voicesim.wording.openings import ANY, OpeningIndex, Openings
from voicesim.wording.patterns import PatternError, compile_pattern
from voicesim.wording.tokens import plain_words, tokenize

NAME = "Margaret Doyle"
LEXICONS = load_lexicons()


def said(text: str, confidence: float | None = None) -> Transcript:
    """`text` as recognised words, one every half second."""
    words = tuple(Word(w, Span(i / 2, i / 2 + 0.4), confidence) for i, w in enumerate(text.split()))
    return Transcript(text, words, "en", "typed")


def found(text: str, name: str | None = NAME) -> set[str]:
    return {finding.behaviour for finding in find_wording(said(text), LEXICONS, name).findings}


EXAMPLES = [(b.id, text) for b in LEXICONS.behaviours.values() for text in b.entry.examples]
COUNTER_EXAMPLES = [(b.id, text) for b in LEXICONS.behaviours.values() for text in b.entry.counter_examples]


@pytest.mark.parametrize(("behaviour", "text"), EXAMPLES)
def test_every_example_is_found(behaviour: str, text: str) -> None:
    assert behaviour in found(text)


@pytest.mark.parametrize(("behaviour", "text"), COUNTER_EXAMPLES)
def test_no_counter_example_is_found(behaviour: str, text: str) -> None:
    assert behaviour not in found(text)


def test_every_behaviour_has_examples_of_both_kinds() -> None:
    for behaviour in LEXICONS.behaviours.values():
        assert behaviour.entry.examples, behaviour.id
        assert behaviour.entry.counter_examples, behaviour.id


def test_a_finding_carries_the_exact_quote_and_the_time_of_its_words() -> None:
    (finding,) = find_wording(said("Well, I'm so sorry, Peter broke it.", 0.9), LEXICONS).of("apologised")
    assert finding.quote == "I'm so sorry"
    assert finding.span == Span(0.5, 1.9)
    assert finding.confidence == pytest.approx(0.9)


def test_confidence_is_none_where_the_recogniser_gives_none() -> None:
    (finding,) = find_wording(said("I'm so sorry."), LEXICONS).of("apologised")
    assert finding.confidence is None


@pytest.mark.parametrize(
    "written",
    [
        "I can not imagine how upsetting that is. I am sorry.",
        "i cannot imagine how upsetting that is i am sorry",
        "I can’t imagine how upsetting that is, I’m sorry!",
    ],
)
def test_spellings_of_the_same_speech_are_equal(written: str) -> None:
    assert "apologised" in found(written)


@pytest.mark.parametrize("written", ["within 2 days", "within two days", "in 24-hours", "in twenty-four hours"])
def test_numbers_are_equal_as_words_and_digits(written: str) -> None:
    assert "gave_time" in found(f"You will have it {written}.")


@pytest.mark.parametrize("heard", ["Doyle", "Doil", "doyle's", "Margret"])
def test_the_name_is_known_in_other_spellings(heard: str) -> None:
    assert "used_name" in found(f"Thank you, Mrs {heard}.")


@pytest.mark.parametrize(
    "text", ["I'll do it today.", "The dial is broken.", "Thank you, Mrs Peterson.", "Doing well."]
)
def test_other_words_are_not_taken_for_the_name(text: str) -> None:
    assert "used_name" not in found(text)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Daniela Petersen", "I spoke to my colleague Daniel about it."),
        ("Daniela Petersen", "My colleague Mr Patterson used to work there, and so did another Mrs Petersen."),
        ("Daniela Petersen", "Good morning, this is Daniela from the bank."),
        ("Daniela Petersen", "It's D for Delta, and we close at six Eastern."),
        ("Daniela Petersen", "The depot in Petersen Street is open."),
        ("Daniela Petersen", "The Petersen bridge is closed to vans."),
        ("Will Mark Okafor", "I will mark that in October. Will you hold?"),
    ],
)
def test_places_other_people_and_plain_words_are_not_the_customer(name: str, text: str) -> None:
    assert "used_name" not in found(text, name)


@pytest.mark.parametrize(
    "text", ["Okay, Will, it's done.", "Thank you for holding, Mr O'Kaffer.", "Mark, are you there?"]
)
def test_names_that_are_words_count_when_written_as_names(text: str) -> None:
    assert "used_name" in found(text, "Will Mark Okafor")


def test_without_a_name_nothing_is_a_name() -> None:
    assert "used_name" not in found("Thank you, Mrs Doyle.", name=None)


@pytest.mark.parametrize(
    "text", ["I'm not sorry.", "I won't be checking that.", "I never apologise.", "We're not going to refund it."]
)
def test_negated_care_and_progress_are_not_found(text: str) -> None:
    assert not found(text) & {"apologised", "checked", "took_ownership", "offered_way"}


def test_a_phrase_does_not_reach_over_the_end_of_a_sentence() -> None:
    assert "acknowledged_feeling" not in found("I understand. My cat is upset.")


def test_words_without_times_give_no_findings() -> None:
    assert find_wording(Transcript("I am so sorry", (), "en", "typed"), LEXICONS).findings == ()


def test_silence_has_no_findings_and_no_words() -> None:
    wording = find_wording(Transcript("", (), "en", "typed"), LEXICONS)
    assert (wording.findings, wording.words) == ((), 0)


@settings(deadline=None)
@given(st.lists(st.text(max_size=12), max_size=30))
def test_any_words_can_be_searched_and_findings_lie_inside_them(words: list[str]) -> None:
    transcript = Transcript("", tuple(Word(w, Span(i, i + 0.5)) for i, w in enumerate(words)), "en", "typed")
    wording = find_wording(transcript, LEXICONS, NAME)
    assert wording.words == len(words)
    for finding in wording.findings:
        assert 0 <= finding.span.start_s <= finding.span.end_s <= len(words)


@settings(deadline=None)
@given(st.sampled_from([text for _, text in EXAMPLES]), st.floats(0.1, 500))
def test_findings_move_with_time_and_nothing_else_changes(text: str, offset_s: float) -> None:
    here = find_wording(said(text), LEXICONS, NAME).findings
    later = find_wording(said(text).shifted(offset_s), LEXICONS, NAME).findings
    assert [(f.behaviour, f.quote) for f in here] == [(f.behaviour, f.quote) for f in later]
    for before, after in zip(here, later, strict=True):
        assert after.span.start_s == pytest.approx(before.span.start_s + offset_s)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("I'm", ["i", "am"]),
        ("don't", ["do", "not"]),
        ("can't", ["can", "not"]),
        ("Apologise,", ["apologize"]),
        ("£84.50", ["84.50"]),
        ("3pm.", ["3", "pm"]),
        ("follow-up", ["follow", "up"]),
        ("promise", ["promise"]),
        ("twenty", ["20"]),
        ("—", []),
    ],
)
def test_words_become_plain_tokens(written: str, plain: list[str]) -> None:
    assert plain_words(written) == plain


def test_sentence_ends_are_tokens_but_titles_are_not() -> None:
    assert [token.text for token in tokenize(["Mr.", "Doyle?", "Yes."])] == ["mr", "doyle", "?", "yes", "."]


@pytest.mark.parametrize("pattern", ["(a|b", "a)", "a|b", "<nothing>", "", "a [b)", "&"])
def test_a_pattern_that_cannot_be_read_says_so(pattern: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern(pattern, {})


@pytest.mark.parametrize(
    ("spoken", "number"),
    [
        ("two hundred and forty nine", "249"),
        ("two hundred forty-nine", "249"),
        ("eighty three", "83"),
        ("one hundred", "100"),
        ("nine fifteen", "9 15"),
        ("five five two", "5 5 2"),
        ("200 and 5", "200 and 5"),
    ],
)
def test_spoken_numbers_become_what_recognisers_write(spoken: str, number: str) -> None:
    assert " ".join(token.text for token in tokenize(spoken.split())) == number


def test_inflections_gaps_and_options() -> None:
    pattern = compile_pattern("~check ... (order|bill) [today]", {})
    for text in ("check your order ", "checked on the bill ", "checking order today "):
        assert pattern.match(text), text
    assert not pattern.match("checks one two three four order ")


def test_one_word_of_any_kind_or_with_an_ending() -> None:
    pattern = compile_pattern("just *ing * bill", {})
    assert pattern.match("just opening your bill ")
    assert not pattern.match("just open your bill ")
    assert not pattern.match("just opening . bill ")


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("We saw it.", True),
        ("You said we saw it.", False),
        ("You said it came late. We saw it.", True),
        ("You said it came late, but we saw it.", True),
    ],
)
def test_what_stands_before_rules_out_a_match_within_its_clause(tmp_path: Path, text: str, is_found: bool) -> None:
    lexicon = """
        [behaviours.saw]
        title = "Saw"
        quality = "good"
        meaning = "Saw it."
        patterns = ["we saw"]
        not_after = ["you said ...8"]
        examples = ["We saw it."]
    """
    (tmp_path / "mine.toml").write_text(lexicon, encoding="utf-8")
    assert bool(find_wording(said(text), load_lexicons(tmp_path)).findings) == is_found


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("It was Monday.", False),
        ("We will come on Monday.", True),
        ("Monday is when we will come.", True),
        ("We will see. It was Monday.", False),
        ("It was Monday, but we will see.", False),
        ("Monday was a long day for all of us, as we will know.", False),
    ],
)
def test_a_likely_match_counts_beside_its_words_in_the_same_clause(tmp_path: Path, text: str, is_found: bool) -> None:
    lexicon = """
        [behaviours.day]
        title = "Day"
        quality = "good"
        meaning = "Promises a day."
        patterns = []
        likely = ["monday"]
        beside = ["will"]
        examples = ["It will be Monday."]
    """
    (tmp_path / "mine.toml").write_text(lexicon, encoding="utf-8")
    assert bool(find_wording(said(text), load_lexicons(tmp_path)).findings) == is_found


@pytest.mark.parametrize(
    "written", ["I'll, um, I'll sort that out.", "I'll sort, er, that that out.", "I'll sort that out."]
)
def test_pauses_and_words_said_twice_hide_nothing(written: str) -> None:
    assert "took_ownership" in found(written)
    assert ("filler" in found(written)) == ("um" in written or "er," in written)


def test_a_quote_keeps_the_pauses_within_it() -> None:
    (finding,) = find_wording(said("I, um, apologise for that."), LEXICONS).of("apologised")
    assert finding.quote.startswith("I, um, apologise")


def test_i_after_a_name_is_not_part_of_it() -> None:
    assert "took_ownership" in found("Daniela, I'll sort it. Daniela, I gave you the wrong date.", "Daniela Okafor")
    assert "promised_follow_up" in found("Daniela I will call you back.", "Daniela Okafor")


@pytest.mark.parametrize(
    "pattern",
    [
        "(so|[very] good)",
        "apolog* ... that",
        "^ sorry ?",
        "<number> <day>",
        "[the] ~check",
        "* it is",
        "...2 (it|card) is",
        "*ing",
    ],
)
def test_a_pattern_is_found_wherever_its_first_word_is_said(pattern: str) -> None:
    lists = {"day": ["(days|[working] day)"]}
    text = (
        "very good . i am checking that . sorry ? the check is a day . apologies for that 12 working day it is so good "
    )
    starts: dict[str, list[int]] = {}
    for word in re.finditer(r"[^ ]+", text):
        starts.setdefault(word[0], []).append(word.start())
    compiled = compile_pattern(pattern, lists)
    index = OpeningIndex([compiled], [Openings(lists).of(pattern)])
    everywhere = [match[0].removeprefix(". ") for match in compiled.finditer(text)]
    assert everywhere
    assert [match[0].removeprefix(". ") for match in index.matches(text, starts)] == everywhere


def test_only_patterns_that_may_begin_with_any_word_are_tried_everywhere() -> None:
    openings = Openings({"day": ["(day|week)"]})
    assert openings.of("[the] <day> is") == {"the", "day", "week"}
    assert openings.of("apolog* for") == {"apolog*"}
    assert ANY in openings.of("... sorry")
