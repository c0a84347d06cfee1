"""What a list of sessions shows, taken from a session once when it is saved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row

from voicesim.domain import Ending, ScoreCard, Session, SessionKind, Transcript, Turn
from voicesim.scoring import standing_values

HEATED_CUSTOMER_ANGER = 0.5
"""From this anger on a customer's line counts as heated for composure; a choice of ours, uncalibrated."""


class SessionStatus(StrEnum):
    """Open while the call runs, finished when saved, lost when the program stopped before that."""

    OPEN = "open"
    FINISHED = "finished"
    LOST = "lost"


@dataclass(frozen=True)
class SessionSummary:
    """One row of a list of sessions.

    `tone`, `pace`, `warmth`, `overall` (0-100 or None) are what stands: the newest scorecard, or a person's override
    where `overridden` names the score; an overall follows overrides of the three, `overall_measured` does not.
    `composure` is 0-100 (see `composure`); `customer_kind` the scenario's kind.
    """

    id: str
    status: SessionStatus
    kind: SessionKind
    scenario_id: str
    title: str
    customer_name: str
    customer_kind: str
    trainee: str
    started_at: datetime
    duration_s: float
    ending: Ending
    turns: int
    private: bool
    tone: float | None
    pace: float | None
    warmth: float | None
    overall: float | None
    overall_measured: float | None
    composure: float | None
    speech_rate_wpm: float | None
    rubric_version: str | None
    overridden: tuple[str, ...]
    comments: int
    examples: int
    recording_path: str | None

    def changed(self, score: str) -> bool:
        """Whether a person's value stands for a score, or is in the overall."""
        follows = score == "overall" and self.overall != self.overall_measured
        return score in self.overridden or follows


def summary_of(row: Row[Any]) -> SessionSummary:
    """A row of the sessions table as a summary."""
    fields = {name: getattr(row, name) for name in SessionSummary.__dataclass_fields__}
    fields["status"] = SessionStatus(row.status)
    fields["kind"] = SessionKind(row.kind)
    fields["started_at"] = datetime.fromisoformat(row.started_at_text)
    fields["ending"] = Ending(row.ending)
    fields["overridden"] = tuple(row.overridden.split())
    return SessionSummary(**fields)


def columns_of(session: Session) -> dict[str, Any]:
    """The columns of the sessions table that follow from the session itself; scores follow from its scorecards."""
    scenario = session.scenario
    return {
        "id": session.id,
        "status": SessionStatus.FINISHED.value,
        "kind": session.kind.value,
        "scenario_id": session.scenario_id,
        "title": scenario.title if scenario else "",
        "customer_name": scenario.persona.name if scenario else "",
        "customer_kind": scenario.kind if scenario else "",
        "trainee": session.trainee,
        "started_at": session.started_at.timestamp(),
        "started_at_text": session.started_at.isoformat(),
        "duration_s": session.duration_s,
        "ending": session.ending.ending.value,
        "turns": len(session.turns),
        "private": session.private,
        "composure": composure(session.turns),
        "speech_rate_wpm": session.analysis.pace.speech_rate_wpm if session.analysis else None,
        "recording_path": session.recording_path,
        "process": None,
    }


def composure(turns: Iterable[Turn]) -> float | None:
    """How level the delivery stayed with a heated customer, 0-100: 100 less the mean heat of those replies in percent.

    None where no heated line (anger from 0.5) got a reply whose heat could be measured.
    """
    heats = [
        turn.analysis.delivery.heat
        for turn in turns
        if turn.line.mood.anger >= HEATED_CUSTOMER_ANGER and turn.analysis and turn.analysis.delivery.heat is not None
    ]
    return 100.0 * (1.0 - sum(heats) / len(heats)) if heats else None


def score_columns(card: ScoreCard | None, overrides: dict[str, float]) -> dict[str, Any]:
    """The score columns: the newest card's values with people's overrides in their place."""
    standing = standing_values(card, overrides)
    return {
        **standing,
        "overall_measured": card.overall if card else None,
        "overridden": " ".join(name for name in standing if name in overrides),
        "rubric_version": card.rubric_version if card else None,
    }


def spoken_words(session: Session) -> tuple[str, str]:
    """Everything the trainee and the customer said, for searching."""
    whole: Transcript | None = session.analysis.transcript if session.analysis else None
    replies = " ".join(turn.analysis.transcript.text for turn in session.turns if turn.analysis)
    return whole.text if whole else replies, " ".join(turn.line.text for turn in session.turns)
