"""What the page after a call shows, made from the session and what people said of it."""

from __future__ import annotations

from dataclasses import dataclass

from voicesim.domain import Advice, Comment, Evidence, Example, Judgements, Score, Session, Span, Style, Turn
from voicesim.scoring import StandingScore, standing_scores
from voicesim.scoring.words import measure_name
from voicesim.web.charts import Chart, mood_chart
from voicesim.web.moments import Moment, excerpt_url, moment_of
from voicesim.web.retakes import Retakes, Take
from voicesim.web.thoughts import Reason, mood_word, reasons_of, thought_of

STYLES: tuple[tuple[Style, str], ...] = (
    (Style.PERSONAL, "wants to be seen as a person first; feelings and names matter"),
    (Style.INTUITIVE, "wants the big picture and the short way; details bore them"),
    (Style.FUNCTIONAL, "wants the steps in order: what happens, when, by whom"),
    (Style.ANALYTICAL, "wants facts and numbers; feelings are beside the point"),
)

LEAST_EFFECT = 1.0
"""Points below which evidence is listed shortly, as in its good range."""


@dataclass(frozen=True)
class EvidenceRow:
    """One thing a score rests on, in words."""

    evidence: Evidence
    name: str
    moment: Moment | None

    @property
    def matters(self) -> bool:
        """Whether it can be heard at a moment, or moved the score by a point or more."""
        return self.moment is not None or abs(self.evidence.effect or 0.0) >= LEAST_EFFECT


@dataclass(frozen=True)
class ScoreBlock:
    """One score as it was measured and as it stands, and what it rests on."""

    score: Score
    standing: StandingScore
    rows: tuple[EvidenceRow, ...]


@dataclass(frozen=True)
class AdviceBlock:
    """A piece of advice and its moment."""

    advice: Advice
    moment: Moment | None


@dataclass(frozen=True)
class TurnBlock:
    """One exchange as the customer lived it."""

    turn: Turn
    thought: str
    reasons: tuple[Reason, ...]
    mood: str
    reply: str
    line_sound: str | None
    reply_sound: str | None
    takes: tuple[Take, ...]


@dataclass(frozen=True)
class JudgedMoment:
    """A comment or example with its moment."""

    said: Comment | Example
    moment: Moment | None


@dataclass(frozen=True)
class AfterView:
    """Everything on the page after a call."""

    session: Session
    customer: str
    scores: tuple[ScoreBlock, ...]
    overall: StandingScore | None
    advice: tuple[AdviceBlock, ...]
    chart: Chart | None
    turns: tuple[TurnBlock, ...]
    judgements: Judgements
    comments: tuple[JudgedMoment, ...]
    examples: tuple[JudgedMoment, ...]
    has_sound: bool


def after_view(session: Session, judgements: Judgements, retakes: Retakes, *, has_sound: bool) -> AfterView:
    """The page for one session."""
    card, scenario = session.scores, session.scenario
    standing = standing_scores(card, judgements) if card else None
    return AfterView(
        session=session,
        customer=scenario.persona.name if scenario else "the customer",
        scores=tuple(_score(session, *pair) for pair in zip(card.scores, standing.three, strict=True))
        if card and standing
        else (),
        overall=standing.overall if standing else None,
        advice=tuple(AdviceBlock(a, moment_of(session, a.span)) for a in card.advice) if card else (),
        chart=mood_chart(scenario.persona.mood, session.turns) if scenario and session.turns else None,
        turns=tuple(_turn(session, turn, retakes, has_sound=has_sound) for turn in session.turns),
        judgements=judgements,
        comments=tuple(JudgedMoment(c, moment_of(session, c.span)) for c in judgements.comments),
        examples=tuple(JudgedMoment(e, moment_of(session, e.span)) for e in judgements.examples),
        has_sound=has_sound,
    )


def _score(session: Session, score: Score, standing: StandingScore) -> ScoreBlock:
    ranked = sorted(score.evidence, key=lambda e: -abs(e.effect or 0.0))
    rows = tuple(EvidenceRow(e, measure_name(e.measure), moment_of(session, e.span)) for e in ranked)
    return ScoreBlock(score, standing, rows)


def _sound(session: Session, span: Span | None, side: str) -> str | None:
    if span is None or span.duration_s == 0:
        return None
    return excerpt_url(session.id, span.start_s, span.end_s + 0.2, side)


def _turn(session: Session, turn: Turn, retakes: Retakes, *, has_sound: bool) -> TurnBlock:
    mood, reply = turn.mood_after, turn.reply_span
    line = turn.customer_span
    return TurnBlock(
        turn=turn,
        thought=thought_of(turn),
        reasons=reasons_of(turn),
        mood=mood_word(mood.anger, mood.patience, mood.trust),
        reply=turn.analysis.transcript.text if turn.analysis else "",
        line_sound=_sound(session, line, "customer") if has_sound else None,
        reply_sound=_sound(session, reply, "trainee") if has_sound else None,
        takes=retakes.takes(session.id, turn.index),
    )
