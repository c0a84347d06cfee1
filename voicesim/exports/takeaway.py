"""One session gathered for taking away: the call, what people said of it, who spoke when."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from voicesim.domain import Judgements, ScoreVersion, Session, Span, Turn, Word
from voicesim.store import Store

Party = Literal["customer", "trainee"]


@dataclass(frozen=True, eq=False)
class Takeaway:
    """A session with its judgements, the history of its scores, and its recording where it exists."""

    session: Session
    judgements: Judgements = field(default_factory=Judgements)
    history: tuple[ScoreVersion, ...] = ()
    recording: Path | None = None

    @property
    def customer(self) -> str:
        """What to call the customer."""
        return self.session.scenario.persona.name if self.session.scenario else "Customer"

    @property
    def trainee(self) -> str:
        """What to call the trainee."""
        return self.session.trainee or "Trainee"

    @property
    def title(self) -> str:
        """What to call the call."""
        return self.session.scenario.title if self.session.scenario else self.session.scenario_id or self.session.id

    def name_of(self, party: Party) -> str:
        """The customer's or the trainee's name."""
        return self.customer if party == "customer" else self.trainee


@dataclass(frozen=True)
class Utterance:
    """What one party said in one go, on the session's timeline; `words` where they are timed, else empty."""

    party: Party
    span: Span
    text: str
    words: tuple[Word, ...] = ()


def gather(store: Store, session: Session) -> Takeaway:
    """Everything about a session that a report shows."""
    judgements, history = store.judgements(session.id), tuple(store.scorecards(session.id))
    return Takeaway(session, judgements, history, store.recording_file(session))


def utterances(session: Session) -> list[Utterance]:
    """Who said what when, in order of time."""
    said = [utterance for turn in session.turns for utterance in _of_turn(session, turn)]
    if not session.turns and session.analysis is not None:
        spans = session.timing.trainee_turns if session.timing else session.analysis.spans
        said = [_trainee(session, span) for span in spans]
    return sorted((one for one in said if one.text), key=lambda one: (one.span, one.party))


def reply_text(session: Session, turn: Turn) -> str:
    """The words of a reply; empty where none came or none was understood."""
    if turn.analysis is not None:
        return turn.analysis.transcript.text
    return _trainee(session, turn.reply_span).text if turn.reply_span else ""


def _of_turn(session: Session, turn: Turn) -> list[Utterance]:
    said = [Utterance("customer", turn.customer_span, turn.line.text)]
    if turn.reply_span is not None:
        timed = _trainee(session, turn.reply_span)
        text = reply_text(session, turn)
        said.append(timed if timed.text == text else Utterance("trainee", turn.reply_span, text, _words(turn)))
    return said


def _words(turn: Turn) -> tuple[Word, ...]:
    """The reply's words, where their times lie on the session's timeline."""
    words = turn.analysis.transcript.words if turn.analysis else ()
    reply = turn.reply_span
    return words if reply and all(word.span.overlap_s(reply) > 0 for word in words) else ()


def _trainee(session: Session, span: Span) -> Utterance:
    if session.analysis is None:
        return Utterance("trainee", span, "")
    said = session.analysis.transcript.within(span)
    return Utterance("trainee", span, said.text, said.words)
