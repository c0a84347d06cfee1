"""Server-sent events: a page follows what happens without asking again and again."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping

from starlette.responses import StreamingResponse

POLL_S = 0.1
"""How often new events and levels are looked for: ten times a second is smooth for a meter and easy on the machine."""


def sse(name: str, values: Mapping[str, object], number: int | None = None) -> str:
    """One event as it goes over the wire. The JSON has no line breaks, so no text can begin another event."""
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}event: {name}\ndata: {json.dumps(values)}\n\n"


def stream(events: AsyncIterator[str]) -> StreamingResponse:
    """Events as an answer that stays open."""
    return StreamingResponse(events, media_type="text/event-stream", headers={"cache-control": "no-store"})
