"""The store's part for trainees."""

from __future__ import annotations

from voicesim.domain import Baseline, Trainee
from voicesim.store import trainees
from voicesim.store.opened import OpenedFolder


class People(OpenedFolder):
    """Resting voices, progress and names."""

    def save_baseline(self, trainee: str, baseline: Baseline) -> None:
        """Keep a trainee's resting voice; the newest stands."""
        with self._database.writing() as connection:
            trainees.file_baseline(connection, trainee, baseline)

    def baseline(self, trainee: str) -> Baseline | None:
        """A trainee's newest resting voice, None before the first reading."""
        with self._database.reading() as connection:
            return trainees.newest_baseline(connection, trainee)

    def progress(self, trainee: str, *, viewer: str | None = None) -> list[trainees.ProgressPoint]:
        """A trainee's practice calls over time, oldest first; group by `customer_kind` for kinds of customer."""
        with self._database.reading() as connection:
            return trainees.progress_points(connection, trainee, viewer)

    def trainees(self, *, viewer: str | None = None) -> list[Trainee]:
        """Everyone who has a session or a resting voice, by name."""
        with self._database.reading() as connection:
            return trainees.everyone(connection, viewer)

    def rename_trainee(self, old: str, new: str) -> int:
        """Correct a trainee's name in every session and resting voice; how many sessions changed hands."""
        with self._database.writing() as connection:
            return trainees.rename(connection, old, new)
