"""Sessions in and out of the database, whole."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from voicesim.domain import CallEnding, Ending, ScoreCard, ScoreVersion, Session, SessionKind
from voicesim.domain.clock import moment
from voicesim.errors import StoreError, UsageError
from voicesim.records import from_json, from_plain, to_json, to_plain
from voicesim.store.contours import ContourReader, ContourWriter
from voicesim.store.folder import RECORDINGS_NAME, inside
from voicesim.store.query import visible_to
from voicesim.store.summary import SessionStatus, columns_of, score_columns, spoken_words
from voicesim.store.tables import overrides, records, scorecards, sessions, words


def pack(session: Session, folder: Path) -> tuple[bytes, str | None]:
    """The session's record and the name of the file its contours went to. Raises StoreError."""
    contours = ContourWriter()
    plain = to_plain(session, arrays=contours)
    body = json.dumps(plain, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")
    return zlib.compress(body, 6), contours.save(folder, session.id)


def unpack(row: Row[Any], body: bytes, root: Path, *, contours: bool, card: ScoreCard | None) -> Session:
    """The session of a row and its record, with the scorecard that stands. Raises StoreError.

    What may change after the call is read from the row.
    """
    path = inside(root, row.contours_path) if contours else None
    try:
        plain = json.loads(zlib.decompress(body))
    except (zlib.error, ValueError) as error:
        raise StoreError(
            f"session {row.id} is damaged in the database ({error}); the others are not affected"
        ) from error
    session = from_plain(plain, Session, arrays=ContourReader(path))
    private = bool(row.private)
    return replace(session, trainee=row.trainee, private=private, recording_path=row.recording_path, scores=card)


def file_session(connection: Connection, session: Session, body: bytes, contours_name: str | None) -> str | None:
    """Write row, record, words and scorecard; the path of contours no longer used, if any."""
    values = columns_of(session)
    values["contours_path"] = f"{RECORDINGS_NAME}/{contours_name}" if contours_name else None
    old = connection.execute(select(sessions.c.contours_path).where(sessions.c.id == session.id)).scalar_one_or_none()
    key = upsert_row(connection, values)
    connection.execute(_replacing(records, {"session_key": key, "body": body}))
    trainee_words, customer_words = spoken_words(session)
    connection.execute(delete(words).where(words.c.rowid == key))
    connection.execute(insert(words).values(rowid=key, trainee=trainee_words, customer=customer_words))
    if session.scores is not None:
        add_scorecard(connection, key, session.scores)
    refresh_scores(connection, key)
    return old if old != values["contours_path"] else None


def exists(connection: Connection, session_id: str) -> bool:
    """Whether there is a session of exactly this id."""
    return connection.execute(select(sessions.c.key).where(sessions.c.id == session_id)).first() is not None


def upsert_row(connection: Connection, values: Mapping[str, Any]) -> int:
    """Insert or replace the row of this id, and return its key."""
    statement = upsert(sessions).values(**values)
    changed = {name: value for name, value in values.items() if name != "id"}
    statement = statement.on_conflict_do_update(index_elements=["id"], set_=changed)
    connection.execute(statement)
    return int(connection.execute(select(sessions.c.key).where(sessions.c.id == values["id"])).scalar_one())


def add_scorecard(connection: Connection, key: int, card: ScoreCard) -> None:
    """Append a scorecard to the session's history, unless it is the very one that stands."""
    body = to_json(card)
    newest = select(scorecards.c.number, scorecards.c.body).where(scorecards.c.session_key == key)
    last = connection.execute(newest.order_by(scorecards.c.number.desc()).limit(1)).first()
    if last is not None and last.body == body:
        return
    number = 1 if last is None else last.number + 1
    connection.execute(insert(scorecards).values(session_key=key, number=number, made_at=time.time(), body=body))


def card_history(connection: Connection, key: int) -> list[ScoreVersion]:
    """Every scorecard the session has had, oldest first."""
    rows = connection.execute(select(scorecards).where(scorecards.c.session_key == key).order_by(scorecards.c.number))
    return [ScoreVersion(row.number, moment(row.made_at), from_json(row.body, ScoreCard)) for row in rows]


def refresh_scores(connection: Connection, key: int) -> None:
    """Bring the columns that lists sort by in line with the newest scorecard and the overrides that stand."""
    newest = select(scorecards.c.body).where(scorecards.c.session_key == key).order_by(scorecards.c.number.desc())
    body = connection.execute(newest.limit(1)).scalar_one_or_none()
    card = from_json(body, ScoreCard) if body is not None else None
    last = select(func.max(overrides.c.id)).where(overrides.c.session_key == key).group_by(overrides.c.score)
    rows = connection.execute(select(overrides.c.score, overrides.c.value).where(overrides.c.id.in_(last)))
    standing = {row.score: row.value for row in rows if row.value is not None}
    connection.execute(update(sessions).where(sessions.c.key == key).values(**score_columns(card, standing)))


def find_row(connection: Connection, session_id: str, viewer: str | None) -> Row[Any]:
    """The row of an id, or of the one id that begins so. Raises UsageError for none, or for several."""
    visible = [] if viewer is None else [visible_to(viewer)]
    exact = connection.execute(select(sessions).where(sessions.c.id == session_id, *visible)).first()
    if exact is not None:
        return exact
    begins = func.substr(sessions.c.id, 1, len(session_id)) == session_id
    rows = connection.execute(select(sessions).where(begins, *visible).order_by(sessions.c.id).limit(4)).all()
    if not session_id or not rows:
        raise UsageError(f"there is no session {session_id!r}; `voicesim sessions` lists them")
    if len(rows) > 1:
        raise UsageError(
            f"several sessions begin with {session_id!r}: {', '.join(row.id for row in rows)}; give more of it"
        )
    return rows[0]


def lost_session(row: Row[Any]) -> Session:
    """What is known of a call that was never saved."""
    still = row.status == SessionStatus.OPEN
    detail = "the call has not ended yet" if still else "the program stopped during the call"
    return Session(
        id=row.id,
        kind=SessionKind(row.kind),
        scenario_id=row.scenario_id,
        trainee=row.trainee,
        started_at=datetime.fromisoformat(row.started_at_text),
        duration_s=row.duration_s,
        ending=CallEnding(Ending.LOST, detail),
        turns=(),
        analysis=None,
        scores=None,
        timing=None,
        recording_path=row.recording_path,
        private=bool(row.private),
    )


def _replacing(table: Any, values: Mapping[str, Any]) -> Any:
    return insert(table).prefix_with("OR REPLACE").values(**values)
