"""Recording from a line without a call: the baseline reading, a headset check."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from voicesim.content import data_file
from voicesim.domain import Recording
from voicesim.ports import AudioLine

READING_S = 20.0
"""A baseline reading: long enough for pitch, loudness and voice quality to settle."""


def reading_text() -> str:
    """What is read aloud once for the baseline."""
    return data_file("reading.txt").read_text(encoding="utf-8").strip()


def record(line: AudioLine, duration_s: float, on_progress: Callable[[float], None] | None = None) -> Recording:
    """What the microphone hears for `duration_s`, mono; the line is opened and closed.

    `on_progress` is told the seconds recorded so far: 0 once the line is open, then after each block.
    Raises DeviceError.
    """
    blocks: list[np.ndarray[tuple[int], np.dtype[np.float32]]] = []
    wanted = round(duration_s * line.sample_rate_hz)
    heard = 0
    line.start()
    try:
        if on_progress is not None:
            on_progress(0.0)
        while heard < wanted:
            block = line.next_block().heard
            blocks.append(block)
            heard += len(block)
            if on_progress is not None:
                on_progress(min(duration_s, heard / line.sample_rate_hz))
    finally:
        line.stop()
    samples = np.concatenate(blocks)[:wanted] if blocks else np.zeros(0, dtype=np.float32)
    return Recording(samples, line.sample_rate_hz, source=line.name)
