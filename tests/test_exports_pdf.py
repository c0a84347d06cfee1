"""The PDF report: a real PDF with all its words, whatever they are."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from tests.example_sessions import make_card, make_session
from voicesim.domain import Session
from voicesim.exports import Takeaway
from voicesim.exports.pdf_fonts import Typeface, typeface_for
from voicesim.exports.pdf_report import pdf_report


def read(session: Session) -> PdfReader:
    """The session's report as another program reads it."""
    return PdfReader(io.BytesIO(pdf_report(Takeaway(session))))


def words(session: Session) -> str:
    """All words of a session's report."""
    return " ".join(" ".join(page.extract_text() for page in read(session).pages).split())


def test_it_is_a_pdf_with_its_own_fonts_and_title() -> None:
    pdf = pdf_report(Takeaway(make_session()))
    assert pdf.startswith(b"%PDF-1.") and pdf.rstrip().endswith(b"%%EOF")
    assert b"/FontFile2" in pdf
    assert b"/JavaScript" not in pdf and b"/OpenAction" not in pdf and b"/URI" not in pdf


def test_the_same_session_gives_the_same_bytes() -> None:
    taken = Takeaway(make_session())
    assert pdf_report(taken) == pdf_report(taken)


def test_a_long_call_takes_many_numbered_pages() -> None:
    long = read(make_session(turns=60)).pages
    assert len(long) > len(read(make_session(turns=2)).pages)
    for number, page in enumerate(long, start=1):
        assert str(number) in page.extract_text().split()


def test_everything_the_report_says_is_in_it() -> None:
    text = words(make_session(turns=3, card=make_card(pace=None)))
    for expected in (
        "The lost parcel",
        "Zoë <Brandt>",
        "less than 15 s of speech",
        "not given: it needs tone, pace and warmth",
    ):
        assert expected in text
    assert text.count("Where is my parcel number") == 3


@pytest.mark.parametrize(
    "text",
    [
        "<b>bold</b> <img src='file:///etc/passwd'/> & <unclosed",
        '<a href="http://example.org">x</a> <font size="900"> &amp; &#65;',
        "word" * 600,
        "word " * 2000,
        "",
    ],
    ids=["markup", "links", "one long word", "pages of words", "nothing"],
)
def test_whatever_was_said_is_text(text: str) -> None:
    session = make_session(turns=1)
    turns = tuple(replace(turn, line=replace(turn.line, text=text)) for turn in session.turns)
    found = words(replace(session, turns=turns)).replace(" ", "")
    if text.startswith("word"):  # it runs over pages, and their numbers stand in between
        assert found.count("word") >= text.count("word") - 5
    else:
        assert "".join(text.split()) in found
    assert b"/URI" not in pdf_report(Takeaway(replace(session, turns=turns)))


def test_other_scripts_and_control_characters_do_no_harm() -> None:
    session = make_session(turns=1, trainee="日本語 العربية 🙂 \u202e \x00\x07")
    assert "Trainee" in words(session)


def test_western_languages_need_no_font_of_the_system() -> None:
    face = typeface_for("Zoë said “naïve – über façade”, señor… ñ ø å ß €")
    assert face.regular == "Vera" and face.missing == frozenset()


def test_letters_no_font_has_are_shown_as_missing() -> None:
    face = typeface_for("plain \U0001f9ff")
    assert face.missing == {"\U0001f9ff"}
    assert face.printable("a\U0001f9ffb\n") in ("a□b\n", "a?b\n")
    assert Typeface("x", "y", frozenset("ab"), frozenset("c")).printable("abc") == "ab?"
