"""What a PDF report draws: a score as a bar, curves over the call."""

from __future__ import annotations

from itertools import pairwise

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from voicesim.exports.curves import Curves, apart, last_value, runs
from voicesim.exports.report import clock

LINE, SOFT, ACCENT = HexColor("#dde3ea"), HexColor("#5a6675"), HexColor("#0b6e75")
COLOURS = {"anger": "#b3402a", "heat": "#b3402a", "patience": "#2a6cb0", "trust": "#2e7d4f", "warmth": "#2e7d4f"}
BAR_WIDTH, BAR_HEIGHT = 45 * mm, 2.4 * mm
CHART_WIDTH, CHART_HEIGHT = 165 * mm, 38 * mm
LEFT, RIGHT, BOTTOM = 9 * mm, 24 * mm, 6 * mm


class Bar(Flowable):  # type: ignore[misc]
    """A score as a bar, 0-100."""

    def __init__(self, value: float) -> None:
        super().__init__()
        self.value, self.width, self.height = value, BAR_WIDTH, BAR_HEIGHT

    def draw(self) -> None:
        """Draw the track, then the value."""
        for colour, width in ((LINE, self.width), (ACCENT, self.width * self.value / 100)):
            long = max(width, 0.1)
            self.canv.setFillColor(colour)
            self.canv.roundRect(0, 0, long, self.height, min(self.height, long) / 2, stroke=0, fill=1)


class Chart(Flowable):  # type: ignore[misc]
    """Curves with a grid, each named at its end in a font that is registered."""

    def __init__(self, curves: Curves, font: str) -> None:
        super().__init__()
        self.curves, self.font = curves, font
        self.width, self.height = CHART_WIDTH, CHART_HEIGHT
        self._end_s = max(curves.duration_s, 1.0)

    def draw(self) -> None:
        """Draw the grid, then each curve and its name."""
        canvas = self.canv
        canvas.setFont(self.font, 7.5)
        self._grid()
        ends = apart([(name, -self._y(last_value(points))) for name, points in self.curves.lines], 9.0)
        for name, points in self.curves.lines:
            canvas.setStrokeColor(HexColor(COLOURS[name]))
            canvas.setFillColor(HexColor(COLOURS[name]))
            canvas.setLineWidth(1.4)
            for run in runs(points):
                at = [(self._x(seconds), self._y(value)) for seconds, value in run]
                canvas.lines([(*start, *end) for start, end in pairwise(at)])
            canvas.drawString(self.width - RIGHT + 6, -ends[name] - 2.5, name)

    def _grid(self) -> None:
        canvas = self.canv
        canvas.setStrokeColor(LINE)
        canvas.setFillColor(SOFT)
        canvas.setLineWidth(0.5)
        for value in (0.0, 0.5, 1.0):
            y = self._y(value)
            canvas.line(LEFT, y, self.width - RIGHT, y)
            canvas.drawRightString(LEFT - 4, y - 2.5, f"{value:g}")
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            canvas.drawCentredString(self._x(share * self._end_s), 2, clock(share * self._end_s))

    def _x(self, seconds: float) -> float:
        return float(LEFT + (CHART_WIDTH - LEFT - RIGHT) * min(1.0, max(0.0, seconds / self._end_s)))

    def _y(self, value: float) -> float:
        return float(BOTTOM + (CHART_HEIGHT - BOTTOM - 6) * min(1.0, max(0.0, value)))
