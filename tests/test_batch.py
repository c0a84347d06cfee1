"""A batch that is stopped or whose workers die: the journal keeps what was finished, no call is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from voicesim.batch import CallSource, WorkerPool, score_all
from voicesim.batch.journal import Journal
from voicesim.batch.rows import CallRows, failed_rows
from voicesim.batch.score_all import KILLED_TWICE
from voicesim.errors import StoreError, UsageError

SETTINGS = {"rubric": "test 1"}


class TestJournal:
    def test_what_was_finished_is_there_again(self, tmp_path: Path) -> None:
        path = tmp_path / "journal"
        with Journal(path, SETTINGS, resume=False) as journal:
            journal.add("a.wav", {"calls": [{"tone": 1.5}]})
        with Journal(path, SETTINGS, resume=True) as journal:
            assert "a.wav" in journal
            assert journal.read("a.wav")["calls"] == [{"tone": 1.5}]

    @pytest.mark.parametrize("torn", [1, 5, 30])
    def test_a_line_cut_short_is_dropped_and_the_rest_kept(self, tmp_path: Path, torn: int) -> None:
        path = tmp_path / "journal"
        with Journal(path, SETTINGS, resume=False) as journal:
            for name in ("a", "b"):
                journal.add(name, {"calls": [{"call": name}]})
        path.write_bytes(path.read_bytes()[:-torn])
        with Journal(path, SETTINGS, resume=True) as journal:
            assert "a" in journal
            assert "b" not in journal
            journal.add("b", {"calls": [{"call": "b"}]})
        with Journal(path, SETTINGS, resume=True) as journal:
            assert journal.read("b")["calls"] == [{"call": "b"}]

    def test_an_unfinished_batch_is_not_overwritten_nor_mixed(self, tmp_path: Path) -> None:
        path = tmp_path / "journal"
        Journal(path, SETTINGS, resume=False).__exit__(None, None, None)
        with pytest.raises(UsageError, match="--resume"):
            Journal(path, SETTINGS, resume=False)
        with pytest.raises(UsageError, match=r"other settings.*rubric"):
            Journal(path, {"rubric": "other"}, resume=True)

    def test_a_full_disk_is_one_line_and_costs_nothing_finished(self, tmp_path: Path) -> None:
        resource = pytest.importorskip("resource")
        path = tmp_path / "journal"
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        try:
            with Journal(path, SETTINGS, resume=False) as journal:
                journal.add("a", {"calls": []})
                resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 20, before[1]))
                with pytest.raises(StoreError, match="--resume"):
                    journal.add("b", {"calls": ["x" * 5000]})
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            signal.signal(signal.SIGXFSZ, ignored)
        with Journal(path, SETTINGS, resume=True) as journal:
            assert "a" in journal
            assert "b" not in journal


def rows_of(call: CallSource) -> CallRows:
    return replace(failed_rows(call, "x"), call={"call": call.location, "pid": os.getpid()})


def deadly(call: CallSource, folder: Path) -> CallRows:
    """Kills its worker: "always" each time, "once" the first time."""
    mark = folder / "died"
    if call.location == "always" or (call.location == "once" and not mark.exists()):
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return rows_of(call)


def calls_named(*names: str) -> list[CallSource]:
    return [CallSource(name) for name in names]


class TestScoreAll:
    def test_results_come_in_order_when_asked(self) -> None:
        calls = calls_named(*(str(i) for i in range(20)))
        with ThreadPoolExecutor(4) as executor:
            done = list(score_all(calls, rows_of, executor, at_once=4, ordered=True))
        assert [rows.call["call"] for _, rows in done] == [call.location for call in calls]

    def test_no_more_than_asked_are_in_the_executor(self) -> None:
        running: list[int] = []

        class Counting(Executor):
            def __init__(self) -> None:
                self.inner, self.now = ThreadPoolExecutor(8), 0

            def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
                self.now += 1
                running.append(self.now)
                future = self.inner.submit(fn, *args, **kwargs)
                future.add_done_callback(lambda _: setattr(self, "now", self.now - 1))
                return future

        list(score_all(calls_named(*map(str, range(50))), rows_of, Counting(), at_once=3))
        assert max(running) <= 3

    def test_a_worker_killed_by_a_call_costs_only_that_call(self, tmp_path: Path) -> None:
        calls = calls_named("a", "once", "always", "b")
        with WorkerPool(2) as pool:
            done = {
                call.location: rows.call
                for call, rows in score_all(calls, partial(deadly, folder=tmp_path), pool, at_once=2)
            }
        assert set(done) == {call.location for call in calls}
        assert done["always"]["error"] == f"always: {KILLED_TWICE}"
        assert "pid" in done["once"]
        assert all("pid" in done[name] for name in "ab")

    @pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for the process in /proc")
    def test_workers_end_when_the_batch_is_killed(self) -> None:
        script = (
            "import os, signal, time\n"
            "from voicesim.batch.workers import WorkerPool\n"
            "if __name__ == '__main__':\n"
            "    pool = WorkerPool(1)\n"
            "    print(pool.submit(os.getpid).result(), flush=True)\n"
            "    os.kill(os.getpid(), signal.SIGKILL)\n"
        )
        killed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
        worker = int(killed.stdout)
        for _ in range(300):
            if not Path(f"/proc/{worker}").exists():
                return
            time.sleep(0.1)
        pytest.fail(f"worker {worker} outlived the batch")

    def test_an_error_nobody_foresaw_is_a_row(self) -> None:
        def broken(call: CallSource) -> CallRows:
            raise ZeroDivisionError("oops")

        with ThreadPoolExecutor(1) as executor:
            ((_, rows),) = score_all(calls_named("a"), broken, executor, at_once=1)
        assert rows.call["error"] == "a: unexpected ZeroDivisionError: oops"

    def test_a_broken_executor_twice_is_a_row(self) -> None:
        class Broken(Executor):
            def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
                future: Future[Any] = Future()
                future.set_exception(BrokenExecutor())
                return future

        ((_, rows),) = score_all(calls_named("a"), rows_of, Broken(), at_once=1)
        assert KILLED_TWICE in rows.call["error"]
