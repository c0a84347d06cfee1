"""Two score cards of the same speech, side by side."""

from __future__ import annotations

from dataclasses import dataclass

from voicesim.domain import ScoreCard


@dataclass(frozen=True)
class Difference:
    """One score before and after; None where it was not given. `change` is None unless both stand."""

    name: str
    old: float | None
    new: float | None
    old_reason: str | None = None
    new_reason: str | None = None

    @property
    def change(self) -> float | None:
        """Points gained."""
        return None if self.old is None or self.new is None else self.new - self.old


def compare(old: ScoreCard, new: ScoreCard) -> tuple[Difference, ...]:
    """Tone, pace, warmth and overall under two rubrics, for `voicesim rescore`."""
    rows = [
        Difference(before.name, before.value, after.value, before.reason, after.reason)
        for before, after in ((old.tone, new.tone), (old.pace, new.pace), (old.warmth, new.warmth))
    ]
    return (*rows, Difference("overall", old.overall, new.overall))


def difference_text(old: ScoreCard, new: ScoreCard) -> str:
    """The comparison as lines of text, naming both rubrics' versions."""
    head = f"{old.rubric} {old.rubric_version} -> {new.rubric} {new.rubric_version}"
    return "\n".join([head, *(_line(row) for row in compare(old, new))])


def _line(row: Difference) -> str:
    before, after = _given(row.old, row.old_reason), _given(row.new, row.new_reason)
    moved = f" ({row.change:+.0f})" if row.change is not None else ""
    return f"  {row.name:8} {before} -> {after}{moved}"


def _given(value: float | None, reason: str | None) -> str:
    if value is not None:
        return f"{value:.0f}"
    return f"not given ({reason})" if reason else "not given"
