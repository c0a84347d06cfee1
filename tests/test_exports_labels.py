"""Captions, Audacity labels and TextGrids: read back by other programs’ rules, safe whatever was said."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.example_sessions import make_session
from tests.exports_rig import NASTY, cues, nasty_session, store_of_one
from voicesim.domain import Span
from voicesim.exports import Takeaway, gather
from voicesim.exports.audacity import audacity_labels
from voicesim.exports.takeaway import utterances
from voicesim.exports.textgrid import textgrid, tiles
from voicesim.exports.tracks import Label
from voicesim.exports.webvtt import webvtt
from voicesim.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return store_of_one(tmp_path)


def test_captions_carry_who_speaks_and_the_time_of_each_word() -> None:
    found = cues(webvtt(Takeaway(make_session())))
    assert found[0] == (0.0, 4.0, "<v Zoë &lt;Brandt&gt;>Where is my parcel number 0?")
    assert found[1][2].startswith("<v Ana>I <00:00:04.917>am <00:00:05.333>so")
    assert all(start < end for start, end, _ in found)
    assert [start for start, _, _ in found] == sorted(start for start, _, _ in found)


def test_word_stamps_rise_inside_their_cue_and_captions_stay_short() -> None:
    for start, end, text in cues(webvtt(Takeaway(make_session(turns=4, turn_s=60.0)))):
        stamps = [3600 * int(h) + 60 * int(m) + float(s) for h, m, s in re.findall(r"<(\d+):(\d+):([\d.]+)>", text)]
        assert all(start < at < end for at in stamps) and stamps == sorted(set(stamps))
        spoken = re.sub(r"<[^>]*>", "", text)
        assert len(spoken) <= 84 and (end - start <= 7.001 or "parcel" in spoken)


def test_no_word_is_lost_between_captions() -> None:
    session = make_session(turns=2, turn_s=40.0)
    spoken = " ".join(re.sub(r"<[^>]*>", "", text) for _, _, text in cues(webvtt(Takeaway(session))))
    assert spoken.split() == [word for one in utterances(session) for word in one.text.split()]


def test_a_long_line_without_word_times_is_shared_out_over_its_seconds() -> None:
    session = make_session(turns=1, turn_s=30.0)
    line = " ".join(f"word{i:02}" for i in range(40))
    turns = tuple(
        replace(turn, line=replace(turn.line, text=line), reply_span=None, analysis=None) for turn in session.turns
    )
    found = cues(webvtt(Takeaway(replace(session, turns=turns))))
    assert len(found) == 4 and (found[0][0], found[-1][1]) == (0.0, 10.0)
    assert [before[1] for before in found[:-1]] == [after[0] for after in found[1:]]
    assert " ".join(text.removeprefix("<v Zoë &lt;Brandt&gt;>") for _, _, text in found) == line


def test_captions_cannot_be_broken_out_of() -> None:
    for _, _, text in cues(webvtt(Takeaway(nasty_session()))):
        without_stamps = re.sub(r"<\d\d:\d\d:\d\d\.\d{3}>", "", text)
        assert re.fullmatch(r"<v [^<>\n]*>[^<>\n]*", without_stamps)


def test_audacity_labels_are_three_fields_a_line_in_order_of_time(store: Store) -> None:
    lines = [line.split("\t") for line in audacity_labels(gather(store, store.session("a"))).splitlines()]
    assert all(len(line) == 3 and float(line[0]) <= float(line[1]) for line in lines)
    assert [float(line[0]) for line in lines] == sorted(float(line[0]) for line in lines)
    assert ["0.000000", "4.000000", "customer: Where is my parcel number 0?"] in lines
    assert ["1.000000", "2.000000", "judgements: Tom: listen here"] in lines


def test_audacity_labels_stay_on_one_line() -> None:
    for line in audacity_labels(Takeaway(nasty_session())).split("\n")[:-1]:
        assert len(line.split("\t")) == 3 and line.isprintable() is False and "\x07" not in line


spans = st.tuples(st.floats(0, 50), st.floats(0, 50)).map(lambda pair: Span(min(pair), max(pair)))


@given(st.lists(st.builds(Label, spans, st.text("ab", min_size=1, max_size=3)), max_size=12))
def test_intervals_tile_the_whole_call_whatever_overlaps(labels: list[Label]) -> None:
    tiled = tiles(labels, 50.0)
    assert tiled[0][0] == 0.0 and tiled[-1][1] == 50.0
    assert all(start < end for start, end, _ in tiled)
    assert all(before[1] == after[0] for before, after in pairwise(tiled))
    assert {text for _, _, text in tiled} <= {label.text for label in labels} | {""}


@given(st.lists(st.floats(0.001, 5), min_size=1, max_size=8))
def test_intervals_that_do_not_overlap_keep_their_times(lengths: list[float]) -> None:
    edges = np.cumsum([0.5, *lengths]).tolist()
    labels = [Label(Span(a, b), f"{i}") for i, (a, b) in enumerate(pairwise(edges))]
    kept = {text: (start, end) for start, end, text in tiles(labels, edges[-1] + 1.0)}
    for label in labels:
        assert kept[label.text] == pytest.approx((label.span.start_s, label.span.end_s), abs=2e-6)


def test_praat_reads_every_tier_back(store: Store, tmp_path: Path) -> None:
    parselmouth = pytest.importorskip(
        "parselmouth", reason="Praat itself reads the file where praat-parselmouth is installed"
    )
    session = nasty_session()
    store.save_session(session)
    store.add_comment(session.id, NASTY, Span(1.0, 2.0), NASTY)
    path = tmp_path / "call.TextGrid"
    path.write_text(textgrid(gather(store, session)), encoding="utf-8")
    grid = parselmouth.read(str(path))
    tiers = int(parselmouth.praat.call(grid, "Get number of tiers"))
    names = [parselmouth.praat.call(grid, "Get tier name", tier) for tier in range(1, tiers + 1)]
    assert names == ["customer", "trainee", "words", "behaviours", "evidence", "judgements"]
    assert parselmouth.praat.call(grid, "Get end time") == pytest.approx(session.duration_s)
    label = parselmouth.praat.call(grid, "Get label of interval", 1, 1)
    assert label == " ".join("".join(char if char.isprintable() else " " for char in NASTY).split())
    start = parselmouth.praat.call(grid, "Get start time of interval", 2, 2)
    assert start == pytest.approx(session.turns[0].reply_span.start_s)  # type: ignore[union-attr]
