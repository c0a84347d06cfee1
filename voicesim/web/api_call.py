"""The call's buttons, and the events a call page follows."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from voicesim.errors import UsageError
from voicesim.web.desk import body_of, desk_of, done, off_loop, scenario_named, text_of
from voicesim.web.events import POLL_S, sse, stream
from voicesim.web.live import LiveCall
from voicesim.web.parts import CallRequest


async def start(request: Request) -> JSONResponse:
    """Let a customer's call ring."""
    body = await body_of(request)
    scenario = await off_loop(lambda: scenario_named(request, text_of(body, "scenario")))
    wanted = CallRequest(
        scenario_id=scenario.id,
        trainee=request.state.who,
        device=text_of(body, "device") or None,
        private=body.get("private") is True,
        live_cue=body.get("live_cue") is True,
    )
    await off_loop(lambda: desk_of(request).board.ring(wanted, scenario.title, scenario.persona.name))
    return done()


async def answer(request: Request) -> JSONResponse:
    """Pick up."""
    desk_of(request).board.answer()
    return done()


async def hang_up(request: Request) -> JSONResponse:
    """End the call."""
    _current(request).hang_up()
    return done()


async def hold(request: Request) -> JSONResponse:
    """Put the customer on hold, or take them back."""
    _current(request).set_hold((await body_of(request)).get("on") is True)
    return done()


async def mute(request: Request) -> JSONResponse:
    """Mute the microphone, or open it."""
    _current(request).set_mute((await body_of(request)).get("on") is True)
    return done()


async def events(request: Request) -> Response:
    """What happens in the call, from the start or from the last event this page saw."""
    call = desk_of(request).board.current
    if call is None:
        raise UsageError("there is no call to follow")
    last = request.headers.get("last-event-id", "")
    return stream(_follow(request, call, int(last) if last.isdigit() else 0))


async def _follow(request: Request, call: LiveCall, seen: int) -> AsyncIterator[str]:
    call.watched(1)
    try:
        while not (desk_of(request).closing or await request.is_disconnected()):
            for event in call.events_after(seen):
                seen = event.number
                yield sse(event.name, event.values, event.number)
            yield sse("now", _now(call))
            if call.over and not call.events_after(seen):
                return
            await asyncio.sleep(POLL_S)
    finally:
        call.watched(-1)


def _now(call: LiveCall) -> dict[str, object]:
    seconds = None if call.answered_at is None else round(time.time() - call.answered_at, 1)
    return {"db": call.level_db, "seconds": seconds, "tabs": call.watchers}


def _current(request: Request) -> LiveCall:
    call = desk_of(request).board.current
    if call is None or call.over:
        raise UsageError("there is no call running")
    return call


routes = [
    Route("/api/call/start", start, methods=["POST"]),
    Route("/api/call/answer", answer, methods=["POST"]),
    Route("/api/call/hang-up", hang_up, methods=["POST"]),
    Route("/api/call/hold", hold, methods=["POST"]),
    Route("/api/call/mute", mute, methods=["POST"]),
    Route("/api/call/events", events),
]
