"""The store's part for scores and what people say of them."""

from __future__ import annotations

from voicesim.domain import Comment, Example, Judgements, Override, ScoreCard, ScoreVersion, Span
from voicesim.store import filing, judging
from voicesim.store.opened import OpenedFolder


class JudgingDesk(OpenedFolder):
    """Scorecards and judgements of stored sessions; nothing measured is ever replaced."""

    def save_rescore(self, session_id: str, card: ScoreCard) -> None:
        """Add a scorecard made from the stored analysis; it stands from now on, earlier ones stay in the history."""
        with self._database.writing() as connection:
            row = filing.find_row(connection, session_id, None)
            filing.add_scorecard(connection, row.key, card)
            filing.refresh_scores(connection, row.key)

    def scorecards(self, session_id: str, *, viewer: str | None = None) -> list[ScoreVersion]:
        """Every scorecard the session has had, oldest first; the last stands."""
        with self._database.reading() as connection:
            return filing.card_history(connection, filing.find_row(connection, session_id, viewer).key)

    def judgements(self, session_id: str, *, viewer: str | None = None) -> Judgements:
        """Everything people said about a session."""
        with self._database.reading() as connection:
            return judging.judgements_of(connection, filing.find_row(connection, session_id, viewer))

    def add_comment(
        self, session_id: str, author: str, span: Span | None, text: str, *, viewer: str | None = None
    ) -> Comment:
        """Comment on a moment, or on the whole call where `span` is None."""
        with self._database.writing() as connection:
            row = filing.find_row(connection, session_id, viewer)
            return judging.comment(connection, row, author, span, text)

    def override_score(
        self,
        session_id: str,
        author: str,
        score_name: str,
        value: float | None,
        reason: str,
        *,
        viewer: str | None = None,
    ) -> Override:
        """Put a person's value (0-100) beside a measured score ("tone", "pace", "warmth", "overall").

        Both stay, and the overall follows what stands of the three; None withdraws the override. Raises UsageError for
        another score, value, or no reason.
        """
        with self._database.writing() as connection:
            row = filing.find_row(connection, session_id, viewer)
            return judging.override(connection, row, author, score_name, value, reason)

    def mark_example(
        self,
        session_id: str,
        author: str,
        span: Span | None,
        why: str,
        *,
        good: bool = True,
        viewer: str | None = None,
    ) -> Example:
        """Mark a moment, or the whole call, as worth showing to others."""
        with self._database.writing() as connection:
            row = filing.find_row(connection, session_id, viewer)
            return judging.example(connection, row, author, span, why, good)

    def remove_judgement(self, session_id: str, author: str, kind: str, number: int) -> None:
        """Take back one's own "comment" or "example" by its id. Raises UsageError for someone else's."""
        with self._database.writing() as connection:
            judging.withdraw(connection, filing.find_row(connection, session_id, None), kind, number, author)
