"""What people say about a session: comments, overridden scores, examples; and who practises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from voicesim.domain.audio import Span
from voicesim.domain.scores import ScoreCard

SCORE_NAMES = ("tone", "pace", "warmth", "overall")


@dataclass(frozen=True)
class Comment:
    """A remark about a session; `span` is the moment on its timeline, None for the call as a whole."""

    id: int
    session_id: str
    author: str
    made_at: datetime
    span: Span | None
    text: str


@dataclass(frozen=True)
class Override:
    """A person's own value for a score, beside the measured one; neither replaces the other.

    `score` is one of SCORE_NAMES, `measured` what the rubric had given (None where it abstained), `value` 0-100 or None
    to let the measured score stand again. The newest override of a score stands.
    """

    id: int
    session_id: str
    author: str
    made_at: datetime
    score: str
    measured: float | None
    value: float | None
    reason: str
    rubric_version: str | None = None


@dataclass(frozen=True)
class Example:
    """A moment worth showing to others, good or bad, and why."""

    id: int
    session_id: str
    author: str
    made_at: datetime
    span: Span | None
    why: str
    good: bool = True


@dataclass(frozen=True)
class Judgements:
    """Everything people said about one session, each kind in order of time."""

    comments: tuple[Comment, ...] = ()
    overrides: tuple[Override, ...] = ()
    examples: tuple[Example, ...] = ()

    def standing(self, score: str) -> Override | None:
        """The override of `score` that stands, None when the measured value does."""
        made = [override for override in self.overrides if override.score == score]
        return made[-1] if made and made[-1].value is not None else None


@dataclass(frozen=True)
class ScoreVersion:
    """One scorecard in a session's history; `number` counts from 1, the highest stands."""

    number: int
    made_at: datetime
    card: ScoreCard


@dataclass(frozen=True)
class Trainee:
    """Someone who practises. `enrolled_at` is when their resting voice was last recorded, None when never."""

    name: str
    sessions: int
    last_session_at: datetime | None
    enrolled_at: datetime | None
