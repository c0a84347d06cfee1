"""Long calls in windows: never more than some minutes of sound are held, whatever the length of the call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from voicesim.audio import AudioStream
from voicesim.domain import Recording

WHOLE_S = 420.0
"""A call this long is still taken whole."""
WINDOW_S, LAST_WINDOW_S = 150.0, 210.0
"""The last window is 1 to 3.5 minutes: a worker then stays under 1.2 GB whatever the length of the call."""
MONO_LONGER = 2.0
"""On one channel the two voices are told apart anew in each window: that needs more sound, and takes half the room."""
_CUT_WITHIN_S, _QUIET_S = 30.0, 0.25


def windows_of(stream: AudioStream, sample_rate_hz: int) -> Iterator[tuple[float, Recording]]:
    """(start in the call, recording) of each window, in order, cut where it is quietest. Raises AudioError."""
    longer = MONO_LONGER if stream.channels == 1 else 1.0
    window_s, last_window_s = longer * WINDOW_S, longer * LAST_WINDOW_S
    if stream.frames is not None and stream.frames <= longer * WHOLE_S * stream.sample_rate_hz:
        yield 0.0, stream.read(sample_rate_hz)
        return
    held: list[np.ndarray[Any, np.dtype[np.float32]]] = []
    length, at = 0, 0
    for block in stream.blocks(sample_rate_hz):
        held.append(block)
        length += len(block)
        if length > last_window_s * sample_rate_hz:
            samples = np.concatenate(held)
            cut = _quietest(samples, round(window_s * sample_rate_hz), sample_rate_hz)
            yield at / sample_rate_hz, _recording(samples[:cut], stream, sample_rate_hz)
            held, length, at = [samples[cut:].copy()], len(samples) - cut, at + cut
            del samples
    if length:
        yield at / sample_rate_hz, _recording(np.concatenate(held), stream, sample_rate_hz)


def _recording(samples: np.ndarray[Any, np.dtype[np.float32]], stream: AudioStream, rate_hz: int) -> Recording:
    return Recording(samples[:, 0] if samples.shape[1] == 1 else samples, rate_hz, stream.name, stream.decoder)


def _quietest(samples: np.ndarray[Any, np.dtype[np.float32]], before: int, rate_hz: int) -> int:
    """The middle of the quietest quarter of a second in the half minute before sample `before`."""
    size = round(_QUIET_S * rate_hz)
    first = before - round(_CUT_WITHIN_S * rate_hz)
    count = (before - first) // size
    pieces = samples[first : first + count * size].reshape(count, -1)
    return first + int(np.argmin(np.square(pieces).sum(axis=1))) * size + size // 2
