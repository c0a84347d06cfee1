"""Finding sessions: filters, order, words said; who may see what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select
from sqlalchemy import text as sql_text

from voicesim.domain import SessionKind
from voicesim.errors import UsageError
from voicesim.store.summary import SessionStatus, SessionSummary, summary_of
from voicesim.store.tables import sessions

TRAINER = "\0trainer"
"""The viewer who sees every trainee's sessions except private ones; no name that a person can type."""
ORDERS = (
    "started_at",
    "trainee",
    "scenario_id",
    "duration_s",
    "turns",
    "tone",
    "pace",
    "warmth",
    "overall",
    "composure",
)


@dataclass(frozen=True)
class SessionQuery:
    """Which sessions, in which order.

    `viewer` is `TRAINER`, who never sees a private session, or a trainee's name, who sees their own sessions, private
    ones among them; `include_private_of` adds another trainee's, never for the trainer.
    `text` finds words said by either party; "quoted words" must stand together, and the last word may be unfinished.
    `since` and `until` bound the start. Sessions without a value come last in either order. `limit` None is no limit.
    """

    trainee: str | None = None
    scenario_id: str | None = None
    customer_kind: str | None = None
    kind: SessionKind | None = None
    status: SessionStatus | None = None
    text: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    examples_only: bool = False
    order_by: str = "started_at"
    descending: bool = True
    limit: int | None = 50
    offset: int = 0
    include_private_of: str | None = None
    viewer: str = TRAINER


def find(connection: Connection, query: SessionQuery, *, everything: bool = False) -> list[SessionSummary]:
    """The sessions asked for, in order; with `everything` whoever views. Raises UsageError for an unknown order."""
    if query.order_by not in ORDERS:
        raise UsageError(f"sessions cannot be ordered by {query.order_by!r}; choose one of {', '.join(ORDERS)}")
    column = sessions.c[query.order_by]
    wanted: Select[Any] = select(*(sessions.c[name] for name in _SHOWN)).where(
        *_conditions(query, everything=everything)
    )
    if query.descending:
        wanted = wanted.order_by(column.desc().nulls_last(), sessions.c.key.desc())
    else:
        wanted = wanted.order_by(column.asc().nulls_last(), sessions.c.key.asc())
    rows = connection.execute(wanted.limit(query.limit).offset(query.offset or None), _parameters(query))
    return [summary_of(row) for row in rows]


def count(connection: Connection, query: SessionQuery) -> int:
    """How many sessions there are, whatever the limit and offset."""
    wanted = select(func.count()).select_from(sessions).where(*_conditions(query))
    return int(connection.execute(wanted, _parameters(query)).scalar_one())


def visible_to(viewer: str, include_private_of: str | None = None) -> ColumnElement[bool]:
    """The condition that keeps private sessions from everyone but their own trainee."""
    if viewer == TRAINER:
        return sessions.c.private.is_(False)
    mine: ColumnElement[bool] = sessions.c.trainee == viewer
    return mine if include_private_of is None else or_(mine, sessions.c.trainee == include_private_of)


def match_expression(text: str) -> str | None:
    """Words typed by a person as an FTS5 expression in which nothing is an operator; None without a word."""
    found = [(quoted, bare) for quoted, bare in re.findall(r'"([^"]*)"?|([^\s"]+)', text.replace("\0", " "))]
    parts = [(quoted or bare, bool(bare)) for quoted, bare in found if re.search(r"\w", quoted or bare)]
    if not parts:
        return None
    expression = " ".join(f'"{part}"' for part, _ in parts)
    last, is_bare = parts[-1]
    return expression + "*" if is_bare and len(last) > 1 else expression


_SHOWN: Sequence[str] = (*SessionSummary.__dataclass_fields__, "started_at_text")


def _conditions(query: SessionQuery, *, everything: bool = False) -> list[ColumnElement[bool]]:
    equal = {
        "trainee": query.trainee,
        "scenario_id": query.scenario_id,
        "customer_kind": query.customer_kind,
        "kind": query.kind.value if query.kind else None,
        "status": query.status.value if query.status else None,
    }
    conditions = [] if everything else [visible_to(query.viewer, query.include_private_of)]
    conditions += [sessions.c[name] == value for name, value in equal.items() if value is not None]
    if query.since is not None:
        conditions.append(sessions.c.started_at >= query.since.timestamp())
    if query.until is not None:
        conditions.append(sessions.c.started_at < query.until.timestamp())
    if query.examples_only:
        conditions.append(sessions.c.examples > 0)
    if query.text and match_expression(query.text):
        conditions.append(sessions.c.key.in_(sql_text("SELECT rowid FROM words WHERE words MATCH :words")))
    return conditions


def _parameters(query: SessionQuery) -> dict[str, str]:
    expression = match_expression(query.text) if query.text else None
    return {"words": expression} if expression else {}
