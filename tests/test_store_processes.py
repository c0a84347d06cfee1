"""A store that several programs use, and calls whose program was killed: nothing half-written, nothing lost."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import soundfile
from sqlalchemy import text

from tests.example_sessions import START, make_session
from tests.store_rig import assert_sound, posix_only, python
from voicesim.domain import Ending
from voicesim.errors import StoreError
from voicesim.store import SessionQuery, SessionStatus, Store, database


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


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


def test_a_database_held_by_another_program_is_one_line(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store(data).close()
    holder = sqlite3.connect(data / "voicesim.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.05)
    with pytest.raises(StoreError, match="used by another program"):
        Store(data)
    holder.close()


@pytest.fixture
def closed(data: Path) -> Iterator[Store]:
    store = Store(data)
    store.close()
    yield store


def test_closing_twice_is_safe(closed: Store) -> None:
    closed.close()
