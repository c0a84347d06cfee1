"""Who is asking: a name in a cookie of this browser, nothing more."""

from __future__ import annotations

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from voicesim.errors import UsageError
from voicesim.web.desk import MAX_NAME, WHO_COOKIE, body_of, done, text_of

_A_YEAR_S = 365 * 24 * 3600


async def choose_name(request: Request) -> JSONResponse:
    """Take the name under which this browser practises and judges."""
    name = text_of(await body_of(request), "name", MAX_NAME)
    if not name or not name.isprintable():
        raise UsageError("a name is needed")
    answer = done(name=name)
    answer.set_cookie(WHO_COOKIE, quote(name), max_age=_A_YEAR_S, httponly=True, samesite="strict")
    return answer


routes = [Route("/api/who", choose_name, methods=["POST"])]
