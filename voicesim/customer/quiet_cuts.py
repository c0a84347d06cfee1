"""A reading cut into parts where it is quietest: its beginning can be heard before its end is respoken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.signal import oaconvolve

from voicesim.domain import Recording

CUT_S = (0.65, 1.65, 3.65)
"""How far into the reading of a line's first phrase the parts go that are respoken at a time: little at first, which
is what the trainee waits for; then as much as can be made while the part before plays, were it made no faster than in
half of real time. Later phrases begin with the second."""

_AROUND_S = 0.1
"""Sound given with a part beyond its ends: pitch, envelope and the telephone's filters reach no further."""

_SEARCHED_S = 0.3
"""How far back from there the quietest moment is looked for: a syllable and the gap after it."""

_MOMENT_S, _SHORTEST_S = 0.06, 0.6
_MARGIN_S = 0.03
_AUDIBLE = 0.01
"""Share of a recording's peak below which an engine's lead-in and end are silence."""


@dataclass(frozen=True, eq=False)
class VoicePart:
    """A stretch of a reading, with the sound around it that resynthesis needs.

    `start_s` to `end_s` of `sound` is the stretch; one part's end is the next one's start. `share` (0-1, 0-1) is where
    all of `sound` lies in the reading; `last` says that the reading ends with it.
    """

    sound: Recording
    start_s: float
    end_s: float
    share: tuple[float, float]
    last: bool


def without_edges(reading: Recording) -> Recording:
    """The reading, mono, without the silence an engine puts before and after it, but for a margin."""
    sound = reading.mono()
    loud = np.flatnonzero(np.abs(sound.samples) > _AUDIBLE * float(np.abs(sound.samples).max(initial=0.0)))
    if not len(loud):
        return sound
    margin = round(_MARGIN_S * sound.sample_rate_hz)
    return replace(sound, samples=sound.samples[max(0, loud[0] - margin) : loud[-1] + 1 + margin])


def cut_where_quiet(sound: Recording, cut_s: Sequence[float]) -> Iterator[VoicePart]:
    """The parts of a mono reading, the first of them ending shortly before `cut_s[0]` seconds, and so on."""
    samples, rate_hz = sound.samples, sound.sample_rate_hz
    total, around = len(samples), round(_AROUND_S * rate_hz)
    ends = [_quietest(samples, round(s * rate_hz), rate_hz) for s in cut_s if s + _SHORTEST_S <= sound.duration_s]
    for number, (start, end) in enumerate(zip([0, *ends], [*ends, total], strict=True)):
        first, beyond = max(0, start - around), min(total, end + around)
        yield VoicePart(
            replace(sound, samples=samples[first:beyond]),
            (start - first) / rate_hz,
            (end - first) / rate_hz,
            (first / max(1, total), beyond / max(1, total)),
            last=number == len(ends),
        )


def _quietest(sound: NDArray[np.float32], end: int, rate_hz: int) -> int:
    """The middle of the quietest moment within the last `_SEARCHED_S` before sample `end`; of a gap, its middle."""
    begin, width = max(0, end - round(_SEARCHED_S * rate_hz)), round(_MOMENT_S * rate_hz)
    power = oaconvolve(sound[begin:end].astype(np.float64) ** 2, np.hanning(width + 2)[1:-1], "valid")
    return begin + int(power.argmin()) + width // 2
