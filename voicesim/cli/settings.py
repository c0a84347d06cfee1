"""Where things are kept and which engines were chosen: what the command line knows before any command runs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from voicesim.store import Store


@dataclass(frozen=True)
class Settings:
    """Global options. `data_dir` None means the platform's user data folder."""

    data_dir: Path | None = None

    @property
    def folder(self) -> Path:
        """The data folder: `--data-dir`, else VOICESIM_DATA_DIR, else the platform's user data folder."""
        if self.data_dir is not None:
            return self.data_dir
        if chosen := os.environ.get("VOICESIM_DATA_DIR"):
            return Path(chosen)
        from platformdirs import user_data_path

        return user_data_path("voicesim", appauthor=False)

    def store(self) -> Store:
        """The sessions store in the data folder. Raises StoreError."""
        from voicesim.store import Store

        return Store(self.folder)


def settings_of(context: typer.Context) -> Settings:
    """The settings of the running command."""
    found = context.find_object(Settings)
    return found if found is not None else Settings()
