"""Lexicon files of one's own: read when they are right, explained when they are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicesim.domain import Span, Transcript, Word
from voicesim.errors import ContentError, UsageError
from voicesim.wording import find_wording, load_lexicons

GOOD = """
[behaviours.sang]
title = "Sang"
quality = "good"
meaning = "Sings to the customer."
patterns = ["~sing"]
examples = ["I'll sing for you."]
"""


def lexicon(folder: Path, text: str) -> Path:
    (folder / "mine.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_folder_of_ones_own_is_read(tmp_path: Path) -> None:
    assert load_lexicons(lexicon(tmp_path, GOOD)).ids() == ("sang",)


@pytest.mark.parametrize(
    ("old", "new", "line", "field"),
    [
        ('quality = "good"', 'quality = "nice"', 4, "quality"),
        ('patterns = ["~sing"]', 'patterns = ["(sing"]', 6, "patterns"),
        ('patterns = ["~sing"]', 'patterns = ["<nobody>"]', 6, "patterns"),
        ("patterns =", 'not_with = ["danced"]\npatterns =', 6, "not_with"),
        ("patterns =", 'not_with = ["sang"]\npatterns =', 6, "not_with"),
        ("meaning", "meening", 5, "meening"),
        ("[behaviours.sang]", "[behaviours.Sang]", 2, "Sang"),
    ],
)
def test_errors_name_line_and_field(tmp_path: Path, old: str, new: str, line: int, field: str) -> None:
    with pytest.raises(ContentError) as caught:
        load_lexicons(lexicon(tmp_path, GOOD.replace(old, new)))
    problem = caught.value
    assert problem.field is not None
    assert field in problem.field or problem.field == "behaviours.sang.meaning"
    assert problem.line in (line, 2)


@pytest.mark.parametrize(
    ("text", "sung"),
    [
        ("I'll sing while you shout.", False),
        ("You shout, and the two hundred and forty nine of us sing.", False),
        ("You shout. I sing.", True),
        ("Shout? I sing!", True),
    ],
)
def test_not_with_drops_what_shares_a_sentence_with_the_other(tmp_path: Path, text: str, sung: bool) -> None:
    shouted = GOOD.replace("sang", "shouted").replace("~sing", "~shout").replace("sing for", "shout at")
    (tmp_path / "other.toml").write_text(shouted, encoding="utf-8")
    lexicons = load_lexicons(lexicon(tmp_path, GOOD.replace("patterns =", 'not_with = ["shouted"]\npatterns =')))
    words = [Word(word, Span(at, at + 1)) for at, word in enumerate(text.split())]
    wording = find_wording(Transcript(text, tuple(words), "en", "typed"), lexicons)
    assert bool(wording.of("sang")) is sung
    assert wording.of("shouted")


def test_a_behaviour_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(ContentError, match="twice"):
        load_lexicons(lexicon(tmp_path, GOOD))


def test_a_folder_without_lexicons_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no lexicon files"):
        load_lexicons(tmp_path)
