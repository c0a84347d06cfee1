"""Tells the trainee's voice from the customer's own, heard again through loudspeakers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from voicesim.domain import Recording, Span

LONGEST_DELAY_S = 0.4
"""Sound through a device, the room and back arrives within this."""
ECHO_FROM = 0.25
"""Correlation with the customer's sound from which half a second is mostly echo.

Tried on read speech in a simulated room: 95 % of other voices stay below it, 96 % of echoes above.
"""
ECHO_AGAIN_FROM = 0.15
"""Once echo was heard there is a loudspeaker, and more of it is to be expected."""
LOOK_BACK_S = 1.0


class EchoGuard:
    """Looks for the customer's channel, delayed, in the trainee's."""

    def __init__(self, customer: Callable[[Span], Recording], trainee: Callable[[Span], Recording]) -> None:
        self._customer, self._trainee = customer, trainee
        self._heard_echo = False

    def is_echo(self, span: Span) -> bool:
        """Whether the last second of `span` in the trainee's channel is mostly the customer's own sound."""
        span = Span(max(span.start_s, span.end_s - LOOK_BACK_S), span.end_s)
        heard = self._trainee(span)
        played = self._customer(Span(max(0.0, span.start_s - LONGEST_DELAY_S), span.end_s))
        found = likeness(heard, played) >= (ECHO_AGAIN_FROM if self._heard_echo else ECHO_FROM)
        self._heard_echo = self._heard_echo or found
        return found


def likeness(heard: Recording, played: Recording) -> float:
    """Largest correlation of `heard` with any stretch of `played` of its length, 0-1."""
    from scipy.signal import fftconvolve

    short, long = heard.samples.astype(np.float64), played.samples.astype(np.float64)
    if not len(short) or len(long) < len(short):
        return 0.0
    products = fftconvolve(long, short[::-1], mode="valid")
    squares = np.concatenate([[0.0], np.cumsum(long**2)])
    energy = squares[len(short) :] - squares[: -len(short)]
    scale = np.sqrt(np.maximum(energy, 1e-9) * max(float(np.sum(short**2)), 1e-9))
    return float(np.max(np.abs(products) / scale))
