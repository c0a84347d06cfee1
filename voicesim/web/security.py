"""The door: who may talk to this page at all, and what a page may load.

Other web pages open in the same browser must not reach it. So: the Host header must name this server (no DNS
rebinding), a request that changes anything must carry this page's own Origin and a JSON body (no form of another site
can send that), fetches that the browser marks as cross-site are refused, and bound elsewhere than loopback nothing is
answered without the access token.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN_COOKIE = "voicesim_access"  # noqa: S105 - a cookie's name
MAX_BODY_BYTES = 256 * 1024
_SAFE = {"GET", "HEAD", "OPTIONS"}
_LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


def is_loopback(host: str) -> bool:
    """Whether an address or name stays on this machine."""
    if host in _LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True)
class DoorPolicy:
    """Which names the server answers to, and the access token (None: loopback only, none needed)."""

    host_names: frozenset[str] = _LOOPBACK_NAMES
    token: str | None = None

    @classmethod
    def for_bind(cls, host: str, token: str | None = None, names: Iterable[str] = ()) -> DoorPolicy:
        """The policy for a server bound to `host`. Raises ValueError when it needs a token and has none."""
        if is_loopback(host):
            return cls(_LOOPBACK_NAMES | {host, *names}, token)
        if not token:
            raise ValueError(f"bound to {host}, which other machines reach, voicesim needs an access token")
        return cls(_LOOPBACK_NAMES | {host, *names}, token)

    def knows_host(self, header: str) -> bool:
        """Whether a Host header names this server. Behind a token any plain IP address will do: no name to rebind."""
        try:
            name = (urlsplit(f"//{header}").hostname or "").lower()
        except ValueError:
            return False
        if name in self.host_names:
            return True
        return self.token is not None and _is_address(name)


class Door:
    """ASGI middleware that applies a `DoorPolicy` and adds the security headers to every answer."""

    def __init__(self, app: ASGIApp, policy: DoorPolicy) -> None:
        self._app, self._policy = app, policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or refuse one request."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused = self._refusal(Request(scope))
        await (refused or self._app)(scope, receive, _with_headers(send))

    def _refusal(self, request: Request) -> Response | None:
        if not self._policy.knows_host(request.headers.get("host", "")):
            return PlainTextResponse("This address is not one voicesim answers to.", 421)
        fetch = request.headers.get("sec-fetch-site", "same-origin")
        navigates = request.headers.get("sec-fetch-mode") == "navigate" and request.method == "GET"
        if fetch in {"cross-site", "same-site"} and not navigates:
            return PlainTextResponse("Another web page asked for this; voicesim answers its own pages only.", 403)
        if request.method not in _SAFE and (problem := _write_problem(request)):
            return problem
        return self._ask_for_token(request)

    def _ask_for_token(self, request: Request) -> Response | None:
        token = self._policy.token
        if token is None or _same(request.cookies.get(TOKEN_COOKIE, ""), token):
            return None
        if request.method == "GET" and _same(request.query_params.get("token", ""), token):
            response = RedirectResponse(request.url.path, 303)
            response.set_cookie(TOKEN_COOKIE, token, httponly=True, samesite="strict")
            return response
        return PlainTextResponse("An access token is needed: open the address that voicesim serve printed.", 401)


def _write_problem(request: Request) -> Response | None:
    """Why a request that changes something is refused, or None."""
    origin, host = request.headers.get("origin", ""), request.headers.get("host", "")
    parts = urlsplit(origin)
    if parts.scheme not in {"http", "https"} or parts.netloc.lower() != host.lower():
        return PlainTextResponse("Only this page itself may change anything here.", 403)
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        return PlainTextResponse("Changes are sent as JSON.", 415)
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > MAX_BODY_BYTES:
        return PlainTextResponse("That is more than this page ever sends.", 413)
    return None


def _same(given: str, token: str) -> bool:
    return hmac.compare_digest(given.encode(), token.encode())


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _with_headers(send: Send) -> Send:
    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            if "cache-control" not in Headers(raw=message["headers"]):
                headers["cache-control"] = "no-store"
        await send(message)

    return sender
