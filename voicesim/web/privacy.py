"""A stored call made private, or shared again, by the one whose call it is."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from voicesim.domain import Session, SessionKind
from voicesim.errors import UsageError
from voicesim.web.desk import body_of, desk_of, done, off_loop, open_session, store_of


def may_hide(session: Session, who: str) -> bool:
    """Whether `who` may choose if the trainer's desk shows the call: their own practice, not a recorded call."""
    return session.trainee == who and session.kind != SessionKind.BATCH


async def set_private(request: Request) -> JSONResponse:
    """Take the call off the trainer's desk (`private` true) or put it there."""
    private = (await body_of(request)).get("private")
    if not isinstance(private, bool):
        raise UsageError("private must be true or false")

    def work() -> None:
        session = open_session(request)
        if not may_hide(session, request.state.who):
            raise UsageError("only whose practice it was can make it private or share it")
        store_of(request).set_private(session.id, private)
        desk_of(request).opened.forget(session.id)

    await off_loop(work)
    return done(private=private)


routes = [Route("/api/sessions/{session_id}/private", set_private, methods=["POST"])]
