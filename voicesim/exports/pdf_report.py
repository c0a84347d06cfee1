"""The report as PDF, made by ReportLab (BSD licence, no system libraries); fonts are embedded."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from voicesim.exports.curves import delivery_curves, mood_curves
from voicesim.exports.html_report import change_text
from voicesim.exports.pdf_drawings import ACCENT, LINE, SOFT, Bar, Chart
from voicesim.exports.pdf_fonts import Typeface, typeface_for
from voicesim.exports.report import Line, Report, ScoreBlock, moment, points_text, report_of
from voicesim.exports.takeaway import Takeaway
from voicesim.scoring.words import in_words, measure_name

INK, CUSTOMER = HexColor("#1d2733"), HexColor("#8a4a1d")
MARGIN = 18 * mm
PADDING = 6
"""What ReportLab leaves free on either side of its frame."""


def pdf_report(takeaway: Takeaway) -> bytes:
    """The report on A4 pages, numbered, the same bytes for the same session."""
    report = report_of(takeaway)
    typeface = typeface_for(_all_text(report))
    pages = _Pages(typeface)
    packed = io.BytesIO()
    document = SimpleDocTemplate(
        packed, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN,
        title=typeface.printable(f"{report.title}: {takeaway.trainee}"), author="voicesim", lang="en", invariant=1,
    )  # fmt: skip
    document.build(list(pages.story(report, takeaway)), onFirstPage=pages.number, onLaterPages=pages.number)
    return packed.getvalue()


class _Pages:
    """The story in one typeface. Every text is escaped: ReportLab reads its paragraphs as markup."""

    def __init__(self, typeface: Typeface) -> None:
        self._face = typeface
        plain = ParagraphStyle("plain", fontName=typeface.regular, fontSize=9.5, leading=13.5, textColor=INK)
        self._styles = {
            "plain": plain,
            "soft": ParagraphStyle("soft", plain, textColor=SOFT, fontSize=8.5, leading=12),
            "title": ParagraphStyle("title", plain, fontName=typeface.bold, fontSize=19, leading=24, spaceAfter=6),
            "head": ParagraphStyle(
                "head", plain, fontName=typeface.bold, fontSize=12, leading=16, spaceBefore=14, spaceAfter=5
            ),
            "strong": ParagraphStyle("strong", plain, fontName=typeface.bold),
            "value": ParagraphStyle("value", plain, fontName=typeface.bold, fontSize=19, leading=23),
            "trainee": ParagraphStyle("trainee", plain, fontName=typeface.bold, textColor=ACCENT),
            "customer": ParagraphStyle("customer", plain, fontName=typeface.bold, textColor=CUSTOMER),
        }

    def number(self, canvas: Any, document: Any) -> None:
        """The page's number at its foot."""
        canvas.setFont(self._face.regular, 8)
        canvas.setFillColor(SOFT)
        canvas.drawRightString(A4[0] - MARGIN, 10 * mm, str(document.page))

    def story(self, report: Report, takeaway: Takeaway) -> Iterator[Flowable]:
        """The report from title to method."""
        yield self._say(report.title, "title")
        yield self._table([[self._say(n, "soft"), self._say(v)] for n, v in report.facts], [28 * mm, None], lines=False)
        yield self._say("Scores", "head")
        if report.scores:
            yield self._table([[self._card(block) for block in report.scores]], [None] * 3, lines=False)
        yield self._say(f"Overall: {report.overall}")
        yield from self._advice(report)
        for head, curves in (
            ("How the customer felt", mood_curves(takeaway.session)),
            ("How it was said", delivery_curves(takeaway.session)),
        ):
            if curves is not None:
                yield KeepTogether([self._say(head, "head"), Chart(curves, self._face.regular)])
        yield self._say("The talk", "head")
        yield from (self._line(line) for line in report.lines)
        yield from self._evidence(report)
        yield from self._remarks(report)
        yield from self._method(report)

    def _advice(self, report: Report) -> Iterator[Flowable]:
        if report.advice or report.what_if:
            yield self._say("Next time", "head")
        for number, advice in enumerate(report.advice, start=1):
            where = f" (at {moment(advice.span)})" if advice.span else ""
            quote = [self._say(f"“{advice.quote}”", "soft")] if advice.quote else []
            yield KeepTogether([self._say(f"{number}. {advice.text}{where}"), *quote, Spacer(1, 4)])
        yield from (self._say(line, "soft") for line in report.what_if)

    def _method(self, report: Report) -> Iterator[Flowable]:
        yield self._say("How this was measured", "head")
        yield from (self._say(note, "soft") for note in report.method)
        if self._face.missing:
            sign = self._face.stand_in
            yield self._say(f"Letters this file cannot show are written as {sign}; the HTML report has them.", "soft")

    def _say(self, text: str, style: str = "plain") -> Paragraph:
        return Paragraph(escape(self._face.printable(text)), self._styles[style])

    def _card(self, block: ScoreBlock) -> list[Flowable]:
        value = block.standing.value
        parts: list[Flowable] = [self._say(block.score.name.capitalize(), "strong")]
        if value is not None:
            parts += [self._say(f"{value:.0f}", "value"), Bar(value), Spacer(1, 4)]
        return [*parts, *(self._say(note, "soft") for note in block.notes)]

    def _line(self, line: Line) -> Flowable:
        who = [self._say(line.name, line.party), self._say(moment(line.span), "soft")]
        said = [self._say(line.text), *(self._say(change_text(change), "soft") for change in line.changes)]
        return self._table([[who, said]], [32 * mm, None])

    def _evidence(self, report: Report) -> Iterator[Flowable]:
        blocks = [block for block in report.scores if block.evidence]
        if blocks:
            yield self._say("What the scores rest on", "head")
        for block in blocks:
            rows = [
                [
                    self._say(name, "soft")
                    for name in (block.score.name.capitalize(), "Value", "Band", "Points", "Where")
                ]
            ]
            for one in block.evidence:
                where = moment(one.span) if one.span else "whole call"
                band = [self._say(one.band), self._say(one.source, "soft")]
                name, value = self._say(measure_name(one.measure)), self._say(in_words(one.value, one.unit))
                rows.append([name, value, band, self._say(points_text(one)), self._say(where)])
            yield KeepTogether(self._table(rows, [46 * mm, 26 * mm, None, 16 * mm, 24 * mm]))

    def _remarks(self, report: Report) -> Iterator[Flowable]:
        if report.remarks:
            yield self._say("Remarks", "head")
        for who, text in report.remarks:
            yield self._table([[self._say(who, "strong"), self._say(text)]], [45 * mm, None])

    def _table(self, rows: list[list[Any]], widths: list[float | None], *, lines: bool = True) -> Table:
        style = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]
        style += [("TOPPADDING", (0, 0), (-1, -1), 3), ("BOTTOMPADDING", (0, 0), (-1, -1), 3)]
        ruled = [("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE)] if lines else []
        free = A4[0] - 2 * (MARGIN + PADDING) - sum(width or 0 for width in widths)
        share = free / max(1, widths.count(None))
        fitted = [share if width is None else width for width in widths]
        return Table(rows, fitted, hAlign="LEFT", style=TableStyle([*style, *ruled]), splitInRow=1)


def _all_text(report: Report) -> str:
    texts = [report.title, *(value for _, value in report.facts), *(line.name + line.text for line in report.lines)]
    texts += [change_text(change) for line in report.lines for change in line.changes]
    texts += [f"{advice.text}{advice.quote}" for advice in report.advice] + [
        f"{who}{text}" for who, text in report.remarks
    ]
    texts += [f"{one.quote}{one.band}" for block in report.scores for one in block.evidence]
    return "".join([*texts, *report.what_if, *report.method])
