"""What a call tells the outside while it runs, and what the outside may ask of it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from threading import Event, current_thread, main_thread
from types import FrameType

from voicesim.domain import CustomerLine, Turn


class CallState(StrEnum):
    """What is happening on the line now."""

    CONNECTING = "connecting"
    CUSTOMER_SPEAKING = "customer_speaking"
    LISTENING = "listening"
    TRAINEE_SPEAKING = "trainee_speaking"
    THINKING = "thinking"
    ON_HOLD = "on_hold"
    FINISHING = "finishing"
    ENDED = "ended"


class CallControls:
    """The buttons of a headset: hang up, hold, mute. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._hang_up = Event()
        self._hold = Event()
        self._mute = Event()

    def hang_up(self) -> None:
        """End the call politely at the next moment; everything spoken so far is kept."""
        self._hang_up.set()

    def set_hold(self, on: bool) -> None:
        """Put the customer on hold, or take them back. On hold neither side hears the other; the customer waits."""
        (self._hold.set if on else self._hold.clear)()

    def set_mute(self, on: bool) -> None:
        """Mute the trainee's microphone: silence is recorded and heard."""
        (self._mute.set if on else self._mute.clear)()

    @property
    def hung_up(self) -> bool:
        """Whether the trainee has hung up."""
        return self._hang_up.is_set()

    @property
    def on_hold(self) -> bool:
        """Whether the customer is on hold."""
        return self._hold.is_set()

    @property
    def muted(self) -> bool:
        """Whether the microphone is muted."""
        return self._mute.is_set()


@contextmanager
def hanging_up_by_ctrl_c(controls: CallControls) -> Iterator[None]:
    """While this lasts, the first Ctrl-C hangs up at the next moment, and only a second one breaks in anywhere.

    The handler that stood before, which raises KeyboardInterrupt unless someone changed it, takes the second one.

    Does nothing on other threads than the main one, which Ctrl-C never reaches.
    """
    if current_thread() is not main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGINT)

    def hang_up(_number: int, _frame: FrameType | None) -> None:
        controls.hang_up()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, hang_up)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class CallObserver:
    """Follows a call; override what is of interest.

    Methods are called on the call's own threads (`on_words` on another than the rest) and must return at once: queue,
    do not work.
    """

    def on_state(self, state: CallState) -> None:
        """The call moved to another state."""

    def on_line(self, line: CustomerLine) -> None:
        """The customer begins to say this line; its text is the caption, its mood the mood now."""

    def on_level(self, level_db: float) -> None:
        """The trainee's level now, dB full scale (-90 for digital silence), about ten times a second."""

    def on_words(self, text: str) -> None:
        """Words of the trainee's current turn as far as they are recognised; each call replaces the last."""

    def on_turn(self, turn: Turn) -> None:
        """An exchange is complete and scored."""

    def on_notice(self, text: str) -> None:
        """One line the trainee should see: the line broke, sound was lost."""
