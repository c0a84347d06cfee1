"""The report as one HTML file: no script, nothing fetched, light and dark, printable."""

from __future__ import annotations

from pathlib import Path

from voicesim.content import data_file
from voicesim.domain import MoodChange
from voicesim.exports.charts import chart
from voicesim.exports.curves import delivery_curves, mood_curves
from voicesim.exports.excerpts import excerpt_uri
from voicesim.exports.markup import Markup, join, tag
from voicesim.exports.report import Line, Report, ScoreBlock, moment, points_text, report_of
from voicesim.exports.takeaway import Takeaway
from voicesim.scoring.words import in_words, measure_name

POLICY = "default-src 'none'; style-src 'unsafe-inline'; media-src data:"
"""The page may show its own style and play its own sound; nothing else ever runs or loads, whatever was said."""


def html_report(takeaway: Takeaway, *, audio: bool = False) -> str:
    """The report; with `audio` each piece of advice carries the seconds of sound it came from."""
    report = report_of(takeaway)
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"{report.title}: {takeaway.trainee}"),
        tag("style", Markup(data_file("exports", "report.css").read_text(encoding="utf-8"))),
    )
    body = tag(
        "main",
        tag("h1", report.title),
        tag("dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in report.facts), class_="facts"),
        _scores(report),
        _advice(report, takeaway.recording if audio else None),
        _curves(takeaway),
        _talk(report),
        _evidence(report),
        _remarks(report),
        tag("footer", tag("h2", "How this was measured"), *(tag("p", note) for note in report.method)),
    )
    return "<!doctype html>\n" + tag("html", head, tag("body", body), lang="en") + "\n"


def _scores(report: Report) -> Markup:
    cards = tag("div", *(_card(block) for block in report.scores), class_="scores")
    return join(tag("h2", "Scores"), cards, tag("p", tag("strong", "Overall: "), report.overall))


def _card(block: ScoreBlock) -> Markup:
    value = block.standing.value
    parts: list[str] = [tag("h3", block.score.name.capitalize())]
    if value is None:
        parts.append(tag("p", "–", class_="value"))
    else:
        parts.append(tag("p", f"{value:.0f}", tag("small", " of 100"), class_="value"))
        parts.append(tag("div", tag("span", style=f"width:{value:.0f}%"), class_="bar"))
    return tag("section", *parts, *(tag("p", note, class_="soft") for note in block.notes), class_="card")


def _advice(report: Report, recording: Path | None) -> Markup:
    if not report.advice and not report.what_if:
        return join()
    items = []
    for advice in report.advice:
        parts: list[str] = [tag("p", advice.text)]
        if advice.quote:
            parts.append(tag("blockquote", f"“{advice.quote}”"))
        if advice.span:
            parts.append(tag("p", f"at {moment(advice.span)}", class_="soft"))
        if uri := excerpt_uri(recording, advice.span):
            parts.append(tag("audio", src=uri, controls="", preload="none", aria_label="This moment of the call"))
        items.append(tag("li", *parts))
    wished = (tag("p", line, class_="soft") for line in report.what_if)
    return join(tag("h2", "Next time"), tag("ol", *items, class_="advice"), *wished)


def _curves(takeaway: Takeaway) -> Markup:
    mood, delivery = mood_curves(takeaway.session), delivery_curves(takeaway.session)
    parts: list[str] = []
    if mood is not None:
        parts += [tag("h2", "How the customer felt"), chart(mood)]
    if delivery is not None:
        parts += [tag("h2", "How it was said"), chart(delivery)]
    return join(*parts)


def _talk(report: Report) -> Markup:
    if not report.lines:
        return join(tag("h2", "The talk"), tag("p", "Nothing was said.", class_="soft"))
    return join(tag("h2", "The talk"), tag("ol", *(_line(line) for line in report.lines), class_="talk"))


def _line(line: Line) -> Markup:
    who = tag("div", line.name, tag("span", moment(line.span), class_="when"), class_="who")
    said: list[str] = [tag("p", line.text)]
    if line.changes:
        said.append(tag("ul", *(tag("li", change_text(change)) for change in line.changes)))
    return tag("li", who, tag("div", *said), class_=line.party)


def change_text(change: MoodChange) -> str:
    """Why the customer's mood moved, and how far."""
    named = (("anger", change.anger), ("patience", change.patience), ("trust", change.trust))
    moved = ", ".join(f"{name} {delta:+.2f}" for name, delta in named if delta)
    quote = f" (“{change.quote}”)" if change.quote else ""
    reason = change.reason.rstrip(".") if quote or moved else change.reason
    return f"{reason}{quote}: {moved}" if moved else f"{reason}{quote}"


def _evidence(report: Report) -> Markup:
    tables = [_table(block) for block in report.scores if block.evidence]
    return join(tag("h2", "What the scores rest on"), *tables) if tables else join()


def _table(block: ScoreBlock) -> Markup:
    names = ("Measure", "Value", "Band", "Points", "Where", "Words", "Source")
    numbers = ("Value", "Points")
    rows = [tag("tr", *(tag("th", name, scope="col", class_="number" if name in numbers else None) for name in names))]
    for one in block.evidence:
        cells = (
            tag("td", measure_name(one.measure)),
            tag("td", in_words(one.value, one.unit), class_="number"),
            tag("td", one.band),
            tag("td", points_text(one), class_="number"),
            tag("td", moment(one.span) if one.span else "whole call"),
            tag("td", one.quote or ""),
            tag("td", one.source, class_="soft"),
        )
        rows.append(tag("tr", *cells))
    return tag("div", tag("table", tag("caption", block.score.name.capitalize()), *rows), class_="scroll", tabindex=0)


def _remarks(report: Report) -> Markup:
    if not report.remarks:
        return join()
    remarks = (tag("li", tag("div", who, class_="who"), tag("div", tag("p", text))) for who, text in report.remarks)
    return join(tag("h2", "Remarks"), tag("ul", *remarks, class_="talk"))
