"""Batches that are stopped, by a killed worker, a full disk or a source that goes away, and resumed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests.batch_rig import AGENT_HZ, CUSTOMER_HZ, NUMBER_S, options, put_calls
from voicesim.audio import read_audio
from voicesim.batch import BatchOutcome, CallSource, run_batch, score_all
from voicesim.batch.cluster import open_cluster
from voicesim.batch.rows import CallRows, failed_rows
from voicesim.domain import Span
from voicesim.errors import StoreError
from voicesim.redaction import BEEP_HZ, REMOVED
from voicesim.store import Store

TABLES = ("rows.jsonl", "rows.turns.jsonl", "rows.evidence.jsonl")


def batch_here(calls: list[CallSource], folder: Path, *, resume: bool = False) -> BatchOutcome:
    """A batch in this process."""
    with ThreadPoolExecutor(1) as executor:
        return batch_by(executor, calls, folder, resume=resume)


def batch_by(executor: Executor, calls: list[CallSource], folder: Path, *, resume: bool = False) -> BatchOutcome:
    folder.mkdir(exist_ok=True)
    return run_batch(calls, options(), executor, folder / "rows.jsonl", at_once=2, resume=resume)


def tables(folder: Path) -> list[bytes]:
    return [(folder / name).read_bytes() for name in TABLES]


@contextmanager
def disk_with(room_bytes: int) -> Iterator[None]:
    """No file grows beyond `room_bytes`, as on a full disk."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


@pytest.mark.parametrize("largest", ["a third of the journal", "most of the journal", "most of the page"])
def test_a_batch_that_filled_the_disk_goes_on_and_ends_the_same(tmp_path: Path, largest: str) -> None:
    calls = put_calls(tmp_path / "calls", 4)
    batch_here(calls, tmp_path / "whole")
    whole = tables(tmp_path / "whole")
    page = (tmp_path / "whole" / "rows.html").stat().st_size
    room = {"a third": sum(map(len, whole)) // 3, "most of the j": sum(map(len, whole)) // 2, "most of the p": page - 1}
    room_bytes = next(size for name, size in room.items() if largest.startswith(name))
    with disk_with(room_bytes), pytest.raises(StoreError, match="--resume"):
        batch_here(calls, tmp_path / "stopped")
    outcome = batch_here(calls, tmp_path / "stopped", resume=True)
    assert (outcome.calls, outcome.failed) == (4, 1)
    assert tables(tmp_path / "stopped") == whole
    assert sorted(path.name for path in (tmp_path / "stopped").iterdir()) == sorted((*TABLES, "rows.html"))


def test_a_call_that_was_missing_is_scored_when_the_batch_goes_on(tmp_path: Path) -> None:
    calls = put_calls(tmp_path / "calls", 4)
    batch_here(calls, tmp_path / "whole")
    first = Path(calls[0].location)
    first.rename(tmp_path / "away.wav")
    journal = tmp_path / "stopped" / "rows.jsonl.journal"

    class Stopping(ThreadPoolExecutor):
        """Breaks off when two calls are in the journal."""

        def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
            if len(journal.read_bytes().splitlines()) > 2:
                raise KeyboardInterrupt
            return super().submit(fn, *args, **kwargs)

    with Stopping(1) as executor, pytest.raises(KeyboardInterrupt):
        batch_by(executor, calls, tmp_path / "stopped")
    (tmp_path / "away.wav").rename(first)
    outcome = batch_here(calls, tmp_path / "stopped", resume=True)
    assert (outcome.calls, outcome.failed) == (4, 1) and outcome.resumed >= 1
    assert tables(tmp_path / "stopped") == tables(tmp_path / "whole")


def test_a_store_on_a_full_disk_stops_the_batch_in_one_line_and_nothing_is_lost(tmp_path: Path) -> None:
    calls = put_calls(tmp_path / "calls", 3)
    with Store(tmp_path / "data") as store, ThreadPoolExecutor(1) as executor:
        batch = partial(
            run_batch, calls, options(keep_session=True), executor, tmp_path / "rows.jsonl", at_once=1, store=store
        )
        store.list_sessions()  # the database is made while there is room
        with disk_with(20_000), pytest.raises(StoreError, match="--resume") as caught:
            batch()
        assert "\n" not in str(caught.value)
        outcome = batch(resume=True)
        assert (outcome.calls, outcome.failed) == (3, 1)
        assert len(store.list_sessions()) == 2
        assert len(list(store.recordings_dir.glob("*.flac"))) == 2


def test_a_call_that_goes_away_before_it_is_filed_is_a_row(tmp_path: Path) -> None:
    calls = put_calls(tmp_path / "calls", 3)

    class Removing(ThreadPoolExecutor):
        """Deletes the first call once it is scored."""

        def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
            future = super().submit(fn, *args, **kwargs)
            future.result()
            Path(calls[0].location).unlink(missing_ok=True)
            return future

    with Store(tmp_path / "data") as store, Removing(1) as executor:
        outcome = run_batch(
            calls, options(keep_session=True), executor, tmp_path / "rows.jsonl", at_once=1, store=store
        )
        assert outcome.failed == 2
        assert len(store.list_sessions()) == 1


def test_numbers_are_covered_in_the_stored_sound_on_both_channels_and_nothing_else_is(tmp_path: Path) -> None:
    calls = put_calls(tmp_path / "calls", 2)[:1]
    with Store(tmp_path / "data") as store, ThreadPoolExecutor(1) as executor:
        run_batch(
            calls,
            options(keep_session=True),
            executor,
            tmp_path / "rows.jsonl",
            at_once=1,
            store=store,
            silence_numbers=True,
        )
        (listed,) = store.list_sessions()
        session = store.session(listed.id)
        sound = read_audio(store.recordings_dir / f"{listed.id}.flac")
    assert "four" not in "".join(path.read_text("utf-8") for path in tmp_path.glob("rows*.jsonl"))
    assert REMOVED in session.turns[1].line.text

    def pitch_hz(span: Span, channel: int) -> float:
        part = sound.channel(channel).slice(span).samples
        return float(np.argmax(np.abs(np.fft.rfft(part))) / span.duration_s)

    for channel in (0, 1):
        assert pitch_hz(NUMBER_S, channel) == pytest.approx(BEEP_HZ, abs=3)
    assert pitch_hz(Span(3.1, NUMBER_S.start_s - 0.2), 0) == pytest.approx(CUSTOMER_HZ, abs=3)
    original = read_audio(calls[0].location).channel(1).slice(Span(3.0, NUMBER_S.start_s - 0.2)).samples
    assert np.array_equal(sound.channel(0).slice(Span(3.0, NUMBER_S.start_s - 0.2)).samples, original)
    assert np.any(original)
    assert AGENT_HZ != CUSTOMER_HZ


def rows_of(call: CallSource) -> CallRows:
    return failed_rows(call, f"scored {call.location}")


def deadly(call: CallSource, folder: Path) -> CallRows:
    """Kills its worker under "deadly", the first time."""
    mark = folder / "died"
    if call.location == "deadly" and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return rows_of(call)


@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_a_cluster_gives_the_rows_of_one_process_and_outlives_a_killed_worker(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    calls = put_calls(tmp_path / "calls", 5)
    batch_here(calls, tmp_path / "here")
    named = [CallSource(name) for name in ("a", "deadly", "b")]
    with ExitStack() as stack:
        executor, at_once = open_cluster(stack, "local", 1)
        assert at_once == 2
        batch_by(executor, calls, tmp_path / "cluster")
        done = {
            call.location: rows.call["error"]
            for call, rows in score_all(named, partial(deadly, folder=tmp_path), executor, at_once=at_once)
        }
    assert tables(tmp_path / "cluster") == tables(tmp_path / "here")
    assert done == {name: f"scored {name}" for name in ("a", "deadly", "b")}
    assert (tmp_path / "died").exists()
