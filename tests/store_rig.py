"""Other processes, whole stores and databases of earlier versions, for tests of the store."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from voicesim.store import SessionQuery, Store, database
from voicesim.store.migrations import MIGRATIONS, migrate

ROOT = Path(__file__).resolve().parents[1]

posix_only = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals and limits")


def python(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Another Python that runs `code` from the repository's root, its output readable."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def assert_sound(data: Path) -> int:
    """Every session listed opens whole and the database is in order; how many."""
    with sqlite3.connect(data / "voicesim.db") as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
    with Store(data) as store:
        rows = store.list_sessions(SessionQuery(limit=None))
        for row in rows:
            session = store.session(row.id)
            assert len(session.turns) == row.turns and session.analysis and len(session.analysis.prosody.f0_hz) > 0
        return len(rows)


def old(folder: Path, steps: int) -> database.Database:
    """A database in the shape the first `steps` migrations gave it."""
    made = database.Database.__new__(database.Database)
    made.path = folder / "voicesim.db"
    made._engine = database._make_engine(made.path)
    with made.writing() as connection:
        migrate(connection, made.path, MIGRATIONS[:steps])
    return made
