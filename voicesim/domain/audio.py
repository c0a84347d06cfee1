"""Sound and stretches of time."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of time, `start_s <= end_s`, in seconds from the start of its timeline."""

    start_s: float
    end_s: float

    def __post_init__(self) -> None:
        if not self.start_s <= self.end_s:
            raise ValueError(f"a span cannot end ({self.end_s} s) before it starts ({self.start_s} s)")

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s

    def overlap_s(self, other: Span) -> float:
        """Seconds shared with `other`; 0.0 when they are apart."""
        return max(0.0, min(self.end_s, other.end_s) - max(self.start_s, other.start_s))

    def shifted(self, offset_s: float) -> Span:
        """The same stretch, `offset_s` later."""
        return Span(self.start_s + offset_s, self.end_s + offset_s)


@dataclass(frozen=True, eq=False)
class Recording:
    """Sampled sound.

    `samples` is float32, shape (n,) for one channel or (n, channels), nominally in [-1, 1]. `source` says where it came
    from (a file name or a device), `decoder` which decoder read it.
    """

    samples: NDArray[np.float32]
    sample_rate_hz: int
    source: str = ""
    decoder: str = ""

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.sample_rate_hz

    @property
    def channels(self) -> int:
        """Number of channels."""
        return 1 if self.samples.ndim == 1 else self.samples.shape[1]

    def channel(self, index: int) -> Recording:
        """One channel as a mono recording."""
        if self.samples.ndim == 1:
            if index != 0:
                raise IndexError(f"a mono recording has no channel {index}")
            return self
        return replace(self, samples=np.ascontiguousarray(self.samples[:, index]))

    def mono(self) -> Recording:
        """All channels averaged into one."""
        if self.samples.ndim == 1:
            return self
        return replace(self, samples=self.samples.mean(axis=1, dtype=np.float32))

    def slice(self, span: Span) -> Recording:
        """The samples inside `span`, clipped to what exists."""
        first = max(0, round(span.start_s * self.sample_rate_hz))
        last = max(first, round(span.end_s * self.sample_rate_hz))
        return replace(self, samples=self.samples[first:last])
