"""A person's own tone, pace or warmth: the overall follows it wherever it shows, and what was measured is kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text as sql
from typer.testing import CliRunner

from tests.example_sessions import START, make_card, make_session
from voicesim.cli import app
from voicesim.domain import Judgements, Override, ScoreCard
from voicesim.exports import gather
from voicesim.exports.html_report import html_report
from voicesim.exports.tables import session_table, sessions_table
from voicesim.records import to_json
from voicesim.scoring import StandingScore, StandingScores, standing_scores, standing_values
from voicesim.store import SessionQuery, Store

CALL = "20261121-1934-k3f"
MEASURED = {"tone": 72.0, "pace": 60.0, "warmth": 84.0}
"""Their mean, the measured overall, is 72."""


def card(**changes: float | None) -> ScoreCard:
    return make_card(**{**MEASURED, **changes})  # type: ignore[arg-type]


def override(score: str, value: float | None, author: str = "Ruth") -> Override:
    return Override(1, CALL, author, START, score, MEASURED.get(score, 72.0), value, "heard it otherwise")


def standing(scored: ScoreCard, *overrides: Override) -> StandingScores:
    return standing_scores(scored, Judgements(overrides=overrides))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path) as opened:
        opened.save_session(make_session(CALL, card=card()))
        yield opened


def test_the_overall_is_made_of_what_stands_and_what_was_measured_is_kept() -> None:
    found = standing(card(), override("warmth", 30.0))
    assert (found.warmth.value, found.warmth.measured) == (30.0, 84.0)
    assert (found.overall.value, found.overall.measured) == (54.0, 72.0)
    assert found.overall.note == "Includes warmth given by Ruth (measured 72)"
    assert found.tone == StandingScore("tone", 72.0, 72.0) and found.tone.note is None


def test_the_overall_follows_by_the_rubrics_own_weights() -> None:
    weighed = replace(card(), overall=76.0, overall_weights={"tone": 1.0, "pace": 1.0, "warmth": 4.0})
    assert standing_values(weighed, {"warmth": 30.0})["overall"] == pytest.approx((72 + 60 + 4 * 30) / 6)


def test_a_score_given_where_none_could_be_measured_completes_the_overall() -> None:
    found = standing(card(pace=None), override("pace", 75.0))
    assert found.overall.value == pytest.approx((72 + 75 + 84) / 3) and found.overall.measured is None
    assert found.overall.note == "Includes pace given by Ruth (not measured)"
    assert standing(card(pace=None), override("tone", 75.0)).overall.value is None


def test_a_persons_own_overall_stands_above_the_one_that_follows() -> None:
    found = standing(card(), override("warmth", 30.0), override("overall", 65.0, "Tom")).overall
    assert (found.value, found.measured, found.includes) == (65.0, 72.0, ())
    assert found.note == "Given by Tom (measured 72): heard it otherwise"


def test_a_withdrawn_override_lets_the_measured_overall_stand_again() -> None:
    found = standing(card(), override("warmth", 30.0), override("warmth", None)).overall
    assert (found.value, found.note) == (72.0, None)


def test_a_card_without_its_weights_keeps_its_overall_and_says_so() -> None:
    found = standing(replace(card(), overall_weights={}), override("warmth", 30.0)).overall
    assert found.value == 72.0
    assert found.note == "As measured, without warmth given by Ruth: score the call again to include it"


def test_lists_sort_by_the_overall_that_stands_and_keep_the_measured_one(store: Store) -> None:
    store.save_session(make_session("other", card=make_card(tone=60, pace=60, warmth=60)))
    store.override_score(CALL, "Ruth", "warmth", 30, "cold")
    rows = store.list_sessions(SessionQuery(order_by="overall"))
    assert [(row.id, row.overall, row.overall_measured) for row in rows] == [("other", 60, 60), (CALL, 54, 72)]
    assert [row.changed("overall") for row in rows] == [False, True]
    assert rows[1].changed("warmth") and not rows[1].changed("tone") and rows[1].overridden == ("warmth",)
    store.override_score(CALL, "Ruth", "warmth", None, "heard it again")
    row = next(row for row in store.list_sessions() if row.id == CALL)
    assert (row.overall, row.changed("overall")) == (72, False)


def test_the_overall_that_stands_is_made_anew_when_the_call_is_scored_again(store: Store) -> None:
    store.override_score(CALL, "Ruth", "warmth", 30, "cold")
    store.save_rescore(CALL, make_card(tone=90, pace=90, warmth=90, version="2"))
    (row,) = store.list_sessions()
    assert (row.overall, row.overall_measured) == (70, 90)


def test_a_database_from_before_learns_the_measured_overall_from_its_scorecards(tmp_path: Path) -> None:
    from tests.store_rig import old

    made = old(tmp_path, 4)
    with made.writing() as connection:
        connection.execute(
            sql("INSERT INTO sessions (key, id, status, kind, scenario_id, trainee, started_at, started_at_text,"
                " overall, overridden) VALUES (1, 'a', 'finished', 'practice', 's', 'Ana', 0,"
                " '2020-01-01T00:00:00+00:00', 50, 'overall')")
        )  # fmt: skip
        for number, version in ((1, card(tone=0)), (2, card())):
            connection.execute(
                sql("INSERT INTO scorecards (session_key, number, made_at, body) VALUES (1, :number, 0, :body)"),
                {"number": number, "body": to_json(version)},
            )
    made.close()
    with Store(tmp_path) as opened:
        (row,) = opened.list_sessions()
        assert (row.overall, row.overall_measured) == (50, 72)


def rows_of(table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))


def test_tables_hold_both_the_standing_and_the_measured_overall(store: Store) -> None:
    store.override_score(CALL, "Ruth", "warmth", 30, "cold")
    (row,) = rows_of(sessions_table(store.list_sessions()))
    assert (row["overall"], row["overall_measured"], row["overridden"]) == ("54", "72", "warmth")
    rows = rows_of(session_table(gather(store, store.session(CALL))))
    measured = {row["name"]: row["value"] for row in rows if row["row"] == "score"}
    stands = {row["name"]: (row["value"], row["reason"]) for row in rows if row["row"] == "score as it stands"}
    assert measured["overall"] == "72" and measured["warmth"] == "84"
    assert stands == {
        "warmth": ("30", "Given by Ruth (measured 84): cold"),
        "overall": ("54", "Includes warmth given by Ruth (measured 72)"),
    }


def test_the_report_shows_the_overall_that_stands_with_its_reason(store: Store) -> None:
    assert "Overall: </strong>72</p>" in html_report(gather(store, store.session(CALL)))
    store.override_score(CALL, "Ruth", "warmth", 30, "cold")
    page = html_report(gather(store, store.session(CALL)))
    assert "Overall: </strong>54. Includes warmth given by Ruth (measured 72)</p>" in page
    store.override_score(CALL, "Tom", "overall", 61, "in all")
    assert "Overall: </strong>61. Given by Tom (measured 72): in all</p>" in html_report(
        gather(store, store.session(CALL))
    )


def told(folder: Path, *arguments: str) -> str:
    done = CliRunner().invoke(app, ["--data-dir", str(folder), *arguments])
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())


def test_the_command_line_shows_what_stands_whose_it_is_and_what_was_said(store: Store, tmp_path: Path) -> None:
    assert "overall 72 rubric" in told(tmp_path, "show", CALL) and "*" not in told(tmp_path, "sessions")
    store.override_score(CALL, "Ruth", "warmth", 30, "cold")
    store.add_comment(CALL, "Ruth", None, "Listen to the close again.")
    shown = told(tmp_path, "show", CALL)
    assert "warmth 30 " in shown and "Given by Ruth (measured 84): cold" in shown
    assert "overall 54 rubric" in shown and "Includes warmth given by Ruth (measured 72)" in shown
    assert "Ruth Listen to the close again." in shown
    listed = told(tmp_path, "sessions")
    assert "72 60 30* 54*" in listed and "* changed by a person" in listed


def test_a_score_that_is_less_certain_says_so_wherever_it_is_shown(store: Store, tmp_path: Path) -> None:
    doubtful = replace(card(), tone=replace(card().tone, reason="from 9.0 s of speech only, so less certain"))
    store.save_session(make_session("doubtful", card=doubtful))
    assert "from 9.0 s of speech only" in told(tmp_path, "show", "doubtful")
    assert "from 9.0 s of speech only" in html_report(gather(store, store.session("doubtful")))
