"""Files to take away: chosen by their ending, whole or not at all, made of any call."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.domain_values import values
from tests.example_sessions import make_session
from tests.exports_rig import Page, rows_of, store_of_one
from voicesim.domain import Judgements, Session, SessionKind
from voicesim.errors import StoreError, UsageError
from voicesim.exports import FORMATS, Takeaway, export_session, export_sessions, take_away
from voicesim.exports.html_report import html_report
from voicesim.exports.tables import session_table
from voicesim.exports.takeaway import utterances
from voicesim.exports.webvtt import webvtt
from voicesim.store import TRAINER, SessionQuery, Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return store_of_one(tmp_path)


@pytest.mark.parametrize("suffix", sorted(one.suffix for one in FORMATS.values()))
def test_every_format_is_chosen_by_the_files_ending(store: Store, tmp_path: Path, suffix: str) -> None:
    for spelled in (suffix, suffix.upper()):
        export_session(store, "a", tmp_path / f"call{spelled}")
        assert (tmp_path / f"call{spelled}").stat().st_size > 100


def test_an_unknown_ending_or_format_names_those_there_are(store: Store, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.html, \.pdf, \.csv, \.vtt, \.txt, \.TextGrid"):
        export_session(store, "a", tmp_path / "call.docx")
    with pytest.raises(UsageError, match="html, pdf, csv, vtt, audacity, textgrid"):
        take_away(store, store.session("a"), "docx")


def test_a_file_that_cannot_be_written_is_one_line_and_leaves_nothing(store: Store, tmp_path: Path) -> None:
    (tmp_path / "folder.vtt").mkdir()
    for output in (tmp_path / "nowhere" / "call.vtt", tmp_path / "folder.vtt"):
        with pytest.raises(StoreError, match="cannot be written") as raised:
            export_session(store, "a", output)
        assert "\n" not in str(raised.value)
    assert not list(tmp_path.rglob("*.part"))


def test_a_private_call_is_not_exported_for_the_trainer(store: Store, tmp_path: Path) -> None:
    store.set_private("a", True)
    with pytest.raises(UsageError, match="no session"):
        export_session(store, "a", tmp_path / "call.csv", viewer=TRAINER)
    assert export_sessions(store, SessionQuery(), tmp_path / "all.csv") == 0


@settings(max_examples=12, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(session=values(Session, measured=True), judgements=values(Judgements, measured=True))
def test_every_format_can_be_made_of_any_session(session: Session, judgements: Judgements) -> None:
    taken = Takeaway(session, judgements)
    for one in FORMATS.values():
        one.make(taken).decode("latin-1")


@pytest.mark.parametrize("key", FORMATS)
def test_a_call_that_was_lost_can_still_be_taken_away(store: Store, key: str) -> None:
    store.begin_session("lost", "lost-parcel", "Ana", make_session().started_at, None)
    assert take_away(store, store.session("lost"), key) or key == "audacity"


def test_recorded_calls_without_turns_have_their_words(store: Store) -> None:
    session = replace(make_session(kind=SessionKind.BATCH), turns=(), scenario=None)
    said = utterances(session)
    assert said and {one.party for one in said} == {"trainee"}
    assert "sorry" in webvtt(Takeaway(session))


def test_a_recorded_customers_mood_is_never_made_up() -> None:
    session = replace(make_session(kind=SessionKind.BATCH), scenario=None)
    turns = tuple(replace(turn, changes=(), analysis=None) for turn in session.turns)
    turns += (replace(turns[0], line=replace(turns[0].line, text=""), reply_span=None),)
    taken = Takeaway(replace(session, turns=turns))
    assert not [row for row in rows_of(session_table(taken)) if row["row"].startswith("mood")]
    text = Page(html_report(taken)).text
    assert "How the customer felt" not in text and "(no reply)" not in text
    assert "(no words were recognised)" not in text
