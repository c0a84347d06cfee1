"""What one running server holds: its parts, the call, the headset; and who is asking."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from voicesim.domain import Scenario, Session
from voicesim.errors import UsageError
from voicesim.store import Store
from voicesim.web.headset import HeadsetDesk
from voicesim.web.live import CallBoard
from voicesim.web.opened import OpenedSessions
from voicesim.web.parts import DeviceChoice, WebParts
from voicesim.web.peaks import prepare_peaks
from voicesim.web.recorder import Recorder
from voicesim.web.retakes import Retakes

T = TypeVar("T")
WHO_COOKIE = "voicesim_who"
MAX_NAME = 60


@dataclass(eq=False)
class Desk:
    """The parts of a running server. `closing` tells open event streams to end."""

    parts: WebParts
    board: CallBoard
    headset: HeadsetDesk
    retakes: Retakes
    opened: OpenedSessions
    closing: bool = False
    _devices: Sequence[DeviceChoice] = ()

    @classmethod
    def furnish(cls, parts: WebParts) -> Desk:
        """A desk for these parts, with no call and a closed headset."""
        headset = HeadsetDesk(lambda device: Recorder(parts.make_line(device)))
        store = parts.store
        board = CallBoard(parts.desk, headset.free, lambda session: prepare_peaks(store, session))
        return cls(parts, board, headset, Retakes(store.data_dir), OpenedSessions(store))

    async def watch(self) -> None:
        """Look now and then whether a call or the headset was left alone. Runs until cancelled."""
        while True:
            await asyncio.sleep(1.0)
            if self.board.current is not None:
                self.board.current.check_left_alone()
            self.headset.close_unused()

    def devices(self) -> Sequence[DeviceChoice]:
        """The headsets there are; looked for anew unless one is in use, when looking would disturb it."""
        if not self._devices or (not self.board.busy and self.headset.recorder is None):
            self._devices = self.parts.list_devices()
        return self._devices

    def close(self) -> None:
        """End what runs: the server is stopping."""
        self.board.close()
        self.headset.free()


def desk_of(request: Request) -> Desk:
    """The desk of the server this request came to."""
    return cast(Desk, request.app.state.desk)


def store_of(request: Request) -> Store:
    """The store of the server this request came to."""
    return desk_of(request).parts.store


def who_asks(request: Request) -> str:
    """The name chosen in this browser, or the one the server was started with."""
    name = unquote(request.cookies.get(WHO_COOKIE, "")).strip()
    return name[:MAX_NAME] or desk_of(request).parts.trainee


def open_session(request: Request, *, contours: bool = False) -> Session:
    """The session named in the path. Raises UsageError when it is not there or private to someone else."""
    session_id = str(request.path_params["session_id"])
    desk = desk_of(request)
    session = desk.parts.store.session(session_id) if contours else desk.opened.session(session_id)
    if session.id != session_id or (session.private and session.trainee != request.state.who):
        raise UsageError(f"there is no session {session_id!r} that you may open")
    return session


def scenario_named(request: Request, scenario_id: str) -> Scenario:
    """A scenario to call. Raises UsageError."""
    for scenario in desk_of(request).parts.scenarios():
        if scenario.id == scenario_id:
            return scenario
    raise UsageError(f"there is no customer {scenario_id!r}; choose one on the page Practise")


async def body_of(request: Request) -> dict[str, Any]:
    """The JSON object sent. Raises UsageError."""
    try:
        data = json.loads(await request.body())
    except ValueError:
        raise UsageError("what was sent is not JSON") from None
    if not isinstance(data, dict):
        raise UsageError("what was sent is not a JSON object")
    return data


def text_of(body: dict[str, Any], name: str, longest: int = 4000) -> str:
    """A text in the body, trimmed; empty when absent. Raises UsageError for anything but text."""
    value = body.get(name, "")
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UsageError(f"{name} must be text")
    return value.strip()[:longest]


def number_of(body: dict[str, Any], name: str) -> float | None:
    """A finite number in the body, None when absent. Raises UsageError."""
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e9:
        raise UsageError(f"{name} must be a number")
    return float(value)


async def off_loop(work: Callable[[], T]) -> T:
    """Blocking work on a thread of its own, so that other tabs go on being answered."""
    return await run_in_threadpool(work)


def done(**values: object) -> JSONResponse:
    """A JSON answer."""
    return JSONResponse(values)
