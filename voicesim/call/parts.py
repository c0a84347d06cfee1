"""What a call needs from the customer's voice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from voicesim.domain import CustomerLine, Recording


class LineSpeaker(Protocol):
    """Gives a customer's line its voice."""

    def pieces(self, line: CustomerLine) -> Iterator[Recording]:
        """The line as one or more mono recordings, in order, the first as early as possible. Raises EngineError."""
        ...

    def prepare(self, lines: Iterable[CustomerLine]) -> None:
        """Render lines ahead, so that `pieces` answers at once; called on a thread of its own."""
        ...
