"""What a terminal shows while a call runs."""

from __future__ import annotations

from voicesim.call import CallObserver, CallState
from voicesim.cli.present import console, print_changes
from voicesim.domain import CustomerLine, Turn


class CallPrinter(CallObserver):
    """Prints each line as it is said and each reply as it was understood, with what it did to the customer."""

    def __init__(self, customer: str, *, captions: bool, also: CallObserver | None = None) -> None:
        self._customer, self._captions = customer, captions
        self._also = also or CallObserver()

    def on_state(self, state: CallState) -> None:
        """The call is over; after a long one its scores take a while."""
        if state is CallState.FINISHING:
            console.print("\nScoring the call ...", style="dim")

    def on_line(self, line: CustomerLine) -> None:
        """The customer speaks."""
        self._also.on_line(line)
        said = line.text if self._captions else "(speaking)"
        console.print(f"{self._customer}: {said}", style="bold", markup=False)

    def on_turn(self, turn: Turn) -> None:
        """The reply was understood."""
        if turn.analysis is not None:
            console.print(f"You: {turn.analysis.transcript.text or '(no words recognised)'}", markup=False)
        print_changes(turn.changes)

    def on_notice(self, text: str) -> None:
        """Something the trainee should know."""
        console.print(text, style="yellow", markup=False)
