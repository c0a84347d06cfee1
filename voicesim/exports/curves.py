"""Curves over a call that reports draw: the customer's mood, the trainee's delivery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voicesim.domain import Session

Points = Sequence[tuple[float, float | None]]
"""(seconds, value 0-1, None where unknown), in order of time."""


@dataclass(frozen=True)
class Curves:
    """Named curves of one drawing."""

    title: str
    lines: tuple[tuple[str, Points], ...]
    duration_s: float


def mood_curves(session: Session) -> Curves | None:
    """The customer's anger, patience and trust; None where there is no mood to follow."""
    if not session.turns or session.scenario is None:
        return None
    moods = [(0.0, session.scenario.persona.mood)]
    moods += [((turn.reply_span or turn.customer_span).end_s, turn.mood_after) for turn in session.turns]
    names = ("anger", "patience", "trust")
    lines = tuple((name, [(at_s, getattr(mood, name)) for at_s, mood in moods]) for name in names)
    return Curves("The customer’s mood over the call", lines, session.duration_s)


def delivery_curves(session: Session) -> Curves | None:
    """How heated and how warm the delivery was; None without at least two stretches."""
    course = session.analysis.delivery.course if session.analysis else ()
    lines = []
    for name in ("heat", "warmth") if len(course) > 1 else ():
        points = [((one.span.start_s + one.span.end_s) / 2, getattr(one, name)) for one in course]
        if any(value is not None for _, value in points):
            lines.append((name, points))
    return Curves("The trainee’s delivery over the call", tuple(lines), session.duration_s) if lines else None


def runs(points: Points) -> list[list[tuple[float, float]]]:
    """The points cut where a value is unknown: a gap is shown as a gap."""
    found: list[list[tuple[float, float]]] = [[]]
    for seconds, value in points:
        if value is None:
            found.append([])
        else:
            found[-1].append((seconds, value))
    return [run for run in found if len(run) > 1]


def last_value(points: Points) -> float:
    """The last known value, 0 where there is none."""
    return next((value for _, value in reversed(points) if value is not None), 0.0)


def apart(wanted: Sequence[tuple[str, float]], distance: float) -> dict[str, float]:
    """Heights (downwards) for names beside their curves, moved down where one would stand on another."""
    heights: dict[str, float] = {}
    lowest = float("-inf")
    for name, height in sorted(wanted, key=lambda one: one[1]):
        lowest = max(height, lowest + distance)
        heights[name] = lowest
    return heights
