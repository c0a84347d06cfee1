"""The call's sound, on disk while it is being spoken and at hand for whoever listens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicesim.domain import Recording, Span
from voicesim.errors import StoreError
from voicesim.ports import LineBlock

CUSTOMER, TRAINEE = 0, 1
"""Channels of the recording."""
_STREAMINFO_BLOCK_SIZE = slice(10, 12)
_STREAMINFO_SAMPLES = 21
"""Where FLAC keeps its largest block size (16 bit) and its count of samples (36 bit; four bits of it in byte 21)."""
_USUAL_FRAME = 4096
"""Samples in a FLAC frame; the file says whether it is another number."""
_FIRST_ROOM_S = 60.0
SILENCE_DB = -90.0
"""The level of digital silence, and the least that is told."""


class CallRecorder:
    """Two channels of one timeline, written as FLAC (16 bit) block by block.

    FLAC's header normally tells the length when the file is closed. Here it is kept up to date while the file grows:
    after a crash or `kill -9` any program can read the file, and at most half a second is lost.
    """

    def __init__(self, path: Path, sample_rate_hz: int) -> None:
        """Begin a recording. Raises StoreError when the file cannot be written."""
        self.path, self.sample_rate_hz = path, sample_rate_hz
        self._samples = np.zeros((2, round(_FIRST_ROOM_S * sample_rate_hz)), dtype=np.float32)
        self._count = 0
        self._told, self._frame = 0, _USUAL_FRAME
        self._file: Any = None
        import soundfile

        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = soundfile.SoundFile(path, "w", sample_rate_hz, 2, format="FLAC", subtype="PCM_16")
        except (OSError, RuntimeError) as error:
            raise StoreError(f"{path}: the recording cannot be written ({error})") from error

    @property
    def duration_s(self) -> float:
        """Seconds recorded so far."""
        return self._count / self.sample_rate_hz

    def write(self, block: LineBlock) -> None:
        """Add one block. Raises StoreError when the disk takes no more."""
        both = np.stack([block.played, block.heard])
        end = self._count + both.shape[1]
        if end > self._samples.shape[1]:
            self._samples = np.concatenate([self._samples, np.zeros_like(self._samples)], axis=1)
        self._samples[:, self._count : end] = both
        self._count = end
        try:
            self._file.write(np.clip(both.T, -1.0, 1.0))
            self._tell_length()
        except (OSError, RuntimeError) as error:
            raise StoreError(f"{self.path}: the recording cannot be written any further ({error})") from error

    def channel(self, channel: int, span: Span | None = None) -> Recording:
        """A copy of one channel, or of a stretch of it, as far as it is recorded."""
        first, last = 0, self._count
        if span is not None:
            first = max(0, round(span.start_s * self.sample_rate_hz))
            last = min(self._count, max(first, round(span.end_s * self.sample_rate_hz)))
        return Recording(self._samples[channel, first:last].copy(), self.sample_rate_hz, source=self.path.name)

    def level_db(self, channel: int, last_s: float = 0.1) -> float:
        """RMS level of the last moments of a channel, dB full scale, `SILENCE_DB` at least."""
        tail = self._samples[channel, max(0, self._count - round(last_s * self.sample_rate_hz)) : self._count]
        return rms_db(tail)

    def close(self) -> None:
        """Finish the file; safe to call twice."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _tell_length(self) -> None:
        """Write the count of samples in complete FLAC frames into the header, through a handle of its own."""
        complete = (self._count - 1) // self._frame * self._frame  # the encoder looks one sample ahead
        if complete <= self._told:
            return
        with self.path.open("r+b") as header:
            start = header.read(_STREAMINFO_SAMPLES + 1)
            frame = int.from_bytes(start[_STREAMINFO_BLOCK_SIZE], "big")
            if len(start) <= _STREAMINFO_SAMPLES or frame != self._frame:
                self._frame = frame or self._frame
                return
            kept_bits = start[_STREAMINFO_SAMPLES] & 0xF0
            header.seek(_STREAMINFO_SAMPLES)
            header.write((kept_bits << 32 | complete).to_bytes(5, "big"))
        self._told = complete


def rms_db(samples: NDArray[np.float32]) -> float:
    """RMS level in dB full scale, `SILENCE_DB` at least."""
    if not len(samples):
        return SILENCE_DB
    power = float(np.mean(np.square(samples, dtype=np.float64)))
    return max(SILENCE_DB, 10.0 * float(np.log10(power))) if power > 0 else SILENCE_DB
