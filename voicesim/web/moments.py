"""Moments of a call worth hearing: a stretch of the trainee's speech and the customer's line before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from voicesim.domain import Session, Span, Turn

_LEAD_S, _TAIL_S = 0.25, 0.4
_LONGEST_S = 100.0
_LONGEST_MOMENT_S, _WHOLE_SHARE = 30.0, 0.5


@dataclass(frozen=True)
class Moment:
    """Where to listen, as addresses of sound: the customer's line (None without one) and the trainee's stretch."""

    start_s: float
    turn: int | None
    customer: str | None
    trainee: str
    whole: str
    said_before: str | None


def excerpt_url(session_id: str, start_s: float, end_s: float, side: str) -> str:
    """The address of an excerpt, clipped to what an excerpt may last."""
    end_s = min(end_s, start_s + _LONGEST_S)
    return f"/sessions/{quote(session_id)}/excerpt.wav?from={start_s:.2f}&to={end_s:.2f}&side={side}"


def turn_at(turns: Sequence[Turn], span: Span) -> Turn | None:
    """The turn whose reply holds most of `span`, else the last whose line began before it."""

    def shared(turn: Turn) -> float:
        return turn.reply_span.overlap_s(span) if turn.reply_span else 0.0

    best = max(turns, key=shared, default=None)
    if best is not None and shared(best) > 0:
        return best
    earlier = [turn for turn in turns if turn.customer_span.start_s <= span.start_s]
    return earlier[-1] if earlier else None


def is_whole(span: Span, duration_s: float) -> bool:
    """Whether a stretch is so much of the call that it is no moment."""
    return span.duration_s > max(_LONGEST_MOMENT_S, _WHOLE_SHARE * duration_s)


def moment_of(session: Session, span: Span | None) -> Moment | None:
    """The moment of a span on the session's timeline; None without a span or sound, or for (nearly) the whole call."""
    if span is None or session.recording_path is None or is_whole(span, session.duration_s):
        return None
    start, end = max(0.0, span.start_s - _LEAD_S), min(session.duration_s, span.end_s + _TAIL_S)
    if end <= start:
        return None
    turn = turn_at(session.turns, span)
    line = turn.customer_span if turn is not None and turn.customer_span.start_s < end else None
    first = start if line is None or start - line.start_s > _LONGEST_S / 2 else min(start, line.start_s)
    return Moment(
        start_s=span.start_s,
        turn=turn.index if turn else None,
        customer=excerpt_url(session.id, line.start_s, line.end_s + 0.1, "customer") if line else None,
        trainee=excerpt_url(session.id, start, end, "trainee"),
        whole=excerpt_url(session.id, first, end, "both"),
        said_before=turn.line.text if turn else None,
    )
