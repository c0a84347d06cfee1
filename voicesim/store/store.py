"""The one door to everything kept: each method is one transaction of the modules beside this one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select, update

from voicesim.domain import Scenario, Session, SessionKind
from voicesim.errors import UsageError
from voicesim.store import filing, ids, query, trainees, unfinished
from voicesim.store.contours import sweep
from voicesim.store.folder import inside, remove_everything_of, remove_file
from voicesim.store.judging_desk import JudgingDesk
from voicesim.store.people import People
from voicesim.store.summary import SessionStatus, SessionSummary
from voicesim.store.tables import records, sessions, words


class Store(JudgingDesk, People):
    """Everything kept in one data folder. Safe to use from several threads, and from several processes with one each.

    Every method raises StoreError, in one line, when the folder or the database cannot be used, and UsageError for a
    session that is not there. Where a method takes `viewer`, `TRAINER` never gets at a private session, and a
    trainee's name only at their own; None is the owner of the folder, who gets at all.
    """

    def new_session_id(self, started_at: datetime) -> str:
        """An id no session has yet, e.g. `20261121-1934-k3f`."""
        with self._database.reading() as connection:
            return ids.free_id(started_at, lambda name: filing.exists(connection, name))

    def begin_session(
        self,
        session_id: str,
        scenario_id: str,
        trainee: str,
        started_at: datetime,
        recording_path: str | None,
        *,
        kind: SessionKind = SessionKind.PRACTICE,
        private: bool = False,
        scenario: Scenario | None = None,
    ) -> None:
        """Note that a call begins, so that it is not forgotten should the program stop before `save_session`.

        `recording_path` is relative to the data folder. Raises UsageError when the id is taken or cannot name a file.
        """
        _check_id(session_id)
        row = unfinished.opening(session_id, scenario_id, trainee, started_at, recording_path, kind, private, scenario)
        with self._database.writing() as connection:
            if filing.exists(connection, session_id):
                raise UsageError(f"there is already a session {session_id}")
            filing.upsert_row(connection, row)

    def save_session(self, session: Session) -> None:
        """Keep a finished call, or replace what was kept under its id; whole or not at all.

        Its scorecard joins the session's history unless it is the one that stands; judgements stay.
        """
        _check_id(session.id)
        body, contours_name = filing.pack(session, self.recordings_dir)
        with self._database.writing() as connection:
            unused = filing.file_session(connection, session, body, contours_name)
        remove_file(self.data_dir, unused)

    def session(self, session_id: str, *, contours: bool = True, viewer: str | None = None) -> Session:
        """The session of this id, or of the one id that begins so; its `scores` are the newest scorecard.

        Without `contours` every stored array is empty, and the session opens the faster. A call that was lost has
        no turns and no scores, and its ending says so.
        """
        with self._database.reading() as connection:
            row = filing.find_row(connection, session_id, viewer)
            body = connection.execute(
                select(records.c.body).where(records.c.session_key == row.key)
            ).scalar_one_or_none()
            history = filing.card_history(connection, row.key)
        if body is None:
            return filing.lost_session(row)
        return filing.unpack(row, body, self.data_dir, contours=contours, card=history[-1].card if history else None)

    def recording_file(self, session: Session) -> Path | None:
        """The session's recording, None where it is gone; recorded calls may lie elsewhere, by full path."""
        if session.recording_path is None:
            return None
        whole = Path(session.recording_path)
        path = whole if whole.is_absolute() else inside(self.data_dir, session.recording_path)
        return path if path is not None and path.is_file() else None

    def recover_unfinished(self) -> list[SessionSummary]:
        """Calls that ended with their program, found now: marked lost, with the length of what was recorded.

        Calls still running in another process are left alone. Those found before are in lists, with the status LOST.
        """
        with self._database.writing() as connection:
            found = set(unfinished.mark_lost(connection, self.data_dir))
            used = connection.scalars(select(sessions.c.contours_path).where(sessions.c.contours_path.is_not(None)))
            sweep(self.recordings_dir, {Path(path).name for path in used})
            lost = query.SessionQuery(status=SessionStatus.LOST, limit=None)
            return [row for row in query.find(connection, lost, everything=True) if row.id in found]

    def delete_session(self, session_id: str, *, viewer: str | None = None) -> None:
        """Remove a session with its audio, scores, judgements and all files under its id. The full id is needed.

        A recording that lies outside the data folder is left where it is.
        """
        with self._database.writing() as connection:
            row = filing.find_row(connection, session_id, viewer)
            if row.id != session_id:
                raise UsageError(f"to delete a session give its full id: {row.id}")
            connection.execute(delete(words).where(words.c.rowid == row.key))
            connection.execute(delete(sessions).where(sessions.c.key == row.key))
        remove_file(self.data_dir, row.recording_path)
        remove_everything_of(self.data_dir, row.id)

    def set_private(self, session_id: str, private: bool) -> None:
        """Hide a session from the trainer, or show it."""
        with self._database.writing() as connection:
            row = filing.find_row(connection, session_id, None)
            connection.execute(update(sessions).where(sessions.c.key == row.key).values(private=private))

    def forget_trainee(self, name: str) -> int:
        """Remove everything of a trainee: sessions with their audio, and their resting voice; how many sessions.

        Raises UsageError for a name that is not known.
        """
        with self._database.writing() as connection:
            known = trainees.sessions_of(connection, name)
            if not trainees.forget_voice(connection, name) and not known:
                raise UsageError(f"there is no trainee {name!r}")
        for session_id in known:
            self.delete_session(session_id)
        return len(known)

    def list_sessions(self, wanted: query.SessionQuery | None = None) -> list[SessionSummary]:
        """The sessions asked for, in order. Raises UsageError for an unknown order."""
        with self._database.reading() as connection:
            return query.find(connection, wanted or query.SessionQuery())

    def count_sessions(self, wanted: query.SessionQuery | None = None) -> int:
        """How many sessions a query finds, whatever its limit and offset."""
        with self._database.reading() as connection:
            return query.count(connection, wanted or query.SessionQuery())


def _check_id(session_id: str) -> None:
    if not ids.is_session_id(session_id):
        raise UsageError(f"{session_id!r} cannot name a session: use letters, digits and dashes")
