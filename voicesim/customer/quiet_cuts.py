"""A reading cut into parts where it is quietest, while it grows: its beginning can be heard before its end is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.signal import oaconvolve

from voicesim.domain import Recording
from voicesim.ports import GrowingReading

MADE_S = (0.75, 1.75, 3.75)
"""Of how much of a line's first phrase the sound is made at a time: little at first, which is what the trainee waits
for; then as much as can be made while the part before plays, were it made no faster than in half of real time. Later
phrases begin with the second."""

_AROUND_S = 0.1
"""Sound given with a part beyond its ends: pitch, envelope and the telephone's filters reach no further."""

_SEARCHED_S = 0.3
"""How far back from the end of what is made the quietest moment is looked for: a syllable and the gap after it."""

_MOMENT_S = 0.06
_BEFORE_S, _AFTER_S = 0.06, 0.14
"""Silence of a reading before its first and after its last sound (measured on Piper's bundled voice)."""


@dataclass(frozen=True, eq=False)
class VoicePart:
    """A stretch of a reading, with the sound around it that resynthesis needs.

    `start_s` to `end_s` of `sound` is the stretch; one part's end is the next one's start. `share` (0-1, 0-1) is where
    all of `sound` lies in the reading's speech; `last` says that the reading ends with it.
    """

    sound: Recording
    start_s: float
    end_s: float
    share: tuple[float, float] = (0.0, 1.0)
    last: bool = True


def growing(reading: Recording, made_s: Sequence[float]) -> Iterator[GrowingReading]:
    """A reading that is all there, as if `made_s[0]` seconds were made first, and so on: it is respoken bit by bit."""
    mono = reading.mono()
    for end_s in made_s:
        count = round(end_s * mono.sample_rate_hz)
        if len(mono.samples) < count + 0.5 * mono.sample_rate_hz:
            break
        yield GrowingReading(replace(mono, samples=mono.samples[:count]), mono.duration_s)
    yield GrowingReading(mono, mono.duration_s)


def cut_where_quiet(readings: Iterable[GrowingReading]) -> Iterator[VoicePart]:
    """The parts of a reading that grows, each as soon as it is there."""
    start = 0
    for reading in readings:
        sound, rate_hz = reading.sound.samples, reading.sound.sample_rate_hz
        total, around = round(reading.duration_s * rate_hz), round(_AROUND_S * rate_hz)
        last = len(sound) >= total
        end = total if last else _quietest(sound, len(sound) - around, rate_hz)
        first, beyond = max(0, start - around), total if last else end + around
        yield VoicePart(
            replace(reading.sound, samples=sound[first:beyond]),
            (start - first) / rate_hz,
            (end - first) / rate_hz,
            (_share(first, total, rate_hz), _share(beyond, total, rate_hz)),
            last,
        )
        start = end


def _quietest(sound: NDArray[np.float32], end: int, rate_hz: int) -> int:
    """The middle of the quietest moment within the last `_SEARCHED_S` before sample `end`; of a gap, its middle."""
    begin, width = max(0, end - round(_SEARCHED_S * rate_hz)), round(_MOMENT_S * rate_hz)
    power = oaconvolve(sound[begin:end].astype(np.float64) ** 2, np.hanning(width + 2)[1:-1], "valid")
    return begin + int(power.argmin()) + width // 2


def _share(sample: int, total: int, rate_hz: int) -> float:
    """Where `sample` lies in the speech of a reading of `total` samples, 0-1."""
    before, after = _BEFORE_S * rate_hz, _AFTER_S * rate_hz
    return float(np.clip((sample - before) / max(1.0, total - before - after), 0.0, 1.0))
