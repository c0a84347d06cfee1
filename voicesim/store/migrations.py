"""How the database came to its present shape: append-only, each step applied once and recorded in `migrations`.

A released step is never edited; a change of shape is a new step at the end. `tables.py` describes the result.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from voicesim.errors import StoreError


@dataclass(frozen=True)
class Migration:
    """One step: a name that never changes and the statements that make it."""

    name: str
    statements: tuple[str, ...]


MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        "0001_sessions",
        (
            """CREATE TABLE sessions (
                key INTEGER PRIMARY KEY,
                id TEXT NOT NULL UNIQUE,
                status TEXT NOT NULL CHECK (status IN ('open', 'finished', 'lost')),
                kind TEXT NOT NULL,
                scenario_id TEXT NOT NULL,
                title TEXT NOT NULL DEFAULT '',
                customer_name TEXT NOT NULL DEFAULT '',
                customer_kind TEXT NOT NULL DEFAULT '',
                trainee TEXT NOT NULL,
                started_at REAL NOT NULL,
                started_at_text TEXT NOT NULL,
                duration_s REAL NOT NULL DEFAULT 0,
                ending TEXT NOT NULL DEFAULT 'lost',
                turns INTEGER NOT NULL DEFAULT 0,
                private INTEGER NOT NULL DEFAULT 0,
                tone REAL, pace REAL, warmth REAL, overall REAL, composure REAL,
                speech_rate_wpm REAL,
                rubric_version TEXT,
                overridden TEXT NOT NULL DEFAULT '',
                comments INTEGER NOT NULL DEFAULT 0,
                examples INTEGER NOT NULL DEFAULT 0,
                recording_path TEXT,
                contours_path TEXT,
                process TEXT
            )""",
            "CREATE INDEX sessions_by_time ON sessions (private, started_at)",
            "CREATE INDEX sessions_by_trainee ON sessions (trainee, started_at)",
            "CREATE INDEX sessions_by_scenario ON sessions (scenario_id, started_at)",
            "CREATE INDEX sessions_unfinished ON sessions (status) WHERE status <> 'finished'",
            """CREATE TABLE records (
                session_key INTEGER PRIMARY KEY REFERENCES sessions (key) ON DELETE CASCADE,
                body BLOB NOT NULL
            )""",
            "CREATE VIRTUAL TABLE words USING fts5 (trainee, customer, tokenize = 'unicode61 remove_diacritics 2')",
            """CREATE TABLE scorecards (
                id INTEGER PRIMARY KEY,
                session_key INTEGER NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
                number INTEGER NOT NULL,
                made_at REAL NOT NULL,
                body TEXT NOT NULL,
                UNIQUE (session_key, number)
            )""",
        ),
    ),
    Migration(
        "0002_judgements",
        (
            """CREATE TABLE comments (
                id INTEGER PRIMARY KEY,
                session_key INTEGER NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
                author TEXT NOT NULL, made_at REAL NOT NULL, start_s REAL, end_s REAL, text TEXT NOT NULL
            )""",
            "CREATE INDEX comments_by_session ON comments (session_key)",
            """CREATE TABLE overrides (
                id INTEGER PRIMARY KEY,
                session_key INTEGER NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
                author TEXT NOT NULL, made_at REAL NOT NULL, score TEXT NOT NULL,
                measured REAL, value REAL, reason TEXT NOT NULL, rubric_version TEXT
            )""",
            "CREATE INDEX overrides_by_session ON overrides (session_key)",
            """CREATE TABLE examples (
                id INTEGER PRIMARY KEY,
                session_key INTEGER NOT NULL REFERENCES sessions (key) ON DELETE CASCADE,
                author TEXT NOT NULL, made_at REAL NOT NULL, start_s REAL, end_s REAL, why TEXT NOT NULL,
                good INTEGER NOT NULL
            )""",
            "CREATE INDEX examples_by_session ON examples (session_key)",
        ),
    ),
    Migration(
        "0003_baselines",
        (
            """CREATE TABLE baselines (
                id INTEGER PRIMARY KEY, trainee TEXT NOT NULL, saved_at REAL NOT NULL, body TEXT NOT NULL
            )""",
            "CREATE INDEX baselines_by_trainee ON baselines (trainee)",
        ),
    ),
    Migration(
        "0004_orders",
        tuple(
            f"CREATE INDEX sessions_by_{name} ON sessions (private, {name})"
            for name in ("tone", "pace", "warmth", "overall", "composure", "duration_s")
        ),
    ),
    Migration(
        "0005_overall_measured",
        (
            "ALTER TABLE sessions ADD COLUMN overall_measured REAL",
            """UPDATE sessions SET overall_measured = (
                SELECT json_extract(body, '$.overall') FROM scorecards
                WHERE session_key = sessions.key ORDER BY number DESC LIMIT 1
            )""",
        ),
    ),
)


def migrate(connection: Connection, database: Path, steps: tuple[Migration, ...] = MIGRATIONS) -> None:
    """Apply the steps not yet applied, inside the caller's write transaction: all of them or none.

    Raises StoreError when the database holds a step unknown here, which a newer version has made.
    """
    connection.execute(text("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied_at REAL NOT NULL)"))
    applied = set(connection.scalars(text("SELECT name FROM migrations")))
    if unknown := sorted(applied - {step.name for step in steps}):
        raise StoreError(
            f"{database} was written by a newer voicesim (it has {unknown[-1]}); update voicesim to open it"
        )
    for step in steps:
        if step.name in applied:
            continue
        for statement in step.statements:
            connection.execute(text(statement))
        connection.execute(
            text("INSERT INTO migrations (name, applied_at) VALUES (:name, :at)"),
            {"name": step.name, "at": time.time()},
        )
