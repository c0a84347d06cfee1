"""Comments, overrides and examples. Nothing measured is ever changed by them."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, func, insert, select, update

from voicesim.domain import SCORE_NAMES, Comment, Example, Judgements, Override, Span
from voicesim.domain.clock import moment
from voicesim.errors import UsageError
from voicesim.scoring import standing_values
from voicesim.store.filing import card_history, refresh_scores
from voicesim.store.tables import comments, examples, overrides, sessions


def comment(connection: Connection, row: Row[Any], author: str, span: Span | None, text: str) -> Comment:
    """Add a comment. Raises UsageError for an empty one or an author without a name."""
    values = _begin(author) | _where(span) | {"text": _said(text, "a comment needs words")}
    made = _add(connection, comments, row, values)
    _recount(connection, row, comments, "comments")
    return Comment(made, row.id, values["author"], moment(values["made_at"]), span, values["text"])


def example(connection: Connection, row: Row[Any], author: str, span: Span | None, why: str, good: bool) -> Example:
    """Mark a moment, or the whole call, as worth showing. Raises UsageError without a reason."""
    values = _begin(author) | _where(span) | {"why": _said(why, "say why this is worth showing"), "good": good}
    made = _add(connection, examples, row, values)
    _recount(connection, row, examples, "examples")
    return Example(made, row.id, values["author"], moment(values["made_at"]), span, values["why"], good)


def override(
    connection: Connection, row: Row[Any], author: str, score: str, value: float | None, reason: str
) -> Override:
    """Put a person's value beside the measured one; None withdraws it. Raises UsageError."""
    if score not in SCORE_NAMES:
        raise UsageError(f"there is no score {score!r}; choose one of {', '.join(SCORE_NAMES)}")
    if value is not None and not 0 <= value <= 100:
        raise UsageError(f"a score lies between 0 and 100, not {value:g}")
    history = card_history(connection, row.key)
    card = history[-1].card if history else None
    values = _begin(author) | {
        "score": score,
        "measured": standing_values(card, {})[score],
        "value": None if value is None else float(value),
        "reason": _said(reason, "an override needs a reason: the trainee will read it"),
        "rubric_version": card.rubric_version if card else None,
    }
    made = _add(connection, overrides, row, values)
    refresh_scores(connection, row.key)
    return Override(id=made, session_id=row.id, **{**values, "made_at": moment(values["made_at"])})


def withdraw(connection: Connection, row: Row[Any], kind: str, number: int, author: str) -> None:
    """Take back one's own comment or example. Raises UsageError for someone else's."""
    table = {"comment": comments, "example": examples}.get(kind)
    if table is None:
        raise UsageError(f"a {kind} cannot be removed; an override is withdrawn by a new one")
    mine = (table.c.id == number, table.c.session_key == row.key, table.c.author == author.strip())
    if connection.execute(delete(table).where(*mine)).rowcount == 0:
        raise UsageError(f"there is no {kind} {number} by {author} in session {row.id}")
    _recount(connection, row, table, f"{kind}s")


def judgements_of(connection: Connection, row: Row[Any]) -> Judgements:
    """Everything people said about the session."""

    def rows(table: Table) -> list[dict[str, Any]]:
        found = connection.execute(select(table).where(table.c.session_key == row.key).order_by(table.c.id))
        return [_fields(one._mapping, row.id) for one in found]

    return Judgements(
        comments=tuple(Comment(**fields) for fields in rows(comments)),
        overrides=tuple(Override(**fields) for fields in rows(overrides)),
        examples=tuple(Example(**fields) for fields in rows(examples)),
    )


def _fields(mapping: Any, session_id: str) -> dict[str, Any]:
    fields = {name: value for name, value in mapping.items() if name not in ("session_key", "start_s", "end_s")}
    fields |= {"session_id": session_id, "made_at": moment(fields["made_at"])}
    if "start_s" in mapping:
        fields["span"] = None if mapping["start_s"] is None else Span(mapping["start_s"], mapping["end_s"])
    return fields


def _begin(author: str) -> dict[str, Any]:
    return {"author": _said(author, "say who is judging"), "made_at": time.time()}


def _where(span: Span | None) -> dict[str, float | None]:
    return {"start_s": None if span is None else span.start_s, "end_s": None if span is None else span.end_s}


def _said(text: str, otherwise: str) -> str:
    if not text.strip():
        raise UsageError(otherwise)
    return text.strip()


def _add(connection: Connection, table: Table, row: Row[Any], values: dict[str, Any]) -> int:
    made = connection.execute(insert(table).values(session_key=row.key, **values).returning(table.c.id))
    return int(made.scalar_one())


def _recount(connection: Connection, row: Row[Any], table: Table, column: str) -> None:
    number = select(func.count()).select_from(table).where(table.c.session_key == row.key).scalar_subquery()
    connection.execute(update(sessions).where(sessions.c.key == row.key).values({column: number}))
