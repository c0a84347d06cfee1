"""The SQLite file: opening it, transactions, and its errors in one line a user can act on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError

from voicesim.errors import StoreError
from voicesim.store.migrations import migrate

BUSY_TIMEOUT_S = 30
"""How long a writer waits for another process to finish its own transaction."""


class Database:
    """One SQLite file in WAL mode, which any number of threads and processes of a machine may use at once."""

    def __init__(self, path: Path) -> None:
        """Open or make the file and bring its shape up to date. Raises StoreError."""
        self.path = path
        self._engine = _make_engine(path)
        try:
            with self.writing() as connection:
                migrate(connection, path)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one unchanging state. Raises StoreError."""
        with self._explained(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that waits its turn among writers; an exception inside undoes it whole. Raises StoreError."""
        with self._explained(), self._engine.connect() as connection:
            connection = connection.execution_options(voicesim_begin="BEGIN IMMEDIATE")
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Close every connection; safe to call twice."""
        self._engine.dispose()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise StoreError(explain(self.path, str(getattr(error, "orig", None) or error))) from error


def explain(path: Path, problem: str) -> str:
    """What SQLite said, as one line that names the file and what to do."""
    lowered = problem.lower()
    if "not a database" in lowered or "malformed" in lowered:
        return f"{path} is damaged or not a voicesim database; restore a copy of it, or move it away to start afresh"
    if "disk is full" in lowered or "no space" in lowered:
        return f"{path} cannot grow: the disk is full; free some space and try again"
    if "locked" in lowered or "busy" in lowered:
        return f"{path} is being used by another program; close it and try again"
    if "readonly" in lowered or "unable to open" in lowered or "disk i/o" in lowered:
        return f"{path} cannot be written ({problem}); check the folder's permissions or choose another with --data-dir"
    return f"{path}: {' '.join(problem.split())}"


def _make_engine(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_TIMEOUT_S})

    @event.listens_for(engine, "connect")
    def _prepare(raw: Any, _: object) -> None:
        # The driver's own transaction handling is switched off: SQLAlchemy says when one begins, and how.
        raw.isolation_level = None
        for setting in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "secure_delete = ON"):
            raw.execute(f"PRAGMA {setting}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("voicesim_begin", "BEGIN"))

    return engine
