"""The other party's voice in this party's channel is not this party speaking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from voicesim.domain import Recording, Span
from voicesim.domain.spans import common, merged, of_at_least, without
from voicesim.signal_quality.leak import EXPLAINED, Leak, at_rate, find_leak

FRAME_S = 0.02
SMOOTH_FRAMES = 7
SHORTEST_S = 0.1
CLOSE_S = 0.2
BLOCK_S = 60.0


def remove_crosstalk(
    recording_a: Recording, spans_a: Sequence[Span], recording_b: Recording, spans_b: Sequence[Span]
) -> tuple[Span, ...]:
    """`spans_a` without the stretches that are only a copy of B's voice leaking into A's channel.

    Both recordings are mono on one timeline; rates may differ. Without a leak, `spans_a` come back as they are.
    """
    rate_hz = recording_a.sample_rate_hz
    ours, theirs = recording_a.mono().samples, at_rate(recording_b, rate_hz)
    found = find_leak(ours, theirs, rate_hz, merged(spans_b))
    suspect = common(spans_a, spans_b)
    if found is None or not suspect:
        return tuple(spans_a)
    copies = [piece for span in suspect for piece in _copies(ours, theirs, rate_hz, found, span)]
    return of_at_least(merged(without(spans_a, copies), CLOSE_S / 2), SHORTEST_S)


def cancel_crosstalk(recording_a: Recording, recording_b: Recording, spans_b: Sequence[Span]) -> Recording:
    """A's recording with B's leaked voice taken out, as far as it is a linear copy; A itself when nothing leaks.

    Detecting speech in the result is surer than cutting spans afterwards, and a recogniser no longer hears B's words.
    """
    rate_hz = recording_a.sample_rate_hz
    mono = recording_a.mono()
    theirs = at_rate(recording_b, rate_hz)
    found = find_leak(mono.samples, theirs, rate_hz, merged(spans_b))
    if found is None:
        return mono
    cleaned = mono.samples.copy()
    block = round(BLOCK_S * rate_hz)
    for first in range(0, len(cleaned), block):
        last = min(first + block, len(cleaned))
        cleaned[first:last] -= found.copy_in(theirs, first, last)
    return replace(mono, samples=cleaned)


def _copies(ours: NDArray[np.float32], theirs: NDArray[np.float32], rate_hz: int, leak: Leak, span: Span) -> list[Span]:
    """The parts of `span` whose power the leaked copy explains."""
    size = round(FRAME_S * rate_hz)
    first, last = round(span.start_s * rate_hz), min(round(span.end_s * rate_hz), len(ours))
    count = (last - first) // size
    if count == 0:
        return []
    last = first + count * size
    had = ours[first:last].astype(np.float64)
    left = had - leak.copy_in(theirs, first, last)
    powers = [
        np.convolve((x.reshape(count, size) ** 2).sum(axis=1), np.ones(SMOOTH_FRAMES), "same") for x in (had, left)
    ]
    explained = powers[1] < EXPLAINED * powers[0]
    edges = np.flatnonzero(np.diff(np.concatenate([[False], explained, [False]]).astype(int)))
    starts, ends = edges[::2].tolist(), edges[1::2].tolist()
    return [Span((first + a * size) / rate_hz, (first + b * size) / rate_hz) for a, b in zip(starts, ends, strict=True)]
