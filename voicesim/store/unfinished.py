"""Calls that were begun and never saved: the program was killed, the machine went down."""

from __future__ import annotations

import os
import platform
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, select, update

from voicesim.domain import Ending, Scenario, SessionKind
from voicesim.store.folder import inside
from voicesim.store.summary import SessionStatus
from voicesim.store.tables import sessions

QUIET_S = 60.0
"""Where a process cannot be asked, a call whose recording has not grown for so long is over."""
UNKNOWN_FRAMES = 1 << 40
"""libsndfile gives a number beyond any call where a header holds no length."""


def this_process() -> str:
    """Names this process so that no other, not even a later one with its number, is mistaken for it."""
    return f"{platform.node()}|{os.getpid()}|{_birth(os.getpid())}"


def opening(
    session_id: str,
    scenario_id: str,
    trainee: str,
    started_at: datetime,
    recording_path: str | None,
    kind: SessionKind,
    private: bool,
    scenario: Scenario | None,
) -> dict[str, Any]:
    """The row of a call that begins now, in this process."""
    return {
        "id": session_id,
        "status": SessionStatus.OPEN.value,
        "kind": kind.value,
        "scenario_id": scenario_id,
        "title": scenario.title if scenario else "",
        "customer_name": scenario.persona.name if scenario else "",
        "customer_kind": scenario.kind if scenario else "",
        "trainee": trainee,
        "started_at": started_at.timestamp(),
        "started_at_text": started_at.isoformat(),
        "ending": Ending.LOST.value,
        "private": private,
        "recording_path": recording_path,
        "process": this_process(),
    }


def mark_lost(connection: Connection, root: Path) -> list[str]:
    """Mark open calls whose process is gone as lost, with the length of the sound that exists; their ids."""
    lost = []
    for row in connection.execute(select(sessions).where(sessions.c.status == SessionStatus.OPEN.value)).all():
        if _still_running(row, root):
            continue
        length_s = recorded_length_s(inside(root, row.recording_path))
        values = {"status": SessionStatus.LOST.value, "duration_s": length_s or 0.0}
        connection.execute(update(sessions).where(sessions.c.key == row.key).values(**values))
        lost.append(row.id)
    return lost


def recorded_length_s(path: Path | None) -> float | None:
    """Seconds of sound in a recording that may have been cut off; None without a file that can be read.

    Where the header of a file that was never closed tells nothing, the sound itself is counted, up to where it breaks.
    """
    if path is None or not path.is_file():
        return None
    import soundfile

    frames = 0
    try:
        with soundfile.SoundFile(path) as file:
            rate_hz = file.samplerate
            if file.frames < UNKNOWN_FRAMES:
                return float(file.frames / rate_hz)
            with suppress(soundfile.LibsndfileError, RuntimeError):
                while block := len(file.read(1 << 16, dtype="int16")):
                    frames += block
    except (soundfile.LibsndfileError, RuntimeError):
        return None
    return float(frames / rate_hz)


def _still_running(row: Row[Any], root: Path) -> bool:
    node, _, rest = (row.process or "||").partition("|")
    number, _, birth = rest.partition("|")
    if node == platform.node() and number.isdigit() and Path("/proc/self/stat").exists():
        return _birth(int(number)) == birth != ""
    path = inside(root, row.recording_path)
    changed = [row.started_at]
    if path is not None and path.is_file():
        changed.append(path.stat().st_mtime)
    return bool(time.time() - max(changed) < QUIET_S)


def _birth(process: int) -> str:
    """When a process began, in the kernel's ticks; empty when it is gone or the system does not tell."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
