"""The store keeps sessions whole, private ones private, and every version of a score."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.domain_values import same, values
from tests.example_sessions import START, make_card, make_scenario, make_session
from voicesim.domain import Baseline, CueNorm, Ending, Session, SessionKind, Span
from voicesim.errors import StoreError, UsageError
from voicesim.store import TRAINER, Store, composure, new_session_id, stable_session_id


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "data") as opened:
        yield opened


def put_sound(store: Store, name: str) -> str:
    (store.recordings_dir / name).write_bytes(b"fLaC")
    return f"recordings/{name}"


def test_a_session_comes_back_as_it_was_contours_included(store: Store) -> None:
    session = make_session(recording_path="recordings/a.flac")
    store.save_session(session)
    assert same(store.session(session.id), session)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(session=values(Session, measured=True), started_at=st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1)))
def test_any_session_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, session: Session, started_at: datetime
) -> None:
    session = replace(session, id="20261121-1934-k3f", started_at=started_at)
    with Store(tmp_path_factory.mktemp("any")) as store:
        store.save_session(session)
        assert same(store.session(session.id), session)


def test_without_contours_turns_words_and_evidence_are_all_there(store: Store) -> None:
    session = make_session()
    store.save_session(session)
    for file in store.recordings_dir.glob("*.npz"):
        file.unlink()
    light = store.session(session.id, contours=False)
    assert light.analysis and session.analysis and light.scores == session.scores
    assert light.analysis.transcript == session.analysis.transcript
    assert [turn.line for turn in light.turns] == [turn.line for turn in session.turns]
    assert len(light.analysis.prosody.f0_hz) == 0


def test_lost_contours_are_one_clear_error(store: Store) -> None:
    store.save_session(make_session())
    next(store.recordings_dir.glob("*.npz")).write_bytes(b"PK damaged")
    with pytest.raises(StoreError, match=r"\.npz is missing or damaged"):
        store.session("20261121")


def test_saving_again_replaces_and_leaves_one_file_of_contours(store: Store) -> None:
    store.save_session(make_session(seed=1))
    store.save_session(make_session(seed=2, turns=4))
    assert store.count_sessions() == 1
    assert len(store.session("20261121").turns) == 4
    assert len(list(store.recordings_dir.iterdir())) == 1
    store.save_session(make_session(seed=2, turns=4))
    assert len(list(store.recordings_dir.iterdir())) == 1


def test_a_unique_beginning_of_an_id_is_enough(store: Store) -> None:
    for name in ("20261121-1934-k3f", "20261121-1935-abc", "a_b"):
        store.save_session(make_session(name))
    assert store.session("20261121-1934").id == "20261121-1934-k3f"
    with pytest.raises(UsageError, match="several sessions begin with '20261121'"):
        store.session("20261121")
    for nothing in ("", "%", "_", "zzz"):
        with pytest.raises(UsageError, match="there is no session"):
            store.session(nothing)


def test_an_exact_id_wins_over_longer_ones(store: Store) -> None:
    for name in ("call", "call-2"):
        store.save_session(make_session(name))
    assert store.session("call").id == "call"


@pytest.mark.parametrize("name", ["", "../up", "a/b", "/etc/x", "a..b", "con\n", "x" * 200, ".hidden"])
def test_ids_that_could_leave_the_folder_are_refused(store: Store, name: str) -> None:
    with pytest.raises(UsageError, match="cannot name a session"):
        store.save_session(make_session(name))
    with pytest.raises(UsageError, match="cannot name a session"):
        store.begin_session(name, "s", "Ana", START, None)


def test_ids_are_short_sorted_by_time_and_never_given_twice(store: Store) -> None:
    name = store.new_session_id(START)
    assert name.startswith("20261121-1934-") and len(name) == 17
    store.save_session(make_session(name))
    assert store.new_session_id(START) != name
    assert new_session_id(START) < new_session_id(START + timedelta(minutes=1))


def test_the_id_of_a_recorded_call_follows_from_its_source() -> None:
    first = stable_session_id(START, "calls/1.wav")
    assert first == stable_session_id(START, "calls/1.wav")
    assert len({stable_session_id(START, f"calls/{i}.wav") for i in range(20_000)}) == 20_000


def test_deleting_removes_sound_contours_words_and_judgements(store: Store) -> None:
    session = make_session(recording_path=put_sound(store, "call.flac"))
    store.save_session(session)
    store.add_comment(session.id, "Tom", None, "well done")
    (store.data_dir / "takes" / session.id).mkdir(parents=True)
    (store.data_dir / "takes" / session.id / "1.flac").write_bytes(b"fLaC")
    (store.data_dir / "takes" / f"{session.id}-2.flac").write_bytes(b"fLaC")
    with pytest.raises(UsageError, match="full id"):
        store.delete_session("20261121")
    store.delete_session(session.id)
    assert list(store.recordings_dir.iterdir()) == []
    assert [path.name for path in (store.data_dir / "takes").iterdir()] == [f"{session.id}-2.flac"]
    assert store.count_sessions() == 0
    store.save_session(session)
    assert store.judgements(session.id).comments == ()


def test_deleting_leaves_recordings_outside_the_folder_alone(store: Store, tmp_path: Path) -> None:
    mine = tmp_path / "mine.wav"
    mine.write_bytes(b"RIFF")
    for number, path in enumerate((str(mine), "../mine.wav")):
        store.save_session(make_session(f"call-{number}", recording_path=path))
        store.delete_session(f"call-{number}")
    assert mine.exists()


def test_a_recording_is_found_inside_the_folder_or_by_full_path_only(store: Store, tmp_path: Path) -> None:
    outside = tmp_path / "mine.wav"
    outside.write_bytes(b"RIFF")
    inside = put_sound(store, "call.flac")
    assert store.recording_file(make_session(recording_path=inside)) == store.recordings_dir / "call.flac"
    assert store.recording_file(make_session(recording_path=str(outside))) == outside
    for path in (None, "../mine.wav", "recordings/gone.flac"):
        assert store.recording_file(make_session(recording_path=path)) is None


def test_scoring_again_adds_a_version_and_keeps_the_first(store: Store) -> None:
    session = make_session(card=make_card(tone=70))
    store.save_session(session)
    newer = make_card(tone=55, version="2")
    store.save_rescore(session.id, newer)
    history = store.scorecards(session.id)
    assert [(version.number, version.card) for version in history] == [(1, session.scores), (2, newer)]
    assert history[0].made_at <= history[1].made_at
    reopened = store.session(session.id)
    assert reopened.scores == newer
    assert reopened.analysis and session.analysis and reopened.analysis.scores == session.analysis.scores
    assert (store.list_sessions()[0].tone, store.list_sessions()[0].rubric_version) == (55, "2")


def test_the_same_card_twice_is_one_version(store: Store) -> None:
    session = make_session()
    store.save_session(session)
    store.save_session(store.session(session.id))
    assert session.scores
    store.save_rescore(session.id, session.scores)
    assert len(store.scorecards(session.id)) == 1


def test_a_baseline_comes_back_and_the_newest_stands(store: Store) -> None:
    assert store.baseline("Ana") is None
    first = Baseline(
        "Ana", 21.5, {"f0_median_st": CueNorm(3.0, 0.5)}, np.arange(384, dtype=np.float32), "tiny.en", ("a.wav",)
    )
    store.save_baseline("Ana", first)
    kept = store.baseline("Ana")
    assert kept is not None and same(kept, first)
    store.save_baseline("Ana", replace(first, speech_s=30.0))
    assert store.baseline("Ana").speech_s == 30.0  # type: ignore[union-attr]
    with pytest.raises(UsageError):
        store.save_baseline("  ", first)


def test_progress_follows_practice_calls_by_kind_of_customer(store: Store) -> None:
    hurried = make_scenario("hurried")
    store.save_session(make_session("c", minutes_later=9, card=make_card(tone=81), scenario=hurried, heat=None))
    store.save_session(make_session("b", minutes_later=1, card=make_card(tone=None), heat=0.4, private=True))
    store.save_session(make_session("x", trainee="Ben"))
    store.save_session(make_session("y", kind=SessionKind.DEMO))
    store.begin_session("z", "s", "Ana", START, None)
    points = store.progress("Ana")
    assert [(p.session_id, p.customer_kind, p.tone, p.composure) for p in points] == [
        ("b", "angry", None, pytest.approx(60.0)),
        ("c", "hurried", 81, None),
    ]
    assert [p.session_id for p in store.progress("Ana", viewer=TRAINER)] == ["c"]
    assert store.progress("Ana", viewer="Ben") == []


def test_composure_counts_replies_to_heated_lines_alone() -> None:
    session = make_session(turns=6, heat=0.25)
    assert [turn.line.mood.anger >= 0.5 for turn in session.turns] == [True, True, True, True, False, False]
    level = composure(session.turns)
    assert level == pytest.approx(75.0)
    assert composure(session.turns[4:]) is None


def test_people_are_listed_with_their_sessions_and_readings(store: Store) -> None:
    store.save_session(make_session("a", trainee="ben"))
    store.save_session(make_session("b", trainee="ben", minutes_later=5))
    store.save_baseline("Ana", Baseline("Ana", 20.0, {}))
    ana, ben = store.trainees()
    assert (ana.name, ana.sessions, ana.last_session_at) == ("Ana", 0, None) and ana.enrolled_at is not None
    assert (ben.name, ben.sessions, ben.enrolled_at) == ("ben", 2, None)
    assert ben.last_session_at == START + timedelta(minutes=5)


def test_a_name_can_be_corrected(store: Store) -> None:
    store.save_session(make_session(trainee="Anna"))
    store.save_baseline("Anna", Baseline("Anna", 20.0, {}))
    assert store.rename_trainee("Anna", " Ana ") == 1
    assert store.session("20261121").trainee == "Ana"
    assert store.baseline("Ana") is not None and store.baseline("Anna") is None
    with pytest.raises(UsageError, match="no trainee 'Nobody'"):
        store.rename_trainee("Nobody", "Ana")


def test_a_trainee_can_be_forgotten_whole(store: Store) -> None:
    for name, private in (("a", False), ("b", True)):
        store.save_session(make_session(name, private=private, recording_path=put_sound(store, f"{name}.flac")))
    store.save_session(make_session("c", trainee="Ben", recording_path=put_sound(store, "c.flac")))
    store.save_baseline("Ana", Baseline("Ana", 20.0, {}))
    assert store.forget_trainee("Ana") == 2
    assert [person.name for person in store.trainees()] == ["Ben"] and store.baseline("Ana") is None
    assert {path.name.split(".")[0] for path in store.recordings_dir.iterdir()} == {"c"}
    with pytest.raises(UsageError, match="no trainee 'Ana'"):
        store.forget_trainee("Ana")


def test_a_call_begun_is_listed_until_it_is_saved(store: Store) -> None:
    scenario = make_scenario()
    store.begin_session("now", "lost-parcel", "Ana", START, "recordings/now.flac", scenario=scenario, private=True)
    assert store.list_sessions() == []
    session = store.session("now")
    assert (session.ending.ending, session.turns, session.scores) == (Ending.LOST, (), None)
    with pytest.raises(UsageError, match="already a session now"):
        store.begin_session("now", "lost-parcel", "Ana", START, None)
    store.save_session(make_session("now"))
    assert store.list_sessions()[0].status == "finished"


def test_times_keep_their_zone_and_sort_by_the_moment(store: Store) -> None:
    local = datetime.fromisoformat("2026-11-21T20:00:00+05:00")
    store.save_session(replace(make_session("early"), started_at=local))
    store.save_session(replace(make_session("late"), started_at=datetime(2026, 11, 21, 16, 0, tzinfo=UTC)))
    assert [row.id for row in store.list_sessions()] == ["late", "early"]
    assert store.list_sessions()[1].started_at.isoformat() == local.isoformat()


@pytest.mark.skipif(os.name != "posix", reason="permission bits are of POSIX systems")
def test_only_the_owner_may_read_what_is_kept(store: Store) -> None:
    store.save_session(make_session())
    for path in (store.data_dir, store.recordings_dir):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    for path in (*store.data_dir.glob("voicesim.db*"), *store.recordings_dir.glob("*.npz")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


@pytest.mark.skipif(os.name != "posix", reason="permission bits are of POSIX systems")
def test_a_folder_that_holds_other_things_keeps_its_own_permissions(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    tmp_path.chmod(0o755)
    Store(tmp_path).close()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    assert stat.S_IMODE((tmp_path / "recordings").stat().st_mode) == 0o700


def test_spans_of_judgements_are_kept(store: Store) -> None:
    store.save_session(make_session())
    comment = store.add_comment("20261121", "Tom", Span(1.25, 3.5), " good opening ")
    assert comment.text == "good opening"
    assert store.judgements("20261121").comments == (comment,)
