"""Small plots as numbers for SVG: the templates draw them, style sheets colour them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voicesim.domain import Mood, Turn

WIDTH, HEIGHT = 720, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 36, 96, 14, 30


@dataclass(frozen=True)
class Line:
    """One named line: SVG path data, its dots, and where its name stands at the end."""

    name: str
    path: str
    dots: tuple[tuple[float, float], ...]
    end: tuple[float, float]


@dataclass(frozen=True)
class Chart:
    """Lines over a common x axis; `ticks` are (x, text), `rules` are (y, text)."""

    lines: tuple[Line, ...]
    ticks: tuple[tuple[float, str], ...]
    rules: tuple[tuple[float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def bottom(self) -> float:
        """Where the plot's ground lies."""
        return self.height - _BOTTOM

    @property
    def left(self) -> float:
        """Where the plot begins, right of the scale."""
        return float(_LEFT)

    @property
    def right(self) -> float:
        """Where the plot ends and the names begin."""
        return self.width - _RIGHT


def _x(index: int, count: int) -> float:
    span = WIDTH - _LEFT - _RIGHT
    return _LEFT + 10 + (span - 20) * (index / (count - 1) if count > 1 else 0.5)


def _y(share: float) -> float:
    return _TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - min(1.0, max(0.0, share)))


def _line(name: str, shares: Sequence[float | None]) -> Line:
    dots = [(_x(i, len(shares)), _y(v)) if v is not None else None for i, v in enumerate(shares)]
    path, pen_down = [], False
    for dot in dots:
        if dot is None:
            pen_down = False
            continue
        path.append(f"{'L' if pen_down else 'M'}{dot[0]:.1f} {dot[1]:.1f}")
        pen_down = True
    seen = tuple((round(d[0], 1), round(d[1], 1)) for d in dots if d is not None)
    return Line(name, " ".join(path), seen, seen[-1] if seen else (0.0, 0.0))


def _apart(lines: Sequence[Line], gap: float = 16.0) -> tuple[Line, ...]:
    """The same lines with their end names moved so that none covers another."""
    order = sorted(range(len(lines)), key=lambda i: lines[i].end[1])
    heights: dict[int, float] = {}
    last = -gap
    for i in order:
        last = heights[i] = max(lines[i].end[1], last + gap)
    spill = max(0.0, last - (HEIGHT - _BOTTOM))
    return tuple(
        Line(line.name, line.path, line.dots, (line.end[0], round(heights[i] - spill, 1)))
        for i, line in enumerate(lines)
    )


def mood_chart(start: Mood, turns: Sequence[Turn]) -> Chart:
    """The customer's anger, patience and trust from the start of the call and after every turn."""
    moods = [start, *(turn.mood_after for turn in turns)]
    lines = [
        _line("Anger", [m.anger for m in moods]),
        _line("Patience", [m.patience for m in moods]),
        _line("Trust", [m.trust for m in moods]),
    ]
    every = max(1, len(moods) // 14)
    ticks = [(round(_x(i, len(moods)), 1), "ring" if i == 0 else str(i)) for i in range(0, len(moods), every)]
    return Chart(_apart(lines), tuple(ticks), ((_y(0.0), "none"), (_y(0.5), ""), (_y(1.0), "full")))


def score_chart(names: Sequence[str], rows: Sequence[Sequence[float | None]], labels: Sequence[str]) -> Chart:
    """Scores 0-100 over time: one row of values for every name, one label for every column."""
    lines = [_line(name, [None if v is None else v / 100 for v in row]) for name, row in zip(names, rows, strict=True)]
    kept = [line for line in lines if line.dots]
    every = max(1, len(labels) // 7)
    ticks = [(round(_x(i, len(labels)), 1), labels[i]) for i in range(0, len(labels), every)]
    return Chart(_apart(kept), tuple(ticks), tuple((_y(v / 100), str(v)) for v in (0, 50, 100)))
