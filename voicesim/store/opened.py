"""An opened data folder: the database, and where the files lie."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from voicesim.store.database import Database
from voicesim.store.folder import DATABASE_NAME, RECORDINGS_NAME, prepare_folder


class OpenedFolder:
    """What every part of the store works on."""

    def __init__(self, data_dir: Path) -> None:
        """Open the folder, making it and its database where they are missing and bringing older ones up to date."""
        self.data_dir = prepare_folder(Path(data_dir))
        self._database = Database(self.data_dir / DATABASE_NAME)

    @property
    def recordings_dir(self) -> Path:
        """Where recordings lie; a session's `recording_path` is relative to `data_dir`."""
        return self.data_dir / RECORDINGS_NAME

    def close(self) -> None:
        """Let go of the database; safe to call twice."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
