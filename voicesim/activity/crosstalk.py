"""The other party's voice in this party's channel is not this party speaking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from voicesim.domain import Recording, Span
from voicesim.domain.spans import common, merged, of_at_least, without
from voicesim.pace.pausing import spoken_stretches
from voicesim.signal_quality.leak import EXPLAINED, Leak, at_rate, find_leak

FRAME_S = 0.02
SMOOTH_FRAMES = 7
SHORTEST_S = 0.1
CLOSE_S = 0.2
BLOCK_S = 60.0
FLOOR_PERCENTILE = 15
BACKGROUND = 2.5  # times the background's power: noise alone moves this far


def remove_crosstalk(
    recording_a: Recording, spans_a: Sequence[Span], recording_b: Recording, spans_b: Sequence[Span]
) -> tuple[Span, ...]:
    """Where A speaks: `spans_a` without what is only B's voice leaking into A's channel, edges moved to the sound.

    Both recordings are mono on one timeline; rates may differ. `spans_a` and `spans_b` are detected speech.
    """
    rate_hz = recording_a.sample_rate_hz
    mono, theirs = recording_a.mono(), at_rate(recording_b, recording_a.sample_rate_hz)
    found = find_leak(mono.samples, theirs, rate_hz, merged(spans_b))
    if found is None:
        return spoken_stretches(mono, spans_a)
    late_s = found.delay / rate_hz + CLOSE_S
    suspect = common(spans_a, [Span(max(0.0, span.start_s - CLOSE_S), span.end_s + late_s) for span in spans_b])
    cleaned = _without(mono, theirs, found)
    floor = _floor_power(cleaned)
    copies = [piece for span in suspect for piece in _copies(mono.samples, cleaned.samples, rate_hz, floor, span)]
    kept = of_at_least(merged(without(spans_a, copies), CLOSE_S / 2), SHORTEST_S)
    return spoken_stretches(cleaned, kept)


def _without(mono: Recording, theirs: NDArray[np.float32], leak: Leak) -> Recording:
    """The recording less the copy, block by block."""
    cleaned = mono.samples.copy()
    block = round(BLOCK_S * mono.sample_rate_hz)
    for first in range(0, len(cleaned), block):
        last = min(first + block, len(cleaned))
        cleaned[first:last] -= leak.copy_in(theirs, first, last)
    return replace(mono, samples=cleaned)


def _floor_power(recording: Recording) -> float:
    """Power of the quiet frames: the background."""
    size = round(FRAME_S * recording.sample_rate_hz)
    count = len(recording.samples) // size
    frames = recording.samples[: count * size].reshape(count, size)
    return float(np.percentile(np.einsum("ij,ij->i", frames, frames), FLOOR_PERCENTILE)) if count else 0.0


def _copies(
    ours: NDArray[np.float32], cleaned: NDArray[np.float32], rate_hz: int, floor: float, span: Span
) -> list[Span]:
    """The parts of `span` whose power the leaked copy explains, or where nothing but background is left without it."""
    size = round(FRAME_S * rate_hz)
    first, last = round(span.start_s * rate_hz), min(round(span.end_s * rate_hz), len(ours))
    count = (last - first) // size
    if count == 0:
        return []
    last = first + count * size
    smooth = np.ones(SMOOTH_FRAMES) / SMOOTH_FRAMES
    had, left = (
        np.convolve(np.square(x[first:last].reshape(count, size), dtype=np.float64).sum(axis=1), smooth, "same")
        for x in (ours, cleaned)
    )
    explained = (left < EXPLAINED * had) | (left < BACKGROUND * floor)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], explained, [False]]).astype(int))).tolist()
    return [
        Span((first + a * size) / rate_hz, (first + b * size) / rate_hz)
        for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]
