"""Diarisation error rate as NIST's md-eval counts it: missed, false and confused speech over all true speech."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicesim.domain import Span

STEP_S = 0.01


@dataclass(frozen=True)
class DiarisationError:
    """Each a share of the true speech (both voices' seconds added up); `rate` is their sum."""

    missed: float
    false: float
    confused: float

    @property
    def rate(self) -> float:
        """The error rate."""
        return self.missed + self.false + self.confused


def diarisation_error(
    truth: Sequence[Sequence[Span]], found: Sequence[Sequence[Span]], duration_s: float, *, collar_s: float = 0.0
) -> DiarisationError:
    """The error of two found voices against two true ones, whichever way round fits better.

    Overlapped speech counts. `collar_s` leaves out that much on both sides of every true edge (0: nothing).
    """
    real = _grid(truth, duration_s)
    counted = np.ones(len(real), dtype=bool)
    for span in (span for voice in truth for span in voice) if collar_s else ():
        for edge_s in (span.start_s, span.end_s):
            counted[max(0, round((edge_s - collar_s) / STEP_S)) : round((edge_s + collar_s) / STEP_S)] = False
    options = (_error(real[counted], _grid(order, duration_s)[counted]) for order in (found, found[::-1]))
    return min(options, key=lambda error: error.rate)


def _error(real: NDArray[np.bool_], heard: NDArray[np.bool_]) -> DiarisationError:
    in_truth, in_found, right = real.sum(axis=1), heard.sum(axis=1), (real & heard).sum(axis=1)
    speech = max(1, int(in_truth.sum()))
    return DiarisationError(
        missed=float(np.maximum(in_truth - in_found, 0).sum() / speech),
        false=float(np.maximum(in_found - in_truth, 0).sum() / speech),
        confused=float((np.minimum(in_truth, in_found) - right).sum() / speech),
    )


def _grid(voices: Sequence[Sequence[Span]], duration_s: float) -> NDArray[np.bool_]:
    grid = np.zeros((round(duration_s / STEP_S), 2), dtype=bool)
    for voice, spans in enumerate(voices):
        for span in spans:
            grid[round(span.start_s / STEP_S) : round(span.end_s / STEP_S), voice] = True
    return grid
