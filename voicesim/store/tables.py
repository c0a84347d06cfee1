"""The tables as the last migration leaves them, for building queries. A test compares both."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Float, ForeignKey, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

sessions = Table(
    "sessions",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", Text, unique=True),
    Column("status", Text),
    Column("kind", Text),
    Column("scenario_id", Text),
    Column("title", Text),
    Column("customer_name", Text),
    Column("customer_kind", Text),
    Column("trainee", Text),
    Column("started_at", Float),
    Column("started_at_text", Text),
    Column("duration_s", Float),
    Column("ending", Text),
    Column("turns", Integer),
    Column("private", Boolean),
    Column("tone", Float),
    Column("pace", Float),
    Column("warmth", Float),
    Column("overall", Float),
    Column("composure", Float),
    Column("speech_rate_wpm", Float),
    Column("rubric_version", Text),
    Column("overridden", Text),
    Column("comments", Integer),
    Column("examples", Integer),
    Column("recording_path", Text),
    Column("contours_path", Text),
    Column("process", Text),
    Column("overall_measured", Float),
)


def _of_session(*, key: bool = False) -> Column[int]:
    return Column("session_key", Integer, ForeignKey("sessions.key"), primary_key=key)


records = Table("records", metadata, _of_session(key=True), Column("body", LargeBinary))

words = Table("words", metadata, Column("rowid", Integer), Column("trainee", Text), Column("customer", Text))

scorecards = Table(
    "scorecards",
    metadata,
    Column("id", Integer, primary_key=True),
    _of_session(),
    Column("number", Integer),
    Column("made_at", Float),
    Column("body", Text),
)


def _judgements(name: str, *said: Column[Any]) -> Table:
    """A table of what people say about sessions: who, when, and the columns of this kind of remark."""
    author, made_at = Column("author", Text), Column("made_at", Float)
    return Table(name, metadata, Column("id", Integer, primary_key=True), _of_session(), author, made_at, *said)


def _moment() -> tuple[Column[float], Column[float]]:
    return Column("start_s", Float), Column("end_s", Float)


comments = _judgements("comments", *_moment(), Column("text", Text))

overrides = _judgements(
    "overrides",
    Column("score", Text),
    Column("measured", Float),
    Column("value", Float),
    Column("reason", Text),
    Column("rubric_version", Text),
)

examples = _judgements("examples", *_moment(), Column("why", Text), Column("good", Boolean))

baselines = Table(
    "baselines",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("trainee", Text),
    Column("saved_at", Float),
    Column("body", Text),
)
