"""Recorded calls by the thousand: found, scored, journalled and written, whatever dies on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.conftest import tone
from voicesim.batch import CallSource, WorkerPool, find_calls, score_all
from voicesim.batch.channels import chosen_side, find_agent, parties
from voicesim.batch.journal import Journal
from voicesim.batch.progress import Progress, line_of
from voicesim.batch.rows import CallRows, failed_rows
from voicesim.batch.schema import CALLS, TABLES
from voicesim.batch.score_all import KILLED_TWICE
from voicesim.batch.summary import write_summary
from voicesim.batch.tables import table_paths, write_tables
from voicesim.domain import Recording, Span, Transcript
from voicesim.errors import AudioError, ContentError, StoreError, UsageError

SETTINGS = {"rubric": "test 1"}


def put_call(path: Path, seconds: float = 0.2) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, tone(200, seconds, rate_hz=8000).samples, 8000, format="WAV")
    return path


class TestSources:
    def test_a_folder_is_searched_to_its_depths_in_order(self, tmp_path: Path) -> None:
        for name in ("b.wav", "a.mp3", "deep/er/c.flac", ".hidden.wav", "notes.txt"):
            put_call(tmp_path / name)
        (tmp_path / "folder.wav").mkdir()
        names = [str(Path(call.location).relative_to(tmp_path)) for call in find_calls([str(tmp_path)])]
        assert names == ["a.mp3", "b.wav", "deep/er/c.flac", "folder.wav"]

    def test_a_call_named_twice_is_scored_once(self, tmp_path: Path) -> None:
        call = str(put_call(tmp_path / "a.wav"))
        assert [c.location for c in find_calls([call, str(tmp_path), f"{tmp_path}/*.wav"])] == [call]

    def test_a_manifest_carries_every_column(self, tmp_path: Path) -> None:
        manifest = tmp_path / "calls.csv"
        manifest.write_text(
            "path,agent,customer,agent_channel,queue\nsub/a.wav,Ann,Mr Bo,Left,billing\n\nb.wav,,,,sales\n", "utf-8"
        )
        first, second = find_calls([str(manifest)])
        assert first == CallSource(str(tmp_path / "sub/a.wav"), "Ann", "Mr Bo", "left", {"queue": "billing"})
        assert (second.agent, second.agent_channel, second.extra["queue"]) == (None, None, "sales")

    @pytest.mark.parametrize(
        ("content", "line", "says"),
        [
            ("file\na.wav\n", 1, "path"),
            ("path,agent_channel\na.wav,middle\n", 2, "left, right, auto"),
            ("path,agent\n,Ann\n", 2, "is empty"),
            ("path\na.wav,extra\n", 2, "more cells"),
        ],
    )
    def test_a_bad_manifest_names_file_and_line(self, tmp_path: Path, content: str, line: int, says: str) -> None:
        manifest = tmp_path / "calls.csv"
        manifest.write_text(content)
        with pytest.raises(ContentError, match=says) as caught:
            find_calls([str(manifest)])
        assert caught.value.line == line
        assert str(manifest) in str(caught.value)

    def test_addresses_are_listed_and_opened(self) -> None:
        fsspec = pytest.importorskip("fsspec")
        from voicesim.audio import read_audio
        from voicesim.batch.sources import open_call

        store = fsspec.filesystem("memory")
        with store.open("/calls/deep/a.wav", "wb") as file:
            soundfile.write(file, tone(200, 0.3, rate_hz=8000).samples, 8000, format="WAV")
        with store.open("/calls/list.csv", "wb") as file:
            file.write(b"path\ndeep/a.wav\n")
        for source in ("memory://calls", "memory://calls/deep/*.wav", "memory://calls/list.csv"):
            (call,) = find_calls([source])
            with open_call(call.location) as file:
                assert read_audio(file, name=call.location).duration_s == pytest.approx(0.3)
        with pytest.raises(AudioError, match="no such file"), open_call("memory://calls/none.wav"):
            pass

    def test_nothing_there_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="no recorded calls"):
            find_calls([str(tmp_path)])


class TestChannels:
    AGENT = "Thank you for calling Platinum Motors, how can I help you? Could you spell that for me? Let me check."
    CUSTOMER = "Hi, I'm calling about my car. I got a problem with my order. When will it be ready?"

    def said(self, text: str) -> Transcript:
        return Transcript(text, (), "en", "test")

    @pytest.mark.parametrize("agent_side", [0, 1])
    def test_the_agent_greets_asks_and_offers(self, agent_side: int) -> None:
        texts = [self.CUSTOMER, self.CUSTOMER]
        texts[agent_side] = self.AGENT
        spans = [(Span(1.0, 2.0),), (Span(0.0, 1.0),)]
        found = find_agent([self.said(text) for text in texts], spans)
        assert (found.side, found.by) == (agent_side, "found")
        assert found.certainty > 0.9

    def test_without_a_sign_it_is_a_guess(self) -> None:
        found = find_agent([self.said("yes"), self.said("no")], [(), ()])
        assert found.certainty == pytest.approx(0.5)

    def test_the_manifest_goes_before_the_option(self) -> None:
        side = chosen_side("left", "right")
        assert side is not None
        assert (side.side, side.by) == (1, "manifest")
        assert chosen_side("auto", None) is None

    def test_the_same_sound_twice_is_one_channel(self) -> None:
        one, two = tone(200, 1.0).samples, tone(313, 1.0).samples
        assert parties(Recording(one, 16_000)) == 1
        assert parties(Recording(np.stack([one, one], axis=1), 16_000)) == 1
        assert parties(Recording(np.stack([one, 0 * one], axis=1), 16_000)) == 1
        assert parties(Recording(np.stack([one, two], axis=1), 16_000)) == 2
        with pytest.raises(AudioError, match="3 channels"):
            parties(Recording(np.stack([one, two, two], axis=1), 16_000, "three.wav"))


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


def entries(count: int) -> Iterator[dict[str, Any]]:
    for i in range(count):
        call = failed_rows(CallSource(f"call {i}.wav", agent="=cmd()", extra={"queue": "q"}), "broken").call
        call |= {"error": None, "tone": 5.0 * i, "duration_s": 60.0, "words": i}
        blank: dict[str, Any] = {column.name: None for column in TABLES["evidence"]}
        shown = {"call": f"call {i}.wav", "score": "tone", "measure": "heat", "effect": -1.0 * i}
        evidence = blank | shown | {"start_s": 1.0, "end_s": 2.0, "quote": "<b>no</b>"}
        turn: dict[str, Any] = {column.name: None for column in TABLES["turns"]} | {"call": f"call {i}.wav", "turn": 1}
        yield {"calls": [call], "turns": [turn], "evidence": [evidence]}


class TestTables:
    def test_parquet_holds_types_meanings_and_nulls(self, tmp_path: Path) -> None:
        pq = pytest.importorskip("pyarrow.parquet")
        paths = write_tables(tmp_path / "r.parquet", entries(3), ["queue"])
        table = pq.read_table(paths["calls"])
        assert table.column_names == [*(column.name for column in CALLS), "queue"]
        assert table.schema.metadata[b"voicesim_schema_version"] == b"1"
        assert table["tone"].to_pylist() == [0.0, 5.0, 10.0]
        assert table["pace"].to_pylist() == [None, None, None]
        assert str(table.schema.field("words").type) == "int64"
        assert pq.read_table(paths["evidence"])["effect"].to_pylist() == [0.0, -1.0, -2.0]

    def test_csv_opens_in_a_spreadsheet_and_runs_nothing(self, tmp_path: Path) -> None:
        pandas = pytest.importorskip("pandas")
        paths = write_tables(tmp_path / "r.csv", entries(2), ["queue"])
        assert paths["calls"].read_bytes().startswith(b"\xef\xbb\xbf")
        read = pandas.read_csv(paths["calls"])
        assert read["tone"].tolist() == [0.0, 5.0]
        assert read["agent"].tolist() == ["'=cmd()"] * 2

    def test_json_lines_have_every_column(self, tmp_path: Path) -> None:
        paths = write_tables(tmp_path / "r.jsonl", entries(2), ["queue"])
        lines = [json.loads(line) for line in paths["calls"].read_text("utf-8").splitlines()]
        assert lines[1]["tone"] == 5.0
        assert lines[1]["queue"] == "q"
        assert lines[1]["pace"] is None

    def test_an_unknown_ending_is_refused_before_anything_runs(self) -> None:
        with pytest.raises(UsageError, match=r"\.parquet"):
            table_paths(Path("results.xls"))

    def test_a_table_appears_whole_or_not_at_all(self, tmp_path: Path) -> None:
        def dying() -> Iterator[dict[str, Any]]:
            yield from entries(1)
            raise OSError(28, "No space left on device")

        with pytest.raises(StoreError, match="--resume"):
            write_tables(tmp_path / "r.csv", dying(), [])
        assert list(tmp_path.iterdir()) == []

    def test_the_page_shows_scores_moments_and_failures(self, tmp_path: Path) -> None:
        def some() -> Sequence[dict[str, Any]]:
            lost = failed_rows(CallSource("lost.wav"), "lost.wav: cut off").call
            return [*entries(4), {"calls": [lost], "turns": [], "evidence": []}]

        page = write_summary(tmp_path / "r.html", some).read_text("utf-8")
        assert "4 calls scored" in page
        assert "lost.wav: cut off" in page
        assert "#t=1.0,2.0" in page
        assert "<b>no</b>" not in page
        assert page.count("<svg") == 4


def test_progress_in_words() -> None:
    line = line_of(Progress(calls=10, done=4, failed=1, resumed=2, audio_s=7200, elapsed_s=60))
    assert line == "4/10 calls, 2.0 h of audio, 120x real time, 1 failed, 2 from before, 3:00 left"
