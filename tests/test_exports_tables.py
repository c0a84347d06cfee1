"""Tables to take away: everything with its seconds, no cell a formula."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.example_sessions import make_card, make_scenario, make_session
from tests.exports_rig import NASTY, nasty_session, rows_of, store_of_one
from voicesim.exports import Takeaway, export_sessions, gather
from voicesim.exports.tables import COLUMNS, session_table
from voicesim.store import SessionQuery, Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return store_of_one(tmp_path)


def test_the_table_holds_everything_with_its_seconds(store: Store) -> None:
    store.save_rescore("a", make_card(tone=50, pace=None, version="2"))
    rows = rows_of(session_table(gather(store, store.session("a"))))
    assert set(rows[0]) == set(COLUMNS) and {row["session_id"] for row in rows} == {"a"}

    def of(kind: str, name: str = "") -> list[dict[str, str]]:
        return [row for row in rows if row["row"] == kind and row["name"] == (name or row["name"])]

    assert [row["value"] for row in of("score", "tone")] == ["72", "50"]
    assert (of("score", "pace")[1]["value"], of("score", "pace")[1]["reason"]) == ("", "less than 15 s of speech")
    assert of("measure", "speech_rate_wpm")[0]["value"] == "150"
    assert of("measure", "spectral_tilt_db_per_octave")[0]["value"] == ""
    words = of("word")
    assert [row["text"] for row in words[:4]] == ["I", "am", "so", "sorry"]
    assert float(words[1]["start_s"]) == pytest.approx(4.9166667) and words[0]["value"] == "0.93"
    (override,) = of("override")
    assert (override["value"], override["text"], override["reason"], override["author"]) == (
        "60",
        "measured 80",
        "flat close",
        "Tom",
    )
    assert {"utterance", "response gap", "mood", "mood change: anger", "behaviour", "comment", "advice"} <= {
        r["row"] for r in rows
    }


def test_no_cell_of_the_table_is_a_formula() -> None:
    scenario = replace(make_scenario(name="=cmd|' /C calc'!A0"), title="@SUM(1)")
    session = make_session(scenario=scenario, trainee="+1", extra="-2 =3 @4")
    for row in rows_of(session_table(Takeaway(session))):
        for name in ("text", "name", "reason", "source", "author", "party", "session_id"):
            assert row[name][:1] not in ("=", "+", "-", "@", "\t", "\r")
    texts = [row["text"] for row in rows_of(session_table(Takeaway(session))) if row["row"] == "word"]
    assert texts[:3] == ["'-2", "'=3", "'@4"]


def test_nasty_text_stays_in_its_cell() -> None:
    rows = rows_of(session_table(Takeaway(nasty_session())))
    assert NASTY in [row["text"] for row in rows if row["row"] == "utterance"]


def test_a_list_is_a_row_for_every_session(store: Store, tmp_path: Path) -> None:
    store.save_session(make_session("b", card=make_card(tone=None), trainee="=Ben"))
    assert export_sessions(store, SessionQuery(order_by="tone", limit=None), tmp_path / "all.csv") == 2
    rows = rows_of((tmp_path / "all.csv").read_bytes().decode())
    assert [(row["id"], row["tone"], row["trainee"]) for row in rows] == [("a", "72", "Ana"), ("b", "", "'=Ben")]
    assert (rows[0]["warmth"], rows[0]["overridden"], rows[0]["private"]) == ("60", "warmth", "no")
