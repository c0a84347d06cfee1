"""A scored call as plain rows of the three tables, with spoken numbers taken out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from voicesim.batch.hear_call import HeardCall
from voicesim.batch.schema import CALLS, EVIDENCE, SCHEMA_VERSION, TURNS, Column
from voicesim.batch.sources import CallSource
from voicesim.domain import Analysis, Score, Session, Span, Transcript
from voicesim.measures import measures

Row = dict[str, Any]


@dataclass(frozen=True)
class FileFacts:
    """What the recording was before it was brought to the working rate."""

    decoder: str
    sample_rate_hz: int
    channels: int


@dataclass(frozen=True, eq=False)
class CallRows:
    """What is kept of one call. `session` and `removed` (spans of spoken numbers) only where it is to be stored."""

    call: Row
    turns: tuple[Row, ...] = ()
    evidence: tuple[Row, ...] = ()
    session: Session | None = None
    removed: tuple[Span, ...] = ()


def failed_rows(source: CallSource, error: str) -> CallRows:
    """The row of a call that could not be scored."""
    return CallRows(_filled(CALLS, {**_listed(source), "error": " ".join(error.split())}) | _carried(source))


def scored_rows(
    source: CallSource, facts: FileFacts, heard: HeardCall, analysis: Analysis, customer: Transcript, removed: int
) -> CallRows:
    """The rows of a scored call; `analysis` and `customer` have had their spoken numbers taken out."""
    card, delivery = analysis.scores, analysis.delivery
    values: Row = {
        **_listed(source),
        **measures(analysis),
        "decoder": facts.decoder,
        "sample_rate_hz": facts.sample_rate_hz,
        "channels": facts.channels,
        "agent_channel": heard.channel,
        "agent_channel_by": heard.by,
        "agent_channel_certainty": heard.certainty,
        "overall": card.overall,
        "heat": delivery.heat,
        "liveliness": delivery.liveliness,
        "warmth_heard": delivery.warmth,
        "delivery_certainty": delivery.certainty,
        "delivery_method": delivery.method,
        "delivery_reason": delivery.reason,
        "numbers_removed": removed,
        "timing_reason": heard.timing.reason,
        "advice": "\n".join(advice.text for advice in card.advice),
        "warnings": "\n".join(analysis.signal.warnings),
        "agent_text": analysis.transcript.text,
        "customer_text": customer.text,
        "recogniser": analysis.transcript.engine,
        "rubric": card.rubric,
        "rubric_version": card.rubric_version,
    }
    for score in (card.tone, card.pace, card.warmth):
        values |= {score.name: score.value, f"{score.name}_reason": score.reason}
    return CallRows(
        _filled(CALLS, values) | _carried(source),
        tuple(_turn_rows(source, heard, analysis.transcript, customer)),
        tuple(_evidence_rows(source, analysis)),
    )


def _turn_rows(source: CallSource, heard: HeardCall, agent: Transcript, customer: Transcript) -> Iterator[Row]:
    gaps = {round(gap.span.end_s, 3): gap.gap_s for gap in heard.timing.response_gaps}
    turns = [("agent", span, agent) for span in heard.timing.trainee_turns]
    turns += [("customer", span, customer) for span in heard.timing.customer_turns]
    for number, (party, span, said) in enumerate(sorted(turns, key=lambda t: (t[1], t[0])), start=1):
        words = said.within(span)
        gap_s = gaps.get(round(span.start_s, 3)) if party == "agent" else None
        yield _filled(
            TURNS,
            {
                "call": source.location,
                "turn": number,
                "party": party,
                "start_s": span.start_s,
                "end_s": span.end_s,
                "response_gap_s": gap_s,
                "words": len(words.words),
                "text": words.text,
            },
        )


def _evidence_rows(source: CallSource, analysis: Analysis) -> Iterator[Row]:
    scores: tuple[Score, ...] = (analysis.scores.tone, analysis.scores.pace, analysis.scores.warmth)
    for score in scores:
        for e in score.evidence:
            values = {"measure": e.measure, "value": e.value, "unit": e.unit, "band": e.band, "source": e.source}
            values |= {"effect": e.effect, "quote": e.quote, **_seconds(e.span)}
            yield _filled(EVIDENCE, {"call": source.location, "score": score.name, **values})
    for finding in analysis.wording.findings:
        values = {"measure": finding.behaviour, "quote": finding.quote, **_seconds(finding.span)}
        yield _filled(EVIDENCE, {"call": source.location, "unit": "said", **values})


def _seconds(span: Span | None) -> Mapping[str, float | None]:
    return {"start_s": span.start_s if span else None, "end_s": span.end_s if span else None}


def _listed(source: CallSource) -> Row:
    return {"call": source.location, "agent": source.agent, "customer": source.customer}


def _carried(source: CallSource) -> Row:
    """A manifest's further columns; one named like a column of ours is carried as `manifest_NAME`."""
    ours = {column.name for column in CALLS}
    return {f"manifest_{name}" if name in ours else name: value for name, value in source.extra.items()}


def _filled(columns: tuple[Column, ...], values: Mapping[str, Any]) -> Row:
    """Exactly the table's columns, in order, as plain Python values; numbers to a ten-thousandth."""
    row = {column.name: _plain(column, values.get(column.name)) for column in columns}
    return row | {"schema_version": SCHEMA_VERSION} if "schema_version" in row else row


def _plain(column: Column, value: Any) -> Any:
    if value is None:
        return None
    if column.kind == "number":
        return round(float(value), 4)
    return int(value) if column.kind == "count" else str(value)
