"""The one call this machine can hold at a time: started by a page, watched by any number of tabs, lost by none.

Events told by the call, each with JSON values: `state` {state}, `line` {text}, `level` {db}, `words` {text}, `turn`
{index, cue}, `notice` {text}. Added here: `ended` {session, text}, `failed` {text}.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from voicesim.domain import Ending, Session
from voicesim.errors import UsageError, VoicesimError
from voicesim.web.parts import CallDesk, CallRequest, PreparedCall

LEFT_ALONE_S = 20.0
"""How long a call goes on with no page open before it is hung up and kept."""
KEEP_WITHIN_S = 300.0
"""How long a server that stops waits for its call: the longest one, half an hour, is scored well within this."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Event:
    """One thing that happened in a call, numbered from 1."""

    number: int
    name: str
    values: Mapping[str, object]


class LiveCall:
    """A call from ringing to kept. Thread-safe."""

    def __init__(self, request: CallRequest, title: str, customer: str) -> None:
        self.request, self.title, self.customer = request, title, customer
        self.level_db: float | None = None
        self.session_id: str | None = None
        self.watchers = 0
        self.answered_at: float | None = None
        self.held = self.muted = self.over = False
        self._left_at: float | None = None
        self._left_alone = self._wants_end = False
        self._events: list[Event] = []
        self._lock = threading.Lock()
        self._call: PreparedCall | None = None
        self._thread: threading.Thread | None = None

    def tell(self, name: str, values: Mapping[str, object]) -> None:
        """Take an event from the call; levels replace one another, all else is kept in order."""
        if name == "level":
            db = values.get("db")
            self.level_db = float(db) if isinstance(db, (int, float)) else None
            return
        with self._lock:
            self._events.append(Event(len(self._events) + 1, name, dict(values)))

    def events_after(self, number: int) -> list[Event]:
        """What happened after event `number`; 0 for everything."""
        with self._lock:
            return self._events[max(0, number) :]

    def answer(self, desk: CallDesk, kept: Callable[[Session], None] = lambda _: None) -> None:
        """Pick the phone up: the call runs on a thread of its own, which calls `kept` when all is over.

        A second answer changes nothing.
        """
        with self._lock:
            if self._thread is not None:
                return
            self._thread = threading.Thread(target=self._hold_call, args=(desk, kept), name="call", daemon=True)
            self.answered_at = time.time()
        self._thread.start()

    @property
    def ringing(self) -> bool:
        """Whether nobody has picked up yet."""
        return self._thread is None and not self.over

    def hang_up(self) -> None:
        """End the call; unanswered it just stops ringing."""
        if self._thread is None:
            self.over = True
            self.tell("ended", {"session": None, "text": "You let it ring. Nothing was recorded."})
            return
        self._wants_end = True
        if self._call is not None:
            self._call.hang_up()

    def set_hold(self, on: bool) -> None:
        """Put the customer on hold or take them back."""
        if self._call is not None:
            self._call.set_hold(on)
            self.held = on
            self.tell("held", {"on": on})

    def set_mute(self, on: bool) -> None:
        """Mute the microphone or open it."""
        if self._call is not None:
            self._call.set_mute(on)
            self.muted = on
            self.tell("muted", {"on": on})

    def watched(self, by: int) -> None:
        """A tab began (1) or stopped (-1) to watch."""
        with self._lock:
            self.watchers += by
            self._left_at = time.monotonic() if self.watchers == 0 else None

    def check_left_alone(self, now: float | None = None) -> None:
        """Hang up when no page has been open for `LEFT_ALONE_S`; what was said is kept."""
        moment = time.monotonic() if now is None else now
        if self.over or self._left_at is None or moment - self._left_at < LEFT_ALONE_S or self._left_alone:
            return
        self._left_alone = True
        self.tell("notice", {"text": "The page was closed, so voicesim hung up."})
        self.hang_up()

    def wait(self, timeout_s: float) -> None:
        """Wait for the call to be kept."""
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _hold_call(self, desk: CallDesk, kept: Callable[[Session], None]) -> None:
        try:
            self._call = desk.prepare(self.request, self.tell)
            if self._wants_end:
                self._call.hang_up()
            session = self._call.run()
        except VoicesimError as error:
            self._finish("failed", {"text": str(error)})
        except Exception:  # noqa: BLE001 - the page must say that the call is over, whatever went wrong
            _log.exception("the call stopped")
            self._finish("failed", {"text": "The call stopped because of a fault in voicesim; the log says more."})
        else:
            self.session_id = session.id
            self._finish("ended", {"session": session.id, "text": self._farewell(session)})
            kept(session)

    def _finish(self, name: str, values: Mapping[str, object]) -> None:
        self.over = True
        self.tell(name, values)

    def _farewell(self, session: Session) -> str:
        if self._left_alone:
            return "The page was closed during this call, so voicesim hung up. Everything said until then is kept."
        if session.ending.ending is Ending.LOST:
            why = session.ending.detail or "The headset was lost."
            return f"{why} The call ended there; everything said until then is kept."
        return {
            Ending.RESOLVED: "The customer is content and said goodbye.",
            Ending.DELIGHTED: "The customer is delighted and said goodbye.",
            Ending.HUNG_UP: "The customer hung up.",
            Ending.MANAGER: "The customer wants to speak to a manager.",
        }.get(session.ending.ending, "You hung up.")


class CallBoard:
    """The current call, if any, and a watch over it."""

    def __init__(
        self, desk: CallDesk, headset_free: Callable[[], None], kept: Callable[[Session], None] = lambda _: None
    ) -> None:
        self._desk, self._headset_free, self._kept = desk, headset_free, kept
        self._lock = threading.Lock()
        self.current: LiveCall | None = None

    @property
    def busy(self) -> bool:
        """Whether a call is ringing or running."""
        return self.current is not None and not self.current.over

    def ring(self, request: CallRequest, title: str, customer: str) -> LiveCall:
        """A new call that rings. Raises UsageError while another one is on."""
        with self._lock:
            if self.current is not None and not self.current.over:
                raise UsageError(f"a call with {self.current.customer} is running; end it before starting another")
            self._headset_free()
            self.current = LiveCall(request, title, customer)
            return self.current

    def answer(self) -> LiveCall:
        """Pick up the ringing call. Raises UsageError when none rings."""
        call = self.current
        if call is None or call.over:
            raise UsageError("no call is ringing; choose a customer first")
        call.answer(self._desk, self._kept)
        return call

    def close(self) -> None:
        """End a running call and wait until it is kept: the server is stopping."""
        if self.current is not None and self.busy:
            self.current.hang_up()
            self.current.wait(KEEP_WITHIN_S)
