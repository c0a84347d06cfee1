"""Curves over the call as inline SVG; colours come from the page's style, so that they follow light and dark."""

from __future__ import annotations

from collections.abc import Sequence

from voicesim.domain import Session
from voicesim.exports.markup import Markup, join, tag
from voicesim.exports.report import clock

WIDTH, HEIGHT = 720.0, 200.0
LEFT, RIGHT, TOP, BOTTOM = 34.0, 84.0, 12.0, 24.0
Curve = tuple[str, Sequence[tuple[float, float | None]]]
"""A name and its points (seconds, value 0-1 or None where unknown)."""


def mood_chart(session: Session) -> Markup | None:
    """The customer's anger, patience and trust; None where there is no mood to follow."""
    if not session.turns or session.scenario is None:
        return None
    moods = [(0.0, session.scenario.persona.mood)]
    moods += [((turn.reply_span or turn.customer_span).end_s, turn.mood_after) for turn in session.turns]
    curves: list[Curve] = [
        (name, [(at_s, getattr(mood, name)) for at_s, mood in moods]) for name in ("anger", "patience", "trust")
    ]
    return _chart("The customer’s mood over the call", curves, session.duration_s)


def delivery_chart(session: Session) -> Markup | None:
    """How heated and how warm the delivery was over time; None without at least two stretches."""
    course = session.analysis.delivery.course if session.analysis else ()
    if len(course) < 2:
        return None
    curves: list[Curve] = []
    for name in ("heat", "warmth"):
        points = [((one.span.start_s + one.span.end_s) / 2, getattr(one, name)) for one in course]
        if any(value is not None for _, value in points):
            curves.append((name, points))
    return _chart("The trainee’s delivery over the call", curves, session.duration_s) if curves else None


def _chart(title: str, curves: Sequence[Curve], duration_s: float) -> Markup:
    end_s = max(duration_s, 1.0)
    parts: list[str] = [_grid(end_s)]
    ends = _label_heights([(name, _last(points)) for name, points in curves])
    for name, points in curves:
        for run in _runs(points):
            at = " ".join(f"{_x(seconds, end_s):.1f},{_y(value):.1f}" for seconds, value in run)
            parts.append(tag("polyline", points=at, class_=name))
        for seconds, value in points:
            if value is not None and len(points) <= 60:
                parts.append(
                    tag("circle", cx=f"{_x(seconds, end_s):.1f}", cy=f"{_y(value):.1f}", r=3, class_=f"mark-{name}")
                )
        parts.append(tag("text", name, x=WIDTH - RIGHT + 22, y=f"{ends[name] + 4:.1f}"))
        parts.append(
            tag("rect", x=WIDTH - RIGHT + 8, y=f"{ends[name] - 4:.1f}", width=9, height=9, rx=2, class_=f"mark-{name}")
        )
    drawing = tag("svg", tag("title", title), *parts, viewBox=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}", role="img")
    return tag("figure", drawing, tabindex=0)


def _grid(end_s: float) -> Markup:
    parts = []
    for value in (0.0, 0.5, 1.0):
        y = f"{_y(value):.1f}"
        parts += [tag("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="grid")]
        parts += [tag("text", f"{value:g}", x=LEFT - 8, y=f"{_y(value) + 4:.1f}", text_anchor="end")]
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = f"{_x(share * end_s, end_s):.1f}"
        parts.append(tag("text", clock(share * end_s), x=x, y=HEIGHT - 6, text_anchor="middle"))
    return join(*parts)


def _runs(points: Sequence[tuple[float, float | None]]) -> list[list[tuple[float, float]]]:
    """The points cut where a value is unknown: a gap is shown as a gap."""
    runs: list[list[tuple[float, float]]] = [[]]
    for seconds, value in points:
        if value is None:
            runs.append([])
        else:
            runs[-1].append((seconds, value))
    return [run for run in runs if len(run) > 1]


def _last(points: Sequence[tuple[float, float | None]]) -> float:
    return next((value for _, value in reversed(points) if value is not None), 0.0)


def _label_heights(ends: list[tuple[str, float]], apart: float = 15.0) -> dict[str, float]:
    """Where each curve's name stands: beside its end, but never on another name."""
    heights: dict[str, float] = {}
    lowest = -apart
    for name, value in sorted(ends, key=lambda end: -end[1]):
        lowest = max(_y(value), lowest + apart)
        heights[name] = lowest
    return heights


def _x(seconds: float, end_s: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * min(1.0, max(0.0, seconds / end_s))


def _y(value: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - min(1.0, max(0.0, value)))
