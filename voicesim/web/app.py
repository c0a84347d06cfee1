"""The whole page as one ASGI application."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from voicesim.errors import UsageError, VoicesimError
from voicesim.web import (
    api_call,
    api_headset,
    api_judge,
    api_people,
    api_retake,
    media,
    pages_after,
    pages_practice,
    pages_replay,
    pages_team,
    privacy,
)
from voicesim.web.desk import Desk, who_asks
from voicesim.web.parts import WebParts
from voicesim.web.rendering import page
from voicesim.web.security import Door, DoorPolicy

_STATIC = Path(__file__).parent / "static"


class _WhoAsks:
    """ASGI middleware that puts the chosen name on every request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Name the asker, then go on."""
        if scope["type"] == "http":
            request = Request(scope)
            request.state.who = who_asks(request)
        await self._app(scope, receive, send)


def create_app(parts: WebParts, policy: DoorPolicy | None = None) -> Starlette:
    """The page for these parts. Without a policy only loopback names are answered."""
    desk = Desk.furnish(parts)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        watch = asyncio.create_task(desk.watch())
        yield
        watch.cancel()
        await asyncio.to_thread(desk.close)

    app = Starlette(
        routes=_routes(),
        middleware=[Middleware(Door, policy=policy or DoorPolicy()), Middleware(_WhoAsks)],
        exception_handlers={VoicesimError: _voicesim_error, HTTPException: _http_error, Exception: _fault},
        lifespan=lifespan,
    )
    app.state.desk = desk
    return app


def _routes() -> list[BaseRoute]:
    return [
        Route("/", pages_practice.home),
        Route("/practice", pages_practice.practice),
        Route("/headset", pages_practice.headset),
        Route("/call", pages_practice.call),
        Route("/progress", pages_practice.progress),
        *api_people.routes,
        *api_call.routes,
        *api_headset.routes,
        *pages_after.routes,
        *api_retake.routes,
        *privacy.routes,
        *pages_team.routes,
        *pages_replay.routes,
        *api_judge.routes,
        *media.routes,
        Mount("/static", StaticFiles(directory=_STATIC)),
    ]


def _wants_json(request: Request) -> bool:
    return request.url.path.startswith("/api/") or request.method != "GET"


def _problem(request: Request, status: int, title: str, text: str) -> Response:
    if _wants_json(request):
        return JSONResponse({"error": text}, status)
    if not hasattr(request.state, "who"):
        request.state.who = who_asks(request)
    return page(request, "problem.html", status=status, title=title, text=text)


async def _voicesim_error(request: Request, error: Exception) -> Response:
    missing = isinstance(error, UsageError)
    status = 400 if _wants_json(request) else 404 if missing else 500
    return _problem(request, status, "That is not here" if missing else "That did not work", str(error))


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _problem(request, status, "There is no such page", "Check the address, or start from Practise.")


async def _fault(request: Request, _: Exception) -> Response:
    return _problem(request, 500, "Something went wrong", "That is a fault in voicesim; its log says more.")
