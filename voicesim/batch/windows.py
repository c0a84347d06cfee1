"""Long calls in windows: never more than some minutes of sound are held, whatever the length of the call."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

import numpy as np

from voicesim.audio import AudioStream
from voicesim.domain import Recording, Span

WINDOW_S = 900.0
LAST_WINDOW_S = 1200.0
"""A call this long is still taken whole; the last window of a longer one is 5 to 20 minutes."""
_CUT_WITHIN_S, _QUIET_S = 30.0, 0.25
T = TypeVar("T")


def windows_of(stream: AudioStream, sample_rate_hz: int) -> Iterator[tuple[float, Recording]]:
    """(start in the call, recording) of each window, in order, cut where it is quietest. Raises AudioError."""
    if stream.frames is not None and stream.frames <= LAST_WINDOW_S * stream.sample_rate_hz:
        yield 0.0, stream.read(sample_rate_hz)
        return
    held: list[np.ndarray[Any, np.dtype[np.float32]]] = []
    length, at = 0, 0
    for block in stream.blocks(sample_rate_hz):
        held.append(block)
        length += len(block)
        if length > LAST_WINDOW_S * sample_rate_hz:
            samples = np.concatenate(held)
            cut = _quietest(samples, round(WINDOW_S * sample_rate_hz), sample_rate_hz)
            yield at / sample_rate_hz, _recording(samples[:cut], stream, sample_rate_hz)
            held, length, at = [samples[cut:].copy()], len(samples) - cut, at + cut
            del samples
    if length:
        yield at / sample_rate_hz, _recording(np.concatenate(held), stream, sample_rate_hz)


def shifted(value: T, offset_s: float) -> T:
    """The same value, every span and time in it `offset_s` later."""
    if isinstance(value, Span):
        return value.shifted(offset_s)  # type: ignore[return-value]
    if isinstance(value, tuple):
        return tuple(shifted(item, offset_s) for item in value)  # type: ignore[return-value]
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed = {}
    for entry in fields(value):
        old = getattr(value, entry.name)
        changed[entry.name] = old + offset_s if entry.name == "times_s" else shifted(old, offset_s)
    return replace(value, **changed)


def _recording(samples: np.ndarray[Any, np.dtype[np.float32]], stream: AudioStream, rate_hz: int) -> Recording:
    return Recording(samples[:, 0] if samples.shape[1] == 1 else samples, rate_hz, stream.name, stream.decoder)


def _quietest(samples: np.ndarray[Any, np.dtype[np.float32]], before: int, rate_hz: int) -> int:
    """The middle of the quietest quarter of a second in the half minute before sample `before`."""
    size = round(_QUIET_S * rate_hz)
    first = before - round(_CUT_WITHIN_S * rate_hz)
    count = (before - first) // size
    pieces = samples[first : first + count * size].reshape(count, -1)
    return first + int(np.argmin(np.square(pieces).sum(axis=1))) * size + size // 2
