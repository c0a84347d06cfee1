"""Serving the page: the port, the address to open, and an orderly end."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable
from contextlib import suppress

import uvicorn
from starlette.applications import Starlette

from voicesim.errors import UsageError
from voicesim.web.app import create_app
from voicesim.web.desk import Desk
from voicesim.web.parts import WebParts
from voicesim.web.security import DoorPolicy, is_loopback


class PageServer(uvicorn.Server):
    """Uvicorn that ends open event streams before it waits for them, and tells when it can be reached."""

    def __init__(self, app: Starlette, bound: socket.socket, ready: Callable[[], None] = lambda: None) -> None:
        super().__init__(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=3, access_log=False))
        self._desk: Desk = app.state.desk
        self._bound, self._ready = bound, ready

    def serve_until_stopped(self) -> None:
        """Serve on the bound socket until interrupted. Blocks."""
        with suppress(KeyboardInterrupt):
            self.run(sockets=[self._bound])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let streams end, keep a running call, then stop."""
        self._desk.closing = True
        await asyncio.sleep(0.15)
        await super().shutdown(sockets)


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 is any free one. Raises UsageError when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            raise UsageError(
                f"{host} is no address of this machine ({error.strerror}); choose another --host"
            ) from error
        raise UsageError(
            f"port {port} on {host} cannot be used ({error.strerror}); "
            "is voicesim already running? Choose another with --port"
        ) from error
    return bound


def address(host: str, port: int, token: str | None) -> str:
    """What to open in a browser."""
    shown = "127.0.0.1" if is_loopback(host) and host != "::1" else host
    if shown in {"0.0.0.0", "::"}:  # noqa: S104 - shown, not bound
        shown = socket.gethostname()
    name = f"[{shown}]" if ":" in shown else shown
    return f"http://{name}:{port}/" + (f"?token={token}" if token else "")


def page_server(parts: WebParts, policy: DoorPolicy, bound: socket.socket, ready: Callable[[], None]) -> PageServer:
    """A server for these parts on a bound socket."""
    return PageServer(create_app(parts, policy), bound, ready)
