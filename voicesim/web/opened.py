"""Sessions opened a moment ago: one page asks for the same call several times within a second."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

from voicesim.domain import Session
from voicesim.store import Store

KEPT, KEPT_S = 4, 3.0
"""Few and not for long: scores, privacy and names may be changed by another program."""


class OpenedSessions:
    """Sessions without their contours, kept for seconds. Thread-safe."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._found: OrderedDict[str, tuple[float, Session]] = OrderedDict()

    def session(self, session_id: str) -> Session:
        """The session, at most `KEPT_S` old. Raises UsageError or StoreError."""
        now = time.monotonic()
        with self._lock:
            at, session = self._found.get(session_id, (0.0, None))
            if session is not None and now - at < KEPT_S:
                return session
        session = self._store.session(session_id, contours=False)
        with self._lock:
            self._found[session_id] = (now, session)
            self._found.move_to_end(session_id)
            while len(self._found) > KEPT:
                self._found.popitem(last=False)
        return session

    def forget(self, session_id: str) -> None:
        """Have the session read anew the next time it is asked for: it was changed here."""
        with self._lock:
            self._found.pop(session_id, None)
