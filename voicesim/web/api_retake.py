"""Taking a line again: the customer's line once more in the headset, then only that reply recorded and scored."""

from __future__ import annotations

import numpy as np
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from voicesim.domain import Recording, Session, Turn
from voicesim.errors import AudioError, UsageError
from voicesim.web.api_headset import free_for_checks
from voicesim.web.desk import body_of, desk_of, done, off_loop, open_session, store_of, text_of
from voicesim.web.media import cut
from voicesim.web.recorder import Captured
from voicesim.web.retakes import Take

_AUDIBLE = 1e-4
LEAST_REPLY_S = 0.4


def turn_of(request: Request, session: Session) -> Turn:
    """The turn named in the path. Raises UsageError."""
    index = int(request.path_params["turn"])
    for turn in session.turns:
        if turn.index == index:
            return turn
    raise UsageError("this call has no such turn")


async def begin(request: Request) -> JSONResponse:
    """Play the line in the headset and listen."""
    desk = desk_of(request)
    free_for_checks(desk)
    device = text_of(await body_of(request), "device") or None

    def work() -> None:
        session = open_session(request)
        line = _line_sound(request, session, turn_of(request, session))
        desk.headset.use(device).begin(line)

    await off_loop(work)
    return done()


async def end(request: Request) -> JSONResponse:
    """The answer is done: score it, keep it, and show it beside the first."""
    take = await off_loop(lambda: _end(request))
    return done(take=take.__dict__)


def _end(request: Request) -> Take:
    desk = desk_of(request)
    session = open_session(request)
    turn = turn_of(request, session)
    try:
        reply = reply_in(desk.headset.opened().end())
    finally:
        desk.headset.free()
    baseline = store_of(request).baseline(session.trainee)
    analysis = desk.parts.studio.analyse_reply(reply, session.scenario, baseline)
    return desk.retakes.keep(session.id, turn.index, reply, analysis)


async def cancel(request: Request) -> JSONResponse:
    """Close the headset without keeping anything."""
    await off_loop(desk_of(request).headset.free)
    return done()


def reply_in(captured: Captured) -> Recording:
    """What was said after the line had been played to its end. Raises AudioError when that is next to nothing."""
    played = np.flatnonzero(np.abs(captured.played.samples) > _AUDIBLE)
    first = int(played[-1]) + 1 if len(played) else 0
    samples = captured.heard.samples[first:]
    if len(samples) < LEAST_REPLY_S * captured.heard.sample_rate_hz:
        raise AudioError("nothing was recorded after the customer's line; wait for its end, then answer")
    return Recording(samples, captured.heard.sample_rate_hz, source="take")


def _line_sound(request: Request, session: Session, turn: Turn) -> Recording:
    """The line as it was in the call; said anew where the recording is gone."""
    path = store_of(request).recording_file(session)
    if path is not None and turn.customer_span.duration_s > 0:
        return cut(path, turn.customer_span, "customer")
    if session.scenario is None:
        raise UsageError("the recording of this call is no longer there")
    return desk_of(request).parts.studio.say(session.scenario.persona, turn.line.text, turn.line.mood)


routes = [
    Route("/api/sessions/{session_id}/turns/{turn:int}/retake/begin", begin, methods=["POST"]),
    Route("/api/sessions/{session_id}/turns/{turn:int}/retake/end", end, methods=["POST"]),
    Route("/api/sessions/{session_id}/turns/{turn:int}/retake/cancel", cancel, methods=["POST"]),
]
