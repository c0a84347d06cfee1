"""Kills, full disks, damaged files and other processes: nothing half-written, one clear line."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile
from sqlalchemy import inspect, text

from tests.example_sessions import START, make_session
from voicesim.domain import Ending
from voicesim.errors import StoreError
from voicesim.store import SessionQuery, SessionStatus, Store, database
from voicesim.store.migrations import MIGRATIONS, migrate
from voicesim.store.tables import metadata

ROOT = Path(__file__).resolve().parents[1]
posix_only = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals and limits")


def python(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Another Python that runs `code` from the repository's root, its output readable."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def assert_sound(data: Path) -> int:
    """Every session listed opens whole and the database is in order; how many."""
    with sqlite3.connect(data / "voicesim.db") as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
    with Store(data) as store:
        rows = store.list_sessions(SessionQuery(limit=None))
        for row in rows:
            session = store.session(row.id)
            assert len(session.turns) == row.turns and session.analysis and len(session.analysis.prosody.f0_hz) > 0
        return len(rows)


SAVER = """
import sys
from pathlib import Path
from tests.example_sessions import make_session
from voicesim.store import Store
folder, name, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
with Store(folder) as store:
    for i in range(number):
        store.save_session(make_session(f"{name}-{i}", turns=2, seed=i))
        print(i, flush=True)
"""


def test_several_processes_save_at_once_and_nothing_is_lost(data: Path) -> None:
    savers = [python(SAVER, data, name, 8) for name in "abc"]
    for saver in savers:
        _, errors = saver.communicate(timeout=120)
        assert saver.returncode == 0, errors
    assert assert_sound(data) == 24


def test_several_threads_may_share_a_store(data: Path) -> None:
    def work(number: int) -> int:
        store.save_session(make_session(f"t-{number}", turns=1, seed=number))
        store.save_session(make_session("shared", turns=1, seed=number))
        return len(store.session(f"t-{number}").turns) + len(store.list_sessions(SessionQuery(text="sorry"))[:1])

    with Store(data) as store, ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, range(16))) == [2] * 16
    assert assert_sound(data) == 17


@posix_only
def test_a_kill_at_any_moment_leaves_whole_sessions_alone(data: Path) -> None:
    saved = 0
    for attempt in range(4):
        saver = python(SAVER, data, f"k{attempt}", 500)
        assert saver.stdout is not None
        for _ in range(1 + attempt):
            assert saver.stdout.readline(), "the saver never came to save"
            saved += 1
        time.sleep(0.007 * attempt)
        saver.send_signal(signal.SIGKILL)
        saver.wait(timeout=30)
    assert assert_sound(data) >= saved


CALLER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
import numpy as np, soundfile
from voicesim.store import Store
store = Store(Path(sys.argv[1]))
store.begin_session("call", "lost-parcel", "Ana", datetime.now(UTC), "recordings/call.flac")
file = soundfile.SoundFile(store.recordings_dir / "call.flac", "w", 16000, 2, format="FLAC")
for _ in range(50):
    file.write(np.random.default_rng(0).standard_normal((16000, 2)) * 0.1)
file.flush()
print("talking", flush=True)
time.sleep(600)
"""


@posix_only
def test_a_call_whose_program_is_killed_is_listed_as_lost_with_its_sound(data: Path) -> None:
    caller = python(CALLER, data)
    assert caller.stdout is not None and caller.stdout.readline() == "talking\n"
    with Store(data) as store:
        if Path("/proc/self/stat").exists():
            assert store.recover_unfinished() == []
            assert store.list_sessions()[0].status is SessionStatus.OPEN
        caller.send_signal(signal.SIGKILL)
        caller.wait(timeout=30)
        if not Path("/proc/self/stat").exists():
            pytest.skip("this system does not tell whether a process runs; the recording's age decides")
        (lost,) = store.recover_unfinished()
        assert (lost.id, lost.status, lost.ending, lost.trainee) == ("call", SessionStatus.LOST, Ending.LOST, "Ana")
        assert 40 <= lost.duration_s <= 50
        assert store.recover_unfinished() == []
        assert store.list_sessions(SessionQuery(status=SessionStatus.LOST)) == [lost]
        session = store.session("call")
        assert "program stopped" in session.ending.detail and store.recording_file(session) is not None
        store.save_session(make_session("call", recording_path="recordings/call.flac"))
        assert store.recover_unfinished() == []


@pytest.mark.parametrize("recording", [None, "recordings/gone.flac", "../outside.flac", "recordings/text.flac"])
def test_a_lost_call_without_sound_is_listed_all_the_same(data: Path, recording: str | None) -> None:
    with Store(data) as store:
        (store.recordings_dir / "text.flac").write_text("not sound")
        os.utime(store.recordings_dir / "text.flac", (1, 1))
        store.begin_session("call", "s", "Ana", START.replace(year=2020), recording)
        with store._database.writing() as connection:
            connection.execute(text("UPDATE sessions SET process = 'elsewhere|1|2'"))
        (lost,) = store.recover_unfinished()
        assert (lost.id, lost.duration_s) == ("call", 0.0)


def test_a_call_on_a_machine_that_cannot_be_asked_is_lost_once_its_recording_rests(data: Path) -> None:
    with Store(data) as store:
        store.begin_session("call", "s", "Ana", START.replace(year=2020), "recordings/call.flac")
        path = store.recordings_dir / "call.flac"
        soundfile.write(path, np.zeros((16_000, 2)), 16_000)
        with store._database.writing() as connection:
            connection.execute(text("UPDATE sessions SET process = 'elsewhere|1|2'"))
        assert store.recover_unfinished() == []
        os.utime(path, (1, 1))
        assert [row.duration_s for row in store.recover_unfinished()] == [1.0]


FILLER = """
import resource, sys
from pathlib import Path
from tests.example_sessions import make_session
from voicesim.errors import StoreError
from voicesim.store import Store
store = Store(Path(sys.argv[1]))
store.save_session(make_session("first", turns=2))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    for i in range(200):
        store.save_session(make_session(f"more-{i}", turns=int(sys.argv[3]), hop_s=float(sys.argv[4]), seed=i))
except StoreError as error:
    print(error)
"""


@posix_only
@pytest.mark.parametrize(
    ("limit", "turns", "hop_s"), [(400_000, 2, 1.0), (300_000, 30, 0.01)], ids=["database", "contours"]
)
def test_a_disk_that_fills_up_is_one_line_and_what_was_saved_stays(
    data: Path, limit: int, turns: int, hop_s: float
) -> None:
    filler = python(FILLER, data, limit, turns, hop_s)
    output, errors = filler.communicate(timeout=120)
    assert filler.returncode == 0, errors
    (line,) = output.splitlines()
    assert str(data) in line and ("cannot be written" in line or "disk is full" in line)
    assert assert_sound(data) >= 1
    assert not list((data / "recordings").glob("*.part"))


@pytest.mark.parametrize(
    "content", [b"hello, I am a letter, not a database" * 40, b"SQLite format 3\0" + b"\xff" * 4000]
)
def test_a_damaged_database_is_one_line_and_left_as_it_is(data: Path, content: bytes) -> None:
    data.mkdir()
    (data / "voicesim.db").write_bytes(content)
    with pytest.raises(StoreError, match="damaged or not a voicesim database") as raised:
        Store(data)
    assert "\n" not in str(raised.value)
    assert (data / "voicesim.db").read_bytes() == content


def test_a_damaged_record_is_one_line_and_the_others_open(data: Path) -> None:
    with Store(data) as store:
        for name in ("good", "bad"):
            store.save_session(make_session(name))
        with store._database.writing() as connection:
            connection.execute(
                text("UPDATE records SET body = x'00' WHERE session_key = (SELECT key FROM sessions WHERE id = 'bad')")
            )
        with pytest.raises(StoreError, match="session bad is damaged"):
            store.session("bad")
        assert store.session("good").id == "good"
        assert len(store.list_sessions()) == 2


def test_a_database_of_a_newer_version_is_refused_untouched(data: Path) -> None:
    Store(data).close()
    with sqlite3.connect(data / "voicesim.db") as raw:
        raw.execute("INSERT INTO migrations VALUES ('0999_future', 0)")
    with pytest.raises(StoreError, match=r"newer voicesim .*0999_future.*; update voicesim"):
        Store(data)


def test_folders_that_cannot_be_used_are_one_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    in_the_way = tmp_path / "taken"
    in_the_way.mkdir()
    (in_the_way / "recordings").write_text("x")
    for folder in (file, file / "below", in_the_way):
        with pytest.raises(StoreError, match="choose another with --data-dir") as raised:
            Store(folder)
        assert "\n" not in str(raised.value)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_without_permission_is_one_line(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="cannot be used"):
        Store(tmp_path / "data")


def test_a_database_held_by_another_program_is_one_line(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store(data).close()
    holder = sqlite3.connect(data / "voicesim.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.05)
    with pytest.raises(StoreError, match="used by another program"):
        Store(data)
    holder.close()


def test_the_tables_queries_are_built_from_are_those_of_the_database(data: Path) -> None:
    with Store(data) as store, store._database.reading() as connection:
        seen = inspect(connection)
        for table in metadata.sorted_tables:
            if table.name != "words":
                assert [column["name"] for column in seen.get_columns(table.name)] == [c.name for c in table.columns]
        kept = set(seen.get_table_names())
    assert {table.name for table in metadata.sorted_tables} - {"words"} <= kept


def test_every_earlier_shape_is_brought_up_to_date_with_what_it_holds(tmp_path: Path) -> None:
    for steps in range(1, len(MIGRATIONS)):
        folder = tmp_path / str(steps)
        folder.mkdir()
        store = Store.__new__(Store)
        store._database = old(folder, steps)
        with store._database.writing() as connection:
            connection.execute(
                text("INSERT INTO sessions (id, status, kind, scenario_id, trainee, started_at, started_at_text) "
                     "VALUES ('a', 'lost', 'practice', 's', 'Ana', 0, '2020-01-01T00:00:00+00:00')")
            )  # fmt: skip
        store.close()
        with Store(folder) as opened:
            assert [row.id for row in opened.list_sessions()] == ["a"]
            opened.add_comment("a", "Tom", None, "kept")


def old(folder: Path, steps: int) -> database.Database:
    """A database in the shape the first `steps` migrations gave it."""
    made = database.Database.__new__(database.Database)
    made.path = folder / "voicesim.db"
    made._engine = database._make_engine(made.path)
    with made.writing() as connection:
        migrate(connection, made.path, MIGRATIONS[:steps])
    return made


def test_a_step_that_fails_is_undone_whole(data: Path) -> None:
    from voicesim.store.migrations import Migration

    Store(data).close()
    broken = Migration("0998_broken", ("CREATE TABLE half (x)", "CREATE TABLE half (x)"))
    made = database.Database(data / "voicesim.db")
    with pytest.raises(StoreError), made.writing() as connection:
        migrate(connection, made.path, (*MIGRATIONS, broken))
    with made.reading() as connection:
        assert "half" not in inspect(connection).get_table_names()
    made.close()


def test_migration_names_are_unique_and_in_order() -> None:
    names = [step.name for step in MIGRATIONS]
    assert names == sorted(set(names))


@pytest.fixture
def closed(data: Path) -> Iterator[Store]:
    store = Store(data)
    store.close()
    yield store


def test_closing_twice_is_safe(closed: Store) -> None:
    closed.close()
