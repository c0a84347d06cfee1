"""Changing the sampling rate with libsoxr (high quality: 20-bit precision, linear phase)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import soxr
from numpy.typing import NDArray

from voicesim.domain import Recording

_QUALITY = "HQ"


def resample(recording: Recording, sample_rate_hz: int) -> Recording:
    """The same sound at another rate, float32; the recording itself when the rate is already right."""
    if recording.sample_rate_hz == sample_rate_hz:
        return recording
    samples = soxr.resample(recording.samples, recording.sample_rate_hz, sample_rate_hz, quality=_QUALITY)
    return replace(recording, samples=np.ascontiguousarray(samples, np.float32), sample_rate_hz=sample_rate_hz)


def resample_blocks(
    blocks: Iterable[NDArray[np.float32]], from_hz: int, to_hz: int, channels: int
) -> Iterator[NDArray[np.float32]]:
    """Blocks (n, channels) at another rate, the filter's memory carried from block to block."""
    stream = soxr.ResampleStream(from_hz, to_hz, channels, dtype="float32", quality=_QUALITY)

    def flow(block: NDArray[np.float32], last: bool) -> NDArray[np.float32]:
        out = stream.resample_chunk(block if channels > 1 else block[:, 0], last=last)
        return np.asarray(out, np.float32).reshape(-1, channels)

    for block in blocks:
        out = flow(np.ascontiguousarray(block), last=False)
        if len(out):
            yield out
    yield flow(np.empty((0, channels), np.float32), last=True)
