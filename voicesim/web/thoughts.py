"""What a customer made of a turn, in the first person."""

from __future__ import annotations

from voicesim.domain import Turn


def thought_of(turn: Turn) -> str:
    """The reasons their mood moved, as they would put them; a plain word when nothing did."""
    if turn.changes:
        return " ".join(_sentence(change.reason) for change in turn.changes)
    if turn.reply_span is None:
        return "I heard nothing."
    return "That changed nothing for me."


def mood_word(anger: float, patience: float, trust: float) -> str:
    """Where the customer stands, in two or three words."""
    if anger >= 0.75:
        return "furious"
    if anger >= 0.5:
        return "angry"
    if patience <= 0.2:
        return "out of patience"
    if trust >= 0.7 and anger < 0.25:
        return "content"
    if trust >= 0.5:
        return "hopeful"
    return "irritated" if anger >= 0.25 else "wary"


def _sentence(text: str) -> str:
    stripped = text.strip()
    if not stripped:
        return ""
    first = stripped[0].upper() + stripped[1:]
    return first if first[-1] in ".!?…" else first + "."
