"""What a call needs from its parts: the customer's mind and the customer's voice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from voicesim.domain import CustomerLine, MoodChange, Recording


class LineSpeaker(Protocol):
    """Gives a customer's line its voice."""

    def pieces(self, line: CustomerLine) -> Iterator[Recording]:
        """The line as one or more mono recordings, in order, the first as early as possible. Raises EngineError."""
        ...

    def prepare(self, lines: Iterable[CustomerLine]) -> None:
        """Render lines ahead, so that `pieces` answers at once; called on a thread of its own."""
        ...


Reaction = tuple[CustomerLine, Sequence[MoodChange]]
"""What the customer says next, and why their mood moved."""
