"""Tells the trainee's voice from the customer's own, heard again through loudspeakers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from voicesim.domain import Recording, Span

LONGEST_DELAY_S = 0.4
"""Sound through a device, the room and back arrives within this."""
ECHO_FROM = 0.2
"""Correlation with the customer's sound, both whitened, from which half a second is mostly echo.

Tried with simulated rooms, loudspeakers and hiss: 99 % of echoes lie above it, all of 500 stretches of other readers
below, and 99 % of another line in the very voice of the customer.
"""
ECHO_AGAIN_FROM = 0.15
"""Once echo was heard there is a loudspeaker, and more of it is to be expected (97 % of that same voice lie below)."""
LOOK_BACK_S = 1.0
SPEECH_HZ = (200.0, 6000.0)
SMOOTH_HZ = 100.0


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
    """Largest correlation of `heard` with any stretch of `played` of its length, 0-1, both whitened first.

    Unwhitened, two voices of one pitch are alike; what is left of a whitened sound is its course in time.
    """
    from scipy.signal import fftconvolve

    if not len(heard.samples) or len(played.samples) < len(heard.samples):
        return 0.0
    short, long = _whitened(heard), _whitened(played)
    products = fftconvolve(long, short[::-1], mode="valid")
    squares = np.concatenate([[0.0], np.cumsum(long**2)])
    energy = squares[len(short) :] - squares[: -len(short)]
    scale = np.sqrt(np.maximum(energy, 1e-9) * max(float(np.sum(short**2)), 1e-9))
    return float(np.max(np.abs(products) / scale))


def _whitened(sound: Recording) -> NDArray[np.float64]:
    """The samples with the same level at all frequencies of speech, and nothing beyond, shape (n,)."""
    from scipy.ndimage import uniform_filter1d

    count = len(sound.samples)
    spectrum = np.fft.rfft(sound.samples, 2 * count)
    at_hz = np.fft.rfftfreq(2 * count, 1 / sound.sample_rate_hz)
    width = max(1, round(SMOOTH_HZ / at_hz[1]))
    power = uniform_filter1d(np.abs(spectrum) ** 2, width, mode="constant")
    inside = (at_hz >= SPEECH_HZ[0]) & (at_hz <= SPEECH_HZ[1])
    level = np.sqrt(power + 1e-6 * power.max() + 1e-12)
    return np.asarray(np.fft.irfft(np.where(inside, spectrum / level, 0.0), 2 * count)[:count])
