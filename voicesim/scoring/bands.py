"""Bands: how much credit a value earns, and how a band is written down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from voicesim.domain import Band, Rubric
from voicesim.scoring.context import CustomerContext

Side = Literal["low", "high"]


def credit(band: Band, value: float) -> float:
    """Credit 0-1: 1 inside good_low..good_high, 0 beyond the zero edges, straight lines between."""
    if band.good_low is not None and value < band.good_low:
        return _slope(value, band.good_low, band.zero_low)
    if band.good_high is not None and value > band.good_high:
        return _slope(value, band.good_high, band.zero_high)
    return 1.0


def side(band: Band, value: float) -> Side | None:
    """Which edge of the good range the value lies beyond."""
    if band.good_low is not None and value < band.good_low:
        return "low"
    if band.good_high is not None and value > band.good_high:
        return "high"
    return None


def nearest_good(band: Band, value: float) -> float:
    """The nearest value that earns full credit."""
    if side(band, value) == "low" and band.good_low is not None:
        return band.good_low
    if side(band, value) == "high" and band.good_high is not None:
        return band.good_high
    return value


def band_text(band: Band) -> str:
    """The good range, e.g. "120-160", "at most 1.2", "at least 1"."""
    low, high = band.good_low, band.good_high
    if low is not None and high is not None:
        return f"{low:g}-{high:g}"
    if high is not None:
        return f"at most {high:g}"
    return f"at least {low:g}" if low is not None else "any"


def kinds_of(context: CustomerContext | None, rubric: Rubric) -> tuple[str, ...]:
    """The kinds of customer that adjust the rubric, the one that weighs most last."""
    if context is None:
        return ()
    kinds = [context.style.value] if context.style else []
    if context.anger >= rubric.settings["angry_from"]:
        kinds.append("angry")
    if context.hurry >= rubric.settings["hurried_from"]:
        kinds.append("hurried")
    if context.distressed:
        kinds.append("distressed")
    return tuple(kinds)


def bands_for(rubric: Rubric, context: CustomerContext | None) -> dict[str, Band]:
    """The rubric's bands as they stand for this customer."""
    bands = dict(rubric.bands)
    for kind in kinds_of(context, rubric):
        bands |= rubric.adjustments.get(kind, {})
    return bands


@dataclass(frozen=True)
class Part:
    """One measure's part in a score."""

    measure: str
    weight: float
    credit: float


def weighted(parts: list[Part]) -> float | None:
    """The score 0-100: the mean of the parts' credit by weight, times 100; None without any weight."""
    total = sum(part.weight for part in parts)
    return 100.0 * sum(part.weight * part.credit for part in parts) / total if total > 0 else None


def with_credit(parts: list[Part], measure: str, value: float) -> list[Part]:
    """The same parts with another credit for one measure."""
    return [replace(part, credit=value) if part.measure == measure else part for part in parts]


def _slope(value: float, good: float, zero: float | None) -> float:
    if zero is None or zero == good:
        return 0.0
    return min(1.0, max(0.0, (zero - value) / (zero - good)))
