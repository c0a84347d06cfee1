"""Curves as inline SVG; colours come from the page's style, so that they follow light and dark."""

from __future__ import annotations

from voicesim.exports.curves import Curves, apart, last_value, runs
from voicesim.exports.markup import Markup, join, tag
from voicesim.exports.report import clock

WIDTH, HEIGHT = 720.0, 200.0
LEFT, RIGHT, TOP, BOTTOM = 34.0, 84.0, 12.0, 24.0
MARKED_POINTS = 60
"""Beyond so many points, marks would run into one another."""


def chart(curves: Curves) -> Markup:
    """A drawing with a grid, each curve named at its end."""
    end_s = max(curves.duration_s, 1.0)
    parts: list[str] = [_grid(end_s)]
    ends = apart([(name, _y(last_value(points))) for name, points in curves.lines], 15.0)
    for name, points in curves.lines:
        for run in runs(points):
            at = " ".join(f"{_x(seconds, end_s):.1f},{_y(value):.1f}" for seconds, value in run)
            parts.append(tag("polyline", points=at, class_=name))
        for seconds, value in points if len(points) <= MARKED_POINTS else ():
            if value is not None:
                x, y = f"{_x(seconds, end_s):.1f}", f"{_y(value):.1f}"
                parts.append(tag("circle", cx=x, cy=y, r=3, class_=f"mark-{name}"))
        parts.append(tag("text", name, x=WIDTH - RIGHT + 22, y=f"{ends[name] + 4:.1f}"))
        y = f"{ends[name] - 4:.1f}"
        parts.append(tag("rect", x=WIDTH - RIGHT + 8, y=y, width=9, height=9, rx=2, class_=f"mark-{name}"))
    drawing = tag("svg", tag("title", curves.title), *parts, viewBox=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}", role="img")
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


def _x(seconds: float, end_s: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * min(1.0, max(0.0, seconds / end_s))


def _y(value: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - min(1.0, max(0.0, value)))
