"""What a report says, once for paper and screen: facts, scores, advice, the talk line by line, judgements, method."""

from __future__ import annotations

from dataclasses import dataclass

from voicesim.domain import (
    Advice,
    Ending,
    Evidence,
    Judgements,
    Mood,
    MoodChange,
    Score,
    Session,
    SessionKind,
    Span,
    Turn,
)
from voicesim.exports.takeaway import Party, Takeaway, reply_text, utterances
from voicesim.scoring import StandingScore, standing_scores

EVIDENCE_SHOWN = 6
"""Rows of evidence for one score; those that cost most come first, all are in the table (CSV)."""


ENDINGS = {
    Ending.RESOLVED: "resolved",
    Ending.DELIGHTED: "delighted",
    Ending.HUNG_UP: "the customer hung up",
    Ending.MANAGER: "the customer asked for the manager",
    Ending.LEFT: "the trainee hung up",
    Ending.LOST: "the line was lost",
}


@dataclass(frozen=True)
class ScoreBlock:
    """One score as it was measured and as it stands, and the evidence that moved it most."""

    score: Score
    standing: StandingScore
    evidence: tuple[Evidence, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """What the score has to be read with: whose value it is, and why it is not given or less certain."""
        return tuple(note for note in (self.standing.note, self.score.reason) if note)


@dataclass(frozen=True)
class Line:
    """One line of the talk. `mood` and `changes` are the customer's after a reply."""

    party: Party
    name: str
    span: Span
    text: str
    mood: Mood | None = None
    changes: tuple[MoodChange, ...] = ()


@dataclass(frozen=True)
class Report:
    """Everything a report shows, in order."""

    title: str
    facts: tuple[tuple[str, str], ...]
    scores: tuple[ScoreBlock, ...]
    overall: str
    advice: tuple[Advice, ...]
    what_if: tuple[str, ...]
    lines: tuple[Line, ...]
    remarks: tuple[tuple[str, str], ...]
    method: tuple[str, ...]


def report_of(takeaway: Takeaway) -> Report:
    """The report of one session."""
    session, card = takeaway.session, takeaway.session.scores
    standing = standing_scores(card, takeaway.judgements) if card else None
    return Report(
        title=takeaway.title,
        facts=_facts(takeaway),
        scores=tuple(map(_block, card.scores, standing.three)) if card and standing else (),
        overall=overall_text(standing.overall if standing else None),
        advice=card.advice if card else (),
        what_if=card.what_if if card else (),
        lines=_lines(takeaway),
        remarks=remarks(takeaway.judgements),
        method=_method(takeaway) if session.analysis else ("Nothing was measured in this call.",),
    )


def clock(seconds: float) -> str:
    """A moment as minutes and seconds, `3:07`."""
    minutes, rest = divmod(round(max(0.0, seconds)), 60)
    return f"{minutes}:{rest:02}"


def moment(span: Span) -> str:
    """A stretch as `3:07-3:12`."""
    return f"{clock(span.start_s)}–{clock(span.end_s)}"


def points_text(evidence: Evidence) -> str:
    """What the measure cost, in points; empty where it is reported and not scored."""
    if evidence.effect is None:
        return ""
    return f"{evidence.effect:+.1f}" if abs(evidence.effect) >= 0.05 else "0"


def overall_text(standing: StandingScore | None) -> str:
    """The overall as it stands, and what people's values have to do with it."""
    if standing is None or standing.value is None:
        return "not given: it needs tone, pace and warmth"
    value = f"{standing.value:.0f}"
    return f"{value}. {standing.note}" if standing.note else value


def _facts(takeaway: Takeaway) -> tuple[tuple[str, str], ...]:
    session = takeaway.session
    facts = [
        ("Trainee", takeaway.trainee),
        ("Customer", takeaway.customer),
        ("When", f"{session.started_at:%d %B %Y, %H:%M}"),
        ("Length", f"{clock(session.duration_s)} minutes"),
        ("Ended", ended(session)),
        ("Session", session.id),
    ]
    return tuple(facts)


def ended(session: Session) -> str:
    """How the call ended, and for a lost one why, in words."""
    if session.kind is SessionKind.BATCH:
        return session.ending.detail or "recorded call"
    ending = ENDINGS[session.ending.ending]
    return f"{ending}: {session.ending.detail}" if session.ending.detail else ending


def _block(score: Score, standing: StandingScore) -> ScoreBlock:
    ranked = sorted(score.evidence, key=lambda evidence: -abs(evidence.effect or 0.0))
    return ScoreBlock(score, standing, tuple(ranked[:EVIDENCE_SHOWN]))


def _lines(takeaway: Takeaway) -> tuple[Line, ...]:
    if not takeaway.session.turns:
        said = utterances(takeaway.session)
        return tuple(Line(one.party, takeaway.name_of(one.party), one.span, one.text) for one in said)
    return tuple(line for turn in takeaway.session.turns for line in _exchange(takeaway, turn))


def _exchange(takeaway: Takeaway, turn: Turn) -> list[Line]:
    lines = [Line("customer", takeaway.customer, turn.customer_span, turn.line.text)] if turn.line.text else []
    if turn.reply_span is None and (turn.line.ending is not None or takeaway.session.scenario is None):
        return lines
    if turn.reply_span is None:
        nothing = Span(turn.customer_span.end_s, turn.customer_span.end_s)
        lines.append(Line("trainee", takeaway.trainee, nothing, "(no reply)", turn.mood_after, turn.changes))
    else:
        text = reply_text(takeaway.session, turn) or "(no words were recognised)"
        lines.append(Line("trainee", takeaway.trainee, turn.reply_span, text, turn.mood_after, turn.changes))
    return lines


def remarks(judgements: Judgements) -> tuple[tuple[str, str], ...]:
    """(who and where, what) of comments, examples and overrides, in order of time made."""
    made = [(one.made_at, one.author, one.span, one.text) for one in judgements.comments]
    for example in judgements.examples:
        kind = "Worth hearing" if example.good else "Worth avoiding"
        made.append((example.made_at, example.author, example.span, f"{kind}: {example.why}"))
    for one in judgements.overrides:
        was = "not given" if one.measured is None else f"{one.measured:.0f}"
        now = "measured score again" if one.value is None else f"{one.value:.0f}"
        made.append((one.made_at, one.author, None, f"{one.score}, measured {was}: {now}. {one.reason}"))
    made.sort(key=lambda remark: remark[0])
    return tuple((f"{author}, {moment(span)}" if span else author, text) for _, author, span, text in made)


def _method(takeaway: Takeaway) -> tuple[str, ...]:
    session = takeaway.session
    analysis = session.analysis
    if analysis is None:
        return ()
    delivery, card = analysis.delivery, session.scores
    notes = [
        f"Words: {analysis.transcript.engine}. Delivery: {delivery.method}, heard against {delivery.against}, "
        f"certainty {delivery.certainty:.0%}. Delivery describes the voice, never what someone felt."
    ]
    notes += [delivery.reason] if delivery.reason else []
    notes += [f"Rubric {card.rubric}, version {card.rubric_version}."] if card else []
    for version in takeaway.history[:-1]:
        values = [f"{score.name} {_or_dash(score.value)}" for score in version.card.scores]
        notes.append(f"Earlier, by version {version.card.rubric_version}: {', '.join(values)}.")
    return (*notes, *analysis.signal.warnings)


def _or_dash(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}"
