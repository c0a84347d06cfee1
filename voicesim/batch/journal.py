"""The journal of a batch: every finished call on disk at once, so that a batch killed at any moment goes on from there.

One JSON line a call, behind a first line that says what is being scored and how. A line cut short by a kill or a full
disk is dropped when the journal is opened again. Results are written from the journal, in the order of the calls.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from voicesim.errors import StoreError, UsageError

SYNC_EVERY_S = 2.0
"""A kill loses nothing that was written; a power cut at most this much."""
Entry = dict[str, Any]


class Journal:
    """Finished calls by location. `with Journal(path, settings, resume=...) as journal`."""

    def __init__(self, path: Path, settings: Mapping[str, Any], *, resume: bool) -> None:
        """Open `path` anew, or with `resume` go on with what is there.

        Raises UsageError when there is an unfinished batch and `resume` is off, or one that was begun with other
        settings; StoreError when the disk does not take it.
        """
        self.path = path
        self._offsets: dict[str, int] = {}
        self._synced_at = time.monotonic()
        begun = path.exists() and path.stat().st_size > 0
        if begun and not resume:
            raise UsageError(f"{path} is an unfinished batch: add --resume to go on with it, or delete the file")
        self._file = self._opened()
        end = self._read_back(dict(settings)) if begun else 0
        with self._disk_errors():
            self._file.truncate(end)
            self._file.seek(end)
        if end == 0:
            self._append({"voicesim_batch": 1, "settings": dict(settings)})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self._file.close()
        except OSError:  # what a full disk did not take is still in the buffer; that it is full has been said
            if not isinstance(error, StoreError):
                raise

    def __contains__(self, location: str) -> bool:
        return location in self._offsets

    def __len__(self) -> int:
        return len(self._offsets)

    def add(self, location: str, entry: Entry) -> None:
        """Keep a finished call. Raises StoreError when the disk is full; what was kept before stays."""
        at = self._file.tell()
        self._append({"location": location, **entry})
        self._offsets[location] = at

    def read(self, location: str) -> Entry:
        """A finished call again. Raises KeyError when it is not there."""
        here = self._file.tell()
        self._file.seek(self._offsets[location])
        entry: Entry = json.loads(self._file.readline())
        self._file.seek(here)
        return entry

    def remove(self) -> None:
        """Close and delete the journal: the results are written."""
        self._file.close()
        self.path.unlink(missing_ok=True)

    def _append(self, value: Mapping[str, Any]) -> None:
        line = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n"
        with self._disk_errors():
            self._file.write(line)
            self._file.flush()
            if time.monotonic() - self._synced_at > SYNC_EVERY_S:
                os.fsync(self._file.fileno())
                self._synced_at = time.monotonic()

    def _read_back(self, settings: dict[str, Any]) -> int:
        """Index the finished calls; the byte where the whole lines end."""
        end = 0
        for number, line in enumerate(iter(self._file.readline, b"")):
            try:
                value = json.loads(line) if line.endswith(b"\n") else None
            except ValueError:
                value = None
            if value is None:
                break
            if number == 0:
                self._check(value, settings)
            else:
                self._offsets[value["location"]] = end
            end += len(line)
        return end

    def _check(self, value: Mapping[str, Any], settings: dict[str, Any]) -> None:
        begun_with = value.get("settings") if isinstance(value, dict) and value.get("voicesim_batch") == 1 else None
        if begun_with is None:
            raise UsageError(f"{self.path} is not a journal of this version of voicesim: delete it and start again")
        changed = sorted(key for key in {*settings, *begun_with} if settings.get(key) != begun_with.get(key))
        if changed:
            raise UsageError(
                f"{self.path} was begun with other settings ({', '.join(changed)}): use the same, or delete the file"
            )

    def _opened(self) -> BinaryIO:
        with self._disk_errors():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            return self.path.open("r+b" if self.path.exists() else "w+b")

    def _disk_errors(self) -> _DiskErrors:
        return _DiskErrors(self.path)


class _DiskErrors:
    """Turns the system's file errors into one line that says what to do."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if isinstance(error, OSError):
            raise StoreError(
                f"{self._path}: cannot be written ({error.strerror or error}): make room on its disk, then run the "
                "same command with --resume; finished calls are kept"
            ) from error
