"""Progress over weeks: four curves, kinds of customer, and the latest calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import fmean

from voicesim.store import ProgressPoint
from voicesim.web.charts import Chart, score_chart

MEASURES = ("tone", "pace", "warmth", "composure")
MOST_CALLS_DRAWN = 16
"""More calls than this are drawn as weekly means."""


@dataclass(frozen=True)
class KindRow:
    """One kind of customer: calls, and the mean of each measure (None where none was scored)."""

    kind: str
    calls: int
    means: tuple[tuple[str, float | None], ...]


@dataclass(frozen=True)
class Change:
    """One measure now against the start: means of the first and the last calls, up to five each."""

    name: str
    then: float | None
    now: float | None

    @property
    def words(self) -> str:
        """The change in words."""
        if self.then is None or self.now is None:
            return "more calls are needed to tell"
        difference = round(self.now) - round(self.then)
        return (
            "as at the start"
            if difference == 0
            else f"{'up' if difference > 0 else 'down'} {abs(difference)} since the start"
        )


@dataclass(frozen=True)
class ProgressView:
    """The whole page; `by_week` says what a dot is."""

    points: tuple[ProgressPoint, ...]
    chart: Chart | None
    by_week: bool
    changes: tuple[Change, ...]
    kinds: tuple[KindRow, ...]
    latest: tuple[ProgressPoint, ...]


def progress_view(points: Sequence[ProgressPoint]) -> ProgressView:
    """The page for one trainee's calls, oldest first."""
    by_week = len(points) > MOST_CALLS_DRAWN
    groups = _weeks(points) if by_week else [[point] for point in points]
    labels = [f"{group[0].started_at.day} {group[0].started_at:%b}" for group in groups]
    rows = [[_mean(group, name) for group in groups] for name in MEASURES]
    kinds = sorted({point.customer_kind for point in points if point.customer_kind})
    return ProgressView(
        points=tuple(points),
        chart=score_chart([name.capitalize() for name in MEASURES], rows, labels) if points else None,
        by_week=by_week,
        changes=tuple(_change(points, name) for name in MEASURES),
        kinds=tuple(_kind(kind, [p for p in points if p.customer_kind == kind]) for kind in kinds),
        latest=tuple(reversed(points[-12:])),
    )


def _mean(points: Sequence[ProgressPoint], name: str) -> float | None:
    known: list[float] = [value for point in points if (value := getattr(point, name)) is not None]
    return fmean(known) if known else None


def _change(points: Sequence[ProgressPoint], name: str) -> Change:
    scored = [point for point in points if getattr(point, name) is not None]
    size = min(5, len(scored) // 2)
    if not size:
        return Change(name, None, _mean(scored, name))
    return Change(name, _mean(scored[:size], name), _mean(scored[-size:], name))


def _kind(kind: str, points: Sequence[ProgressPoint]) -> KindRow:
    return KindRow(kind, len(points), tuple((name, _mean(points, name)) for name in MEASURES))


def _weeks(points: Sequence[ProgressPoint]) -> list[list[ProgressPoint]]:
    """Calls of one calendar week together, in order."""
    weeks: dict[str, list[ProgressPoint]] = {}
    for point in points:
        monday = point.started_at - timedelta(days=point.started_at.weekday())
        weeks.setdefault(f"{monday:%Y-%m-%d}", []).append(point)
    return list(weeks.values())
