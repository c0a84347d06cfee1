"""Two attempts at the same customer, laid side by side line by line."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from voicesim.domain import SCORE_NAMES, Judgements, Session, Turn
from voicesim.errors import UsageError
from voicesim.scoring import StandingScore, standing_scores
from voicesim.web.charts import Chart, score_chart
from voicesim.web.moments import excerpt_url
from voicesim.web.thoughts import mood_word, thought_of


@dataclass(frozen=True)
class Side:
    """One attempt's turn: None values where it has no such turn."""

    line: str
    reply: str
    sound: str | None
    tone: float | None
    pace: float | None
    warmth: float | None
    thought: str
    mood: str


@dataclass(frozen=True)
class CompareView:
    """Both sessions, their scores as they stand by SCORE_NAMES, the customer's trust in both, and the lines."""

    first: Session
    second: Session
    scores: tuple[tuple[str, StandingScore | None, StandingScore | None], ...]
    chart: Chart
    rows: tuple[tuple[Side | None, Side | None], ...]


def compare_view(
    first: Session, second: Session, judgements: tuple[Judgements, Judgements] = (Judgements(), Judgements())
) -> CompareView:
    """Lines paired by the beat of the story, then by order. Raises UsageError for different customers."""
    if first.scenario_id != second.scenario_id or first.id == second.id:
        raise UsageError("two attempts at the same customer can be compared; these are not")
    pairs = _paired(first.turns, second.turns)
    count = max(len(first.turns), len(second.turns), 1)
    trust = [[_at(s.turns, i) for i in range(count)] for s in (first, second)]
    chart = score_chart(["First", "Second"], trust, [str(i + 1) for i in range(count)])
    rows = tuple((_side(first, a), _side(second, b)) for a, b in pairs)
    a, b = (_stands(session, said) for session, said in zip((first, second), judgements, strict=True))
    return CompareView(first, second, tuple(zip(SCORE_NAMES, a, b, strict=True)), chart, rows)


def _stands(session: Session, judgements: Judgements) -> tuple[StandingScore | None, ...]:
    """Tone, pace, warmth and overall as they stand; None each where the call was not scored."""
    if session.scores is None:
        return (None,) * len(SCORE_NAMES)
    standing = standing_scores(session.scores, judgements)
    return *standing.three, standing.overall


def _at(turns: tuple[Turn, ...], index: int) -> float | None:
    return 100 * turns[index].mood_after.trust if index < len(turns) else None


def _paired(first: tuple[Turn, ...], second: tuple[Turn, ...]) -> list[tuple[Turn | None, Turn | None]]:
    """Turns with the same beat side by side; the order of the first attempt leads, what is left over follows."""
    waiting = list(second)
    pairs: list[tuple[Turn | None, Turn | None]] = []
    for turn in first:
        match = next((other for other in waiting if other.line.beat == turn.line.beat), None)
        if match is not None:
            waiting.remove(match)
        pairs.append((turn, match))
    return pairs + [(a, b) for a, b in zip_longest([], waiting)]


def _side(session: Session, turn: Turn | None) -> Side | None:
    if turn is None:
        return None
    card = turn.analysis.scores if turn.analysis else None
    reply, mood = turn.reply_span, turn.mood_after
    sound = None
    if session.recording_path and reply and reply.duration_s:
        sound = excerpt_url(session.id, reply.start_s, reply.end_s + 0.2, "trainee")
    return Side(
        line=turn.line.text,
        reply=turn.analysis.transcript.text if turn.analysis else "",
        sound=sound,
        tone=card.tone.value if card else None,
        pace=card.pace.value if card else None,
        warmth=card.warmth.value if card else None,
        thought=thought_of(turn),
        mood=mood_word(mood.anger, mood.patience, mood.trust),
    )
