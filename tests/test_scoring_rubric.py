"""Rubric files: the shipped one is sound and readable, and a mistake is named with its line and field."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.measured_values import measured, pace
from voicesim.content import data_file
from voicesim.domain import Score
from voicesim.errors import ContentError
from voicesim.scoring import compare, difference_text, explain_rubric, load_rubric, score
from voicesim.wording import load_lexicons

DEFAULT = data_file("rubrics", "default.toml")


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = DEFAULT.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "mine.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_every_band_names_its_source() -> None:
    rubric = load_rubric()
    bands = [*rubric.bands.values(), *(band for kind in rubric.adjustments.values() for band in kind.values())]
    assert bands and all(band.source.strip() for band in bands)


def test_the_formula_is_readable_and_complete() -> None:
    rubric = load_rubric()
    text = explain_rubric(rubric)
    assert f"version {rubric.version}" in text
    assert "empathy before solutions: full credit at least 1 (1 yes, 0 no), none at 0" in text
    assert "heat in the voice: full credit at most 0.35 (0-1), none at 0.9" in text
    for name in ("tone", "pace", "warmth"):
        assert f"{name} = 100 x" in text
        for measure, weight in rubric.weights[name].items():
            assert weight == 0 or rubric.labels[measure] in text


def test_wording_measures_use_behaviours_the_lexicons_have() -> None:
    known = set(load_lexicons().ids())
    for measure in load_rubric().wording.values():
        assert {*measure.behaviours, *measure.before} <= known


@pytest.mark.parametrize(
    ("old", "new", "field", "says"),
    [
        ('version = "1.0"', "", "version", "missing"),
        ("good_high = 160", 'good_high = "fast"', "bands.speech_rate_wpm.good_high", "number"),
        ("good_low = 120", "good_low = 170", "bands.speech_rate_wpm", "cross"),
        ("heat = 5", "anger = 5", "weights.tone.anger", "no band"),
        ("raised_heat = 0.65", "raised = 0.65", "settings.raised_heat", "missing"),
        (
            "[adjustments.functional.speech_rate_wpm]",
            "[adjustments.funny.speech_rate_wpm]",
            "adjustments.funny",
            "kind",
        ),
        ("[advice.heat]", "[advice.hat]", "advice.hat", "no band"),
        ('counts = "order"', 'counts = "often"', "wording.empathy_first.counts", "must be"),
        ('source = "uncalibrated"', 'source = " "', "bands.raised_voice_share.source", "come from"),
        ("good_high = 0.35", "bonus = 1\ngood_high = 0.35", "bands.heat.bonus", "known field"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_field(tmp_path: Path, old: str, new: str, field: str, says: str) -> None:
    path = changed(tmp_path, old, new)
    with pytest.raises(ContentError) as caught:
        load_rubric(path)
    assert caught.value.field == field and says in caught.value.problem
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)
    if says != "missing":
        assert caught.value.line is not None


def test_no_customer_can_be_given_a_looser_heat_or_a_faster_upper_edge(tmp_path: Path) -> None:
    hot = '[adjustments.angry.heat]\nunit = "0-1"\ngood_high = 0.6\nzero_high = 0.95\nsource = "mine"\n\n[advice.heat]'
    with pytest.raises(ContentError, match="excuses"):
        load_rubric(changed(tmp_path, "[advice.heat]", hot))
    with pytest.raises(ContentError, match="matched"):
        load_rubric(changed(tmp_path, "good_low = 135\ngood_high = 160", "good_low = 135\ngood_high = 180"))


def test_a_missing_file_is_one_line() -> None:
    with pytest.raises(ContentError, match="no such file"):
        load_rubric(Path("nowhere.toml"))


def test_what_is_not_given_any_more_says_why() -> None:
    card = score(measured(), load_rubric())
    without = replace(card, tone=Score("tone", None, "the sound is clipped"), overall=None)
    text = difference_text(card, without)
    assert "-> not given (the sound is clipped)" in text and text.endswith("-> not given")


def test_rescoring_shows_the_difference(tmp_path: Path) -> None:
    stricter = load_rubric(changed(tmp_path, 'version = "1.0"', 'version = "2.0"'))
    stricter_path = changed(tmp_path, "speech_rate_wpm = 5\nburst_share = 1", "speech_rate_wpm = 5\nburst_share = 9")
    fast = measured(pace=pace(195))
    old, new = score(fast, load_rubric()), score(fast, load_rubric(stricter_path))
    rows = {row.name: row for row in compare(old, new)}
    assert rows["tone"].change == 0 and (rows["pace"].change or 0) < -5
    assert "default 1.0 -> default 2.0" in difference_text(old, score(fast, stricter))
