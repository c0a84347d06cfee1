"""Calls: turns and stored sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from voicesim.domain.audio import Span
from voicesim.domain.customers import CustomerLine, Ending, Mood, MoodChange, Scenario
from voicesim.domain.scores import Analysis, ScoreCard
from voicesim.domain.timing import CallTiming


class SessionKind(StrEnum):
    """Where a session came from."""

    PRACTICE = "practice"
    DEMO = "demo"
    BATCH = "batch"


@dataclass(frozen=True, eq=False)
class Turn:
    """One exchange: the customer's line, then the trainee's reply (None where none came).

    Spans are on the session's timeline. `response_gap_s` is the trainee's delay after the customer's line.
    """

    index: int
    line: CustomerLine
    customer_span: Span
    reply_span: Span | None
    analysis: Analysis | None
    mood_after: Mood
    changes: tuple[MoodChange, ...] = ()
    response_gap_s: float | None = None


@dataclass(frozen=True)
class CallEnding:
    """How the call ended and, for a broken line, why."""

    ending: Ending
    detail: str = ""


@dataclass(frozen=True, eq=False)
class Session:
    """A whole call. The recording has the customer on channel 0 and the trainee on channel 1 of one timeline.

    `analysis` covers the trainee's whole side; `turns` each exchange. `recording_path` is relative to the data folder.
    `scenario` is the customer as met, kept because files change and scoring again rests on it; None for recorded calls.
    """

    id: str
    kind: SessionKind
    scenario_id: str
    trainee: str
    started_at: datetime
    duration_s: float
    ending: CallEnding
    turns: tuple[Turn, ...]
    analysis: Analysis | None
    scores: ScoreCard | None
    timing: CallTiming | None
    recording_path: str | None
    private: bool = False
    scenario: Scenario | None = None
