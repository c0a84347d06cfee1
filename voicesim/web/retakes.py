"""Lines taken again: each is kept as sound beside the recordings, so that it can be heard next to the first try."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import soundfile

from voicesim.domain import Analysis, Recording
from voicesim.errors import StoreError, UsageError
from voicesim.store import is_session_id

FOLDER = "retakes"
KEPT = 5
"""Takes kept for one line; the oldest makes room."""


@dataclass(frozen=True)
class Take:
    """One more try at a line: its number from 1, what was heard, its length and its scores (None where none)."""

    number: int
    text: str
    duration_s: float
    tone: float | None
    pace: float | None
    warmth: float | None
    speech_rate_wpm: float | None
    heat: float | None

    @classmethod
    def of(cls, number: int, recording: Recording, analysis: Analysis) -> Take:
        """What is shown of a take."""
        card = analysis.scores
        return cls(
            number, analysis.transcript.text, recording.duration_s, card.tone.value, card.pace.value, card.warmth.value,
            analysis.pace.speech_rate_wpm, analysis.delivery.heat,
        )  # fmt: skip


class Retakes:
    """The folder of lines taken again."""

    def __init__(self, data_dir: Path) -> None:
        self._root = data_dir / FOLDER

    def file(self, session_id: str, turn: int, number: int) -> Path:
        """Where a take lies. Raises UsageError when there is none."""
        path = self._folder(session_id) / f"{turn:03d}-{number:02d}.flac"
        if not path.is_file():
            raise UsageError(f"there is no take {number} of this line")
        return path

    def takes(self, session_id: str, turn: int) -> tuple[Take, ...]:
        """The takes of a line, oldest first."""
        found = []
        for path in sorted(self._folder(session_id).glob(f"{turn:03d}-*.json")):
            try:
                found.append(Take(**json.loads(path.read_text(encoding="utf-8"))))
            except (OSError, ValueError, TypeError):
                continue
        return tuple(found)

    def keep(self, session_id: str, turn: int, recording: Recording, analysis: Analysis) -> Take:
        """Keep a new take. Raises StoreError."""
        earlier = self.takes(session_id, turn)
        take = Take.of(earlier[-1].number + 1 if earlier else 1, recording, analysis)
        stem = self._folder(session_id) / f"{turn:03d}-{take.number:02d}"
        try:
            stem.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            soundfile.write(stem.with_suffix(".flac"), recording.mono().samples, recording.sample_rate_hz)
            stem.with_suffix(".json").write_text(json.dumps(take.__dict__), encoding="utf-8")
            for old in earlier[: max(0, len(earlier) + 1 - KEPT)]:
                for suffix in (".flac", ".json"):
                    (stem.parent / f"{turn:03d}-{old.number:02d}{suffix}").unlink(missing_ok=True)
        except (OSError, soundfile.LibsndfileError) as error:
            raise StoreError(f"the take cannot be kept in {stem.parent} ({error}); check the disk's space") from error
        return take

    def _folder(self, session_id: str) -> Path:
        if not is_session_id(session_id):
            raise UsageError(f"{session_id!r} is no session")
        return self._root / session_id
