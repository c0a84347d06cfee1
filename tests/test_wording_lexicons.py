"""Lexicon files of one's own: read when they are right, explained when they are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicesim.errors import ContentError, UsageError
from voicesim.wording import load_lexicons

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


def test_a_behaviour_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(ContentError, match="twice"):
        load_lexicons(lexicon(tmp_path, GOOD))


def test_a_folder_without_lexicons_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no lexicon files"):
        load_lexicons(tmp_path)
