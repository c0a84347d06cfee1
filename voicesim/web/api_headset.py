"""The headset check, step by step: open, quiet, echo, reading."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from voicesim.domain import Baseline
from voicesim.errors import UsageError
from voicesim.recording import READING_S
from voicesim.web import headset
from voicesim.web.desk import Desk, body_of, desk_of, done, off_loop, store_of, text_of
from voicesim.web.events import POLL_S, sse, stream
from voicesim.web.recorder import Recorder


def free_for_checks(desk: Desk) -> None:
    """Raises UsageError while a call needs the headset."""
    if desk.board.busy:
        raise UsageError("a call is using the headset; end it first")


async def open_device(request: Request) -> JSONResponse:
    """Open a headset and say what it calls itself."""
    desk, body = desk_of(request), await body_of(request)
    free_for_checks(desk)
    recorder = await off_loop(lambda: desk.headset.use(text_of(body, "device") or None))
    return done(name=recorder.name)


async def close_device(request: Request) -> JSONResponse:
    """Close the headset again."""
    await off_loop(desk_of(request).headset.free)
    return done()


async def quiet(request: Request) -> JSONResponse:
    """Three seconds of nobody speaking."""
    recorder = desk_of(request).headset.opened()
    captured = await off_loop(lambda: recorder.capture(headset.QUIET_S))
    return done(findings=[headset.judge_quiet(captured.heard).plain()])


async def echo(request: Request) -> JSONResponse:
    """A customer's hello in the headset, listened for in the microphone."""
    desk = desk_of(request)
    recorder = desk.headset.opened()
    scenarios = desk.parts.scenarios()
    if not scenarios:
        raise UsageError("there is no customer to speak")
    prompt = await off_loop(lambda: headset.voice_sample(desk.parts.studio, scenarios[0]))
    captured = await off_loop(lambda: recorder.capture(prompt.duration_s + 0.6, prompt))
    finding = await off_loop(lambda: headset.judge_echo(captured))
    return done(findings=[finding.plain()])


async def begin_reading(request: Request) -> JSONResponse:
    """The trainee begins to read aloud."""
    desk_of(request).headset.opened().begin()
    return done(seconds=READING_S)


async def end_reading(request: Request) -> JSONResponse:
    """The reading is done: judge it, and keep the resting voice."""
    desk, who = desk_of(request), str(request.state.who)
    captured = await off_loop(desk.headset.opened().end)
    findings = await off_loop(lambda: headset.judge_reading(captured.heard))
    if any(finding.level == "bad" for finding in findings):
        return done(findings=[f.plain() for f in findings], kept=False)
    baseline: Baseline = await off_loop(lambda: headset.enrol(desk.parts.studio, captured.heard, who))
    await off_loop(lambda: store_of(request).save_baseline(who, baseline))
    return done(findings=[f.plain() for f in findings], kept=True, speech_s=round(baseline.speech_s, 1))


async def levels(request: Request) -> Response:
    """The microphone's level ten times a second, while this page is open."""
    recorder = desk_of(request).headset.opened()
    return stream(_levels(request, recorder))


async def _levels(request: Request, recorder: Recorder) -> AsyncIterator[str]:
    desk = desk_of(request)
    while not (desk.closing or await request.is_disconnected()):
        if recorder.problem is not None:
            yield sse("lost", {"text": recorder.problem})
            return
        if desk.headset.recorder is not recorder:
            yield sse("closed", {})
            return
        recorder.used_at = time.monotonic()
        yield sse("level", {"db": round(recorder.level_db, 1), "captured_s": round(recorder.captured_s, 1)})
        await asyncio.sleep(POLL_S)


routes = [
    Route("/api/headset/open", open_device, methods=["POST"]),
    Route("/api/headset/close", close_device, methods=["POST"]),
    Route("/api/headset/quiet", quiet, methods=["POST"]),
    Route("/api/headset/echo", echo, methods=["POST"]),
    Route("/api/headset/reading/begin", begin_reading, methods=["POST"]),
    Route("/api/headset/reading/end", end_reading, methods=["POST"]),
    Route("/api/headset/levels", levels),
]
