"""Who practises: their resting voice and their progress."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from voicesim.domain import Baseline, SessionKind, Trainee
from voicesim.domain.clock import moment
from voicesim.errors import UsageError
from voicesim.records import from_json, to_json
from voicesim.store.query import visible_to
from voicesim.store.summary import SessionStatus
from voicesim.store.tables import baselines, sessions


@dataclass(frozen=True)
class ProgressPoint:
    """One finished call on a trainee's way: scores as they stand and composure, each 0-100 or None."""

    session_id: str
    started_at: datetime
    scenario_id: str
    title: str
    customer_kind: str
    private: bool
    tone: float | None
    pace: float | None
    warmth: float | None
    overall: float | None
    composure: float | None
    speech_rate_wpm: float | None


def file_baseline(connection: Connection, trainee: str, baseline: Baseline) -> None:
    """Keep a new resting voice; earlier ones stay behind it."""
    if not trainee.strip():
        raise UsageError("a resting voice belongs to someone: give the trainee's name")
    connection.execute(insert(baselines).values(trainee=trainee, saved_at=time.time(), body=to_json(baseline)))


def newest_baseline(connection: Connection, trainee: str) -> Baseline | None:
    """The trainee's resting voice, None before the first reading."""
    newest = select(baselines.c.body).where(baselines.c.trainee == trainee).order_by(baselines.c.id.desc()).limit(1)
    body = connection.execute(newest).scalar_one_or_none()
    return None if body is None else from_json(body, Baseline)


def progress_points(connection: Connection, trainee: str, viewer: str | None) -> list[ProgressPoint]:
    """The trainee's practice calls, oldest first."""
    names = [name for name in ProgressPoint.__dataclass_fields__ if name not in ("session_id", "started_at")]
    wanted = select(sessions.c.id, sessions.c.started_at_text, *(sessions.c[name] for name in names)).where(
        sessions.c.trainee == trainee,
        sessions.c.status == SessionStatus.FINISHED.value,
        sessions.c.kind == SessionKind.PRACTICE.value,
        visible_to(trainee if viewer is None else viewer),
    )
    return [
        ProgressPoint(row.id, datetime.fromisoformat(row.started_at_text), *(getattr(row, name) for name in names))
        for row in connection.execute(wanted.order_by(sessions.c.started_at, sessions.c.key))
    ]


def everyone(connection: Connection, viewer: str | None) -> list[Trainee]:
    """Everyone with a visible session or a resting voice, by name."""
    known = select(sessions.c.trainee, func.count(), func.max(sessions.c.started_at)).group_by(sessions.c.trainee)
    if viewer is not None:
        known = known.where(visible_to(viewer))
    found = {name: (number, last) for name, number, last in connection.execute(known)}
    newest = select(baselines.c.trainee, func.max(baselines.c.saved_at)).group_by(baselines.c.trainee)
    enrolled = {row[0]: row[1] for row in connection.execute(newest)}
    people = []
    for name in sorted(found.keys() | enrolled.keys(), key=str.casefold):
        number, last = found.get(name, (0, None))
        people.append(Trainee(name, number, _moment(last), _moment(enrolled.get(name))))
    return people


def sessions_of(connection: Connection, trainee: str) -> list[str]:
    """The ids of all of a trainee's sessions, private ones among them."""
    return list(connection.scalars(select(sessions.c.id).where(sessions.c.trainee == trainee)))


def forget_voice(connection: Connection, trainee: str) -> bool:
    """Remove a trainee's resting voice; whether there was one."""
    return connection.execute(delete(baselines).where(baselines.c.trainee == trainee)).rowcount > 0


def rename(connection: Connection, old: str, new: str) -> int:
    """Give every session and resting voice of `old` to `new`; how many sessions. Raises UsageError."""
    if not new.strip():
        raise UsageError("a trainee needs a name")
    known = connection.execute(update(baselines).where(baselines.c.trainee == old).values(trainee=new.strip())).rowcount
    moved = connection.execute(update(sessions).where(sessions.c.trainee == old).values(trainee=new.strip())).rowcount
    if not known and not moved:
        raise UsageError(f"there is no trainee {old!r}")
    return int(moved)


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else moment(seconds)
