"""A whole batch: calls found, scored wherever the executor runs, kept in a journal, written as tables and a page."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voicesim.batch.channels import AUTO
from voicesim.batch.journal import Journal
from voicesim.batch.progress import Progress, ProgressView, Quiet
from voicesim.batch.rows import CallRows, failed_rows
from voicesim.batch.schema import CALLS, SCHEMA_VERSION
from voicesim.batch.score_all import score_all
from voicesim.batch.score_call import ScoringOptions, score_call
from voicesim.batch.sessions import file_session
from voicesim.batch.sources import CallSource
from voicesim.batch.summary import write_summary
from voicesim.batch.tables import table_paths, write_tables
from voicesim.errors import AudioError

if TYPE_CHECKING:
    from voicesim.store import Store


@dataclass(frozen=True)
class BatchOutcome:
    """What a batch did, and the files it wrote."""

    calls: int
    failed: int
    resumed: int
    audio_s: float
    elapsed_s: float
    files: tuple[Path, ...]


def run_batch(
    calls: Sequence[CallSource],
    options: ScoringOptions,
    executor: Executor,
    output: Path,
    *,
    at_once: int,
    engines: str = "",
    resume: bool = False,
    store: Store | None = None,
    silence_numbers: bool = False,
    view: ProgressView | None = None,
) -> BatchOutcome:
    """Score `calls` and write the tables and the page beside `output`.

    `engines` names what listens, so that a batch is not resumed with other ears. Raises UsageError for a bad output or
    a journal that does not fit, StoreError when a disk does not take the results (finished calls are kept).
    """
    table_paths(output)
    settings = _settings(options, engines, output)
    journal = Journal(output.with_name(f"{output.name}.journal"), settings, resume=resume)
    began = time.monotonic()
    tally = _Tally(len(calls), began)
    with journal, view or Quiet() as shown:
        todo = _still_to_do(calls, journal, tally)
        shown.show(tally.progress())
        for call, rows in score_all(todo, partial(score_call, options=options), executor, at_once=at_once):
            kept = _filed(store, call, rows, silence_numbers=silence_numbers)
            journal.add(call.location, {"calls": [kept.call], "turns": kept.turns, "evidence": kept.evidence})
            tally.count(kept.call)
            shown.show(tally.progress())
        entries = partial(_entries, journal, calls)
        files = write_tables(output, entries(), _extra_columns(calls))
        page = write_summary(output.with_suffix(".html"), entries)
    journal.remove()
    return BatchOutcome(
        len(calls), tally.failed, tally.resumed, tally.audio_s, time.monotonic() - began, (*files.values(), page)
    )


def _still_to_do(calls: Sequence[CallSource], journal: Journal, tally: _Tally) -> list[CallSource]:
    """The calls that were not scored before or could not be, as one that was missing; counts the others."""
    todo: list[CallSource] = []
    for call in calls:
        row = journal.read(call.location)["calls"][0] if call.location in journal else None
        if row is None or row["error"] is not None:
            todo.append(call)
        else:
            tally.count(row, before=True)
    return todo


def _filed(store: Store | None, call: CallSource, rows: CallRows, *, silence_numbers: bool) -> CallRows:
    """Put the call into the store; one whose sound can no longer be read becomes an error row. Raises StoreError."""
    if store is None or rows.session is None:
        return rows
    try:
        file_session(store, call, rows, silence_numbers=silence_numbers)
    except AudioError as error:
        return failed_rows(call, str(error))
    return rows


def _entries(journal: Journal, calls: Sequence[CallSource]) -> Iterator[dict[str, Any]]:
    for call in calls:
        yield journal.read(call.location)


def _extra_columns(calls: Sequence[CallSource]) -> list[str]:
    ours = {column.name for column in CALLS}
    names = dict.fromkeys(name for call in calls for name in call.extra)
    return [f"manifest_{name}" if name in ours else name for name in names]


def _settings(options: ScoringOptions, engines: str, output: Path) -> dict[str, Any]:
    """What has to be the same for two runs to make one result."""
    return {
        "schema_version": SCHEMA_VERSION,
        "output": output.name,
        "rubric": f"{options.rubric.name} {options.rubric.version}",
        "agent_channel": options.agent_channel or AUTO,
        "engines": engines,
        "store": options.keep_session,
        "baselines": sorted(options.baselines),
    }


class _Tally:
    def __init__(self, calls: int, began: float) -> None:
        self.calls, self.done, self.failed, self.resumed, self.audio_s = calls, 0, 0, 0, 0.0
        self._began = began

    def count(self, row: dict[str, Any], *, before: bool = False) -> None:
        self.done += 1
        self.failed += row["error"] is not None
        self.resumed += before
        if not before:
            self.audio_s += row["duration_s"] or 0.0

    def progress(self) -> Progress:
        elapsed_s = time.monotonic() - self._began
        return Progress(self.calls, self.done, self.failed, self.resumed, self.audio_s, elapsed_s)
