"""The tables on disk: Parquet, CSV or JSON lines, written from the journal a few hundred calls at a time."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Protocol

from voicesim.batch.schema import SCHEMA_VERSION, TABLES, Column
from voicesim.errors import StoreError, UsageError

FORMATS = {".parquet": "parquet", ".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_ROWS_AT_ONCE = 2000
Row = Mapping[str, Any]


class TableWriter(Protocol):
    """Writes rows of one table to a file of its own."""

    def write(self, rows: Sequence[Row]) -> None:
        """Append rows."""
        ...

    def close(self) -> None:
        """Finish the file."""
        ...


def table_paths(output: Path) -> dict[str, Path]:
    """The file of each table: calls in `output` itself, `NAME.turns.EXT` and `NAME.evidence.EXT` beside it.

    Raises UsageError for an ending that is not a table's.
    """
    if output.suffix.lower() not in FORMATS:
        raise UsageError(f"--output {output}: give a name that ends in {', '.join(FORMATS)}")
    further = (name for name in TABLES if name != "calls")
    return {"calls": output, **{name: output.with_suffix(f".{name}{output.suffix}") for name in further}}


def write_tables(output: Path, entries: Iterable[Mapping[str, Any]], extra: Sequence[str]) -> dict[str, Path]:
    """Write the three tables from journal entries, in their order; `extra` are the manifest's columns.

    Each file appears whole or not at all. Raises StoreError when the disk does not take them.
    """
    paths = table_paths(output)
    parts = {name: path.with_name(f".{path.name}.part") for name, path in paths.items()}
    try:
        with ExitStack() as stack:
            writers = {}
            for name, columns in TABLES.items():
                wanted = (
                    (*columns, *(Column(c, "text", "carried through") for c in extra)) if name == "calls" else columns
                )
                writers[name] = _open(parts[name], FORMATS[output.suffix.lower()], wanted)
                stack.callback(writers[name].close)
            for rows in _batches(entries):
                for name, writer in writers.items():
                    writer.write(rows[name])
        for name, part in parts.items():
            part.replace(paths[name])
    except OSError as error:
        for part in parts.values():
            part.unlink(missing_ok=True)
        raise StoreError(
            f"{output}: cannot be written ({error.strerror or error}): make room on its disk, then run the same "
            "command with --resume; finished calls are kept"
        ) from error
    return paths


def _batches(entries: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, list[Row]]]:
    rows: dict[str, list[Row]] = {name: [] for name in TABLES}
    for entry in entries:
        for name, held in rows.items():
            held.extend(entry[name])
        if sum(map(len, rows.values())) >= _ROWS_AT_ONCE:
            yield rows
            rows = {name: [] for name in TABLES}
    yield rows


def _open(path: Path, kind: str, columns: Sequence[Column]) -> TableWriter:
    if kind == "parquet":
        return _Parquet(path, columns)
    return _Csv(path, columns) if kind == "csv" else _JsonLines(path, columns)


class _Csv:
    """UTF-8 with a byte order mark, which spreadsheets need to read it as such; an empty cell is null."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.DictWriter(self._file, [column.name for column in columns])
        self._writer.writeheader()

    def write(self, rows: Sequence[Row]) -> None:
        self._writer.writerows({name: _harmless(value) for name, value in row.items()} for row in rows)

    def close(self) -> None:
        self._file.close()


class _JsonLines:
    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self._file = path.open("w", encoding="utf-8")
        self._names = [column.name for column in columns]

    def write(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self._file.write(json.dumps({name: row.get(name) for name in self._names}, ensure_ascii=False) + "\n")

    def close(self) -> None:
        self._file.close()


class _Parquet:
    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError as error:
            raise UsageError(
                'Parquet needs pyarrow: pip install "voicesim[batch]", or name a .csv or .jsonl'
            ) from error
        kinds = {"text": pa.string(), "number": pa.float64(), "count": pa.int64()}
        fields = [pa.field(c.name, kinds[c.kind], metadata={"meaning": c.meaning}) for c in columns]
        schema = pa.schema(fields, metadata={"voicesim_schema_version": str(SCHEMA_VERSION)})
        self._table, self._writer = pa.Table, pq.ParquetWriter(path, schema, compression="zstd")
        self._schema = schema

    def write(self, rows: Sequence[Row]) -> None:
        self._writer.write_table(self._table.from_pylist([dict(row) for row in rows], schema=self._schema))

    def close(self) -> None:
        self._writer.close()


def _harmless(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula gets a leading apostrophe."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
