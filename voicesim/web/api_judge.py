"""Judging: comments at a moment, overridden scores, examples worth showing. The trainee sees all of it."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from voicesim.domain import Span
from voicesim.errors import UsageError
from voicesim.web.desk import body_of, done, number_of, off_loop, open_session, store_of, text_of


async def comment(request: Request) -> JSONResponse:
    """Comment on a moment or on the whole call."""
    body = await body_of(request)
    who = str(request.state.who)

    def work() -> int:
        session = open_session(request)
        span = span_of(body, session.duration_s)
        return store_of(request).add_comment(session.id, who, span, text_of(body, "text")).id

    return done(id=await off_loop(work))


async def override(request: Request) -> JSONResponse:
    """Put a person's value beside a measured score, with the reason; a value of null withdraws it."""
    body = await body_of(request)
    who = str(request.state.who)

    def work() -> int:
        session = open_session(request)
        value, reason = number_of(body, "value"), text_of(body, "reason")
        return store_of(request).override_score(session.id, who, text_of(body, "score"), value, reason).id

    return done(id=await off_loop(work))


async def example(request: Request) -> JSONResponse:
    """Mark a moment as worth showing to others."""
    body = await body_of(request)
    who = str(request.state.who)

    def work() -> int:
        session = open_session(request)
        span, good = span_of(body, session.duration_s), body.get("good", True) is True
        return store_of(request).mark_example(session.id, who, span, text_of(body, "why"), good=good).id

    return done(id=await off_loop(work))


async def remove(request: Request) -> JSONResponse:
    """Take back one's own comment or example."""
    body = await body_of(request)
    who, number = str(request.state.who), number_of(body, "id")
    if number is None:
        raise UsageError("say which one to take back")

    def work() -> None:
        session = open_session(request)
        store_of(request).remove_judgement(session.id, who, text_of(body, "kind"), int(number))

    await off_loop(work)
    return done()


def span_of(body: dict[str, Any], duration_s: float) -> Span | None:
    """The moment meant, inside the call; None for the call as a whole. Raises UsageError."""
    start, end = number_of(body, "start_s"), number_of(body, "end_s")
    if start is None:
        return None
    end = start if end is None else end
    if not 0 <= start <= end <= duration_s + 1:
        raise UsageError("that moment is not in this call")
    return Span(start, end)


routes = [
    Route("/api/sessions/{session_id}/comments", comment, methods=["POST"]),
    Route("/api/sessions/{session_id}/overrides", override, methods=["POST"]),
    Route("/api/sessions/{session_id}/examples", example, methods=["POST"]),
    Route("/api/sessions/{session_id}/remove", remove, methods=["POST"]),
]
