"""Moments by the clock on the wall: people read when a call was in their own time, with the offset kept beside it."""

from __future__ import annotations

from datetime import datetime


def now() -> datetime:
    """Now, in this machine's time zone."""
    return datetime.now().astimezone()


def moment(seconds: float) -> datetime:
    """Seconds since 1970 (UTC) as a moment in this machine's time zone."""
    return datetime.fromtimestamp(seconds).astimezone()
