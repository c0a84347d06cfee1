"""Tables for a spreadsheet: everything about one call, a fact a row; or many calls, a call a row.

UTF-8 with a byte order mark, so that spreadsheets read names right. A text that a spreadsheet would run as a formula is
written with an apostrophe before it (OWASP, CSV injection). Pitch and loudness contours are not in the table: they
have a hundred values a second.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from enum import Enum
from typing import Any

from voicesim.domain import Analysis, Judgements, ScoreCard, ScoreVersion, Session, Span, Turn
from voicesim.exports.takeaway import Takeaway, utterances
from voicesim.scoring import standing_scores
from voicesim.store import SessionSummary

COLUMNS = (
    "session_id", "row", "party", "name", "start_s", "end_s", "value", "unit", "band", "effect", "text", "reason",
    "source", "author", "made_at",
)  # fmt: skip
Row = dict[str, Any]


def session_table(takeaway: Takeaway) -> str:
    """One call: facts, scores with evidence and as they stand, measures, words, turns, moods, judgements, in order."""
    session = takeaway.session
    rows: list[Row] = [*_facts(takeaway), *_versions(takeaway.history, session.scores)]
    if session.scores is not None:
        rows += _standing(session.scores, takeaway.judgements)
    if session.analysis is not None:
        rows += [*_measures(session.analysis), *_delivery(session.analysis), *_behaviours(session.analysis)]
    rows += [*_said(takeaway), *_timing(session)]
    for turn in session.turns if session.scenario is not None else ():  # a recorded customer's mood is not known
        rows += _moods(turn)
    rows += _judgements(takeaway.judgements)
    return _written(COLUMNS, ({"session_id": session.id, **row} for row in rows))


def sessions_table(summaries: Iterable[SessionSummary]) -> str:
    """Many calls: a row each, with the columns of `SessionSummary`."""
    names = [field.name for field in fields(SessionSummary)]
    return _written(names, ({name: getattr(summary, name) for name in names} for summary in summaries))


def _facts(takeaway: Takeaway) -> Iterator[Row]:
    session = takeaway.session
    facts: Mapping[str, object] = {
        "title": takeaway.title,
        "customer": takeaway.customer,
        "trainee": session.trainee,
        "kind": session.kind,
        "scenario_id": session.scenario_id,
        "started_at": session.started_at,
        "ending": session.ending.ending,
        "ending_detail": session.ending.detail,
        "recording": session.recording_path,
    }
    yield from ({"row": "call", "name": name, "text": text} for name, text in facts.items())
    yield {"row": "call", "name": "duration", "value": session.duration_s, "unit": "s"}


def _versions(history: tuple[ScoreVersion, ...], card: ScoreCard | None) -> Iterator[Row]:
    for version in history:
        source = f"{version.card.rubric} {version.card.rubric_version}, scorecard {version.number}"
        yield from (
            {**row, "source": row.get("source") or source, "made_at": version.made_at} for row in _card(version.card)
        )
    if not history and card is not None:
        yield from _card(card)


def _standing(card: ScoreCard, judgements: Judgements) -> Iterator[Row]:
    """The scores that are not as they were measured."""
    standing = standing_scores(card, judgements)
    for score in (*standing.three, standing.overall):
        if score.note:
            yield {"row": "score as it stands", "name": score.name, "value": score.value, "reason": score.note}


def _card(card: ScoreCard) -> Iterator[Row]:
    for score in card.scores:
        yield {"row": "score", "name": score.name, "value": score.value, "reason": score.reason}
        for one in score.evidence:
            yield {
                "row": f"evidence for {score.name}", "name": one.measure, "value": one.value, "unit": one.unit,
                "band": one.band, "effect": one.effect, "text": one.quote, "source": one.source, **_span(one.span),
            }  # fmt: skip
    yield {"row": "score", "name": "overall", "value": card.overall}
    for advice in card.advice:
        quoted = f'{advice.text} ("{advice.quote}")' if advice.quote else advice.text
        yield {"row": "advice", "name": advice.measure, "effect": advice.gain, "text": quoted, **_span(advice.span)}
    yield from ({"row": "what if", "text": text} for text in card.what_if)


def _measures(analysis: Analysis) -> Iterator[Row]:
    """Every single number measured; the unit is the end of its name."""
    for part in (analysis.pace, analysis.prosody, analysis.signal):
        reason = getattr(part, "reason", None)
        for field in fields(part):
            value = getattr(part, field.name)
            if value is None or isinstance(value, int | float):
                yield {
                    "row": "measure",
                    "name": field.name,
                    "value": value,
                    "reason": reason if value is None else None,
                }
    yield from ({"row": "cue", "name": name, "value": value} for name, value in analysis.prosody.cues.items())
    yield from ({"row": "signal warning", "text": text} for text in analysis.signal.warnings)
    for span, rate_wpm in analysis.pace.rate_course:
        yield {"row": "rate", "value": rate_wpm, "unit": "wpm", **_span(span)}


def _delivery(analysis: Analysis) -> Iterator[Row]:
    delivery = analysis.delivery
    for name in ("heat", "liveliness", "warmth", "certainty"):
        reason, source = delivery.reason, f"{delivery.method} against {delivery.against}"
        yield {"row": "delivery", "name": name, "value": getattr(delivery, name), "reason": reason, "source": source}
    for cue in delivery.cues:
        text = "" if cue.baseline is None else f"own resting value {cue.baseline:.4g}"
        yield {
            "row": f"cue towards {cue.towards}", "name": cue.name, "value": cue.value, "unit": cue.unit,
            "effect": cue.contribution, "text": text,
        }  # fmt: skip
    for moment in delivery.course:
        for name in ("heat", "liveliness", "warmth"):
            yield {"row": "delivery over time", "name": name, "value": getattr(moment, name), **_span(moment.span)}


def _behaviours(analysis: Analysis) -> Iterator[Row]:
    for one in analysis.wording.findings:
        yield {"row": "behaviour", "name": one.behaviour, "value": one.confidence, "text": one.quote, **_span(one.span)}


def _said(takeaway: Takeaway) -> Iterator[Row]:
    for one in utterances(takeaway.session):
        name = takeaway.name_of(one.party)
        yield {"row": "utterance", "party": one.party, "name": name, "text": one.text, **_span(one.span)}
        for word in one.words:
            value = word.confidence
            yield {
                "row": "word",
                "party": one.party,
                "name": name,
                "value": value,
                "text": word.text,
                **_span(word.span),
            }


def _timing(session: Session) -> Iterator[Row]:
    timing = session.timing
    if timing is None:
        return
    for name in ("talk_share", "overlap_share", "silence_share", "longest_monologue_s"):
        yield {"row": "timing", "name": name, "value": getattr(timing, name), "reason": timing.reason}
    for gap in timing.response_gaps:
        yield {"row": "response gap", "party": "trainee", "value": gap.gap_s, "unit": "s", **_span(gap.span)}
    for overlap in timing.overlaps or ():
        yield {"row": "overlap", "party": overlap.by, "name": overlap.kind, **_span(overlap.span)}
    for silence in timing.dead_air:
        text = "announced" if silence.announced else ""
        yield {"row": "dead air", "name": silence.severity, "text": text, **_span(silence.span)}


def _moods(turn: Turn) -> Iterator[Row]:
    where = _span(turn.reply_span or turn.customer_span)
    for name in ("anger", "patience", "trust"):
        yield {"row": "mood", "party": "customer", "name": name, "value": getattr(turn.mood_after, name), **where}
    for change in turn.changes:
        for name in ("anger", "patience", "trust"):
            if delta := getattr(change, name):
                yield {
                    "row": f"mood change: {name}", "party": "customer", "name": change.behaviour, "effect": delta,
                    "reason": change.reason, "text": change.quote, **_span(change.span),
                }  # fmt: skip


def _judgements(judgements: Judgements) -> Iterator[Row]:
    for comment in judgements.comments:
        row: Row = {"row": "comment", "text": comment.text, "author": comment.author, "made_at": comment.made_at}
        yield row | _span(comment.span)
    for one in judgements.overrides:
        text = "withdrawn" if one.value is None else "" if one.measured is None else f"measured {one.measured:g}"
        yield {
            "row": "override", "name": one.score, "value": one.value, "text": text, "reason": one.reason,
            "author": one.author, "made_at": one.made_at, "source": one.rubric_version,
        }  # fmt: skip
    for example in judgements.examples:
        name = "good" if example.good else "to avoid"
        row = {
            "row": "example",
            "name": name,
            "text": example.why,
            "author": example.author,
            "made_at": example.made_at,
        }
        yield row | _span(example.span)


def _span(span: Span | None) -> Row:
    return {} if span is None else {"start_s": span.start_s, "end_s": span.end_s}


def _written(columns: Iterable[str], rows: Iterable[Row]) -> str:
    names = list(columns)
    text = io.StringIO()
    text.write("\ufeff")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in names])
    return text.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return _cell(" ".join(map(str, value)))
    text = str(value.value if isinstance(value, Enum) else value).replace("\0", "")
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else text
