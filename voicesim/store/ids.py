"""Session ids: short, readable aloud, and sorted by time, e.g. `20261121-1934-k3f`."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from datetime import datetime

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""Digits and letters without those that are mistaken for one another (0 o, 1 l i)."""
_VALID = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,79}")


def new_session_id(started_at: datetime, length: int = 3) -> str:
    """A random id for a call begun at `started_at` (its own clock); 30 thousand a minute, more with a longer tail."""
    return _stamp(started_at) + "".join(secrets.choice(ALPHABET) for _ in range(length))


def free_id(started_at: datetime, taken: Callable[[str], bool]) -> str:
    """A random id that is not `taken`; it grows longer where a minute is crowded."""
    length = 3
    while taken(name := new_session_id(started_at, length)):
        length += secrets.randbelow(2)
    return name


def stable_session_id(started_at: datetime, source: str) -> str:
    """The same id for the same recorded call each time, so that filing it again replaces it."""
    number = int.from_bytes(hashlib.blake2b(source.encode("utf-8", "surrogateescape"), digest_size=8).digest(), "big")
    tail = ""
    for _ in range(8):
        number, digit = divmod(number, len(ALPHABET))
        tail += ALPHABET[digit]
    return _stamp(started_at) + tail


def is_session_id(text: str) -> bool:
    """Whether `text` can name a session, and so files `<id>.flac`: letters, digits, dashes and low lines, no dot."""
    return _VALID.fullmatch(text) is not None


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y%m%d-%H%M-")
