"""Stored calls on the command line: shown, scored again, deleted, in the words of pages and reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.example_sessions import make_card, make_session
from voicesim.cli import app
from voicesim.domain import CallEnding, Ending, Evidence
from voicesim.exports import gather
from voicesim.exports.html_report import html_report
from voicesim.store import Store

CALL = "20261121-1934-k3f"
WHEN = ("2026-11-21", "19:34", "0:36.0")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path) as opened:
        opened.save_session(make_session(CALL))
        yield opened


def told(folder: Path, *arguments: str) -> str:
    done = CliRunner().invoke(app, ["--data-dir", str(folder), *arguments])
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())


def test_a_call_whose_contours_are_lost_can_still_be_shown_scored_and_deleted(store: Store, tmp_path: Path) -> None:
    for file in store.recordings_dir.glob("*.npz"):
        file.write_bytes(b"damaged")
    assert "overall 72 rubric" in told(tmp_path, "show", CALL)
    assert "default 1 -> default 1.0" in told(tmp_path, "rescore", CALL, "--keep")
    assert told(tmp_path, "delete", CALL, "--yes") == f"Deleted {CALL}"
    assert store.list_sessions() == []


def test_the_command_line_says_who_hung_up(store: Store, tmp_path: Path) -> None:
    session = make_session("left")
    store.save_session(replace(session, ending=CallEnding(Ending.LEFT)))
    store.save_session(replace(session, id="lost", ending=CallEnding(Ending.LOST, "the headset was unplugged")))
    assert "The call ended: the trainee hung up" in told(tmp_path, "show", "left")
    assert "The call ended: the line was lost: the headset was unplugged" in told(tmp_path, "show", "lost")


def test_a_measure_has_one_name_wherever_it_is_shown(store: Store, tmp_path: Path) -> None:
    gap = Evidence("response_gap_s", 0.888, "s", "at most 1.2", "example", None)
    session = make_session("named", card=replace(make_card(), pace=replace(make_card().pace, evidence=(gap,))))
    store.save_session(session)
    assert "response gap (median) 0.89 s (band at most 1.2)" in told(tmp_path, "show", "named")
    cells = "<td>Response gap (median)</td>", "0.89 s</td>"
    assert all(cell in html_report(gather(store, session)) for cell in cells)


def test_a_stored_call_is_made_private_and_shared_again(store: Store, tmp_path: Path) -> None:
    trainee = store.session(CALL).trainee
    asked = ["sessions", "--trainee", trainee]
    begins = CALL[:8]
    said = told(tmp_path, "private", begins)
    assert said == f"{CALL} of {trainee} is private, the trainer's desk does not show it"
    assert store.list_sessions() == []
    assert told(tmp_path, "sessions").startswith("No sessions yet")
    assert "+ private: the trainer's desk does not show it" in told(tmp_path, *asked)
    assert told(tmp_path, "show", CALL).split()[:7] == [CALL, "lost-parcel", trainee, *WHEN, "private"]
    assert told(tmp_path, "private", CALL) == said
    assert told(tmp_path, "share", CALL) == f"{CALL} of {trainee} is shared, the trainer's desk shows it"
    assert [row.id for row in store.list_sessions()] == [CALL]
    assert "private" not in told(tmp_path, *asked) + told(tmp_path, "show", CALL)
