"""What a batch writes: tables, the page, and its progress in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from voicesim.batch import CallSource
from voicesim.batch.progress import Progress, line_of
from voicesim.batch.rows import failed_rows
from voicesim.batch.schema import CALLS, TABLES
from voicesim.batch.summary import write_summary
from voicesim.batch.tables import table_paths, write_tables
from voicesim.errors import StoreError, UsageError


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
