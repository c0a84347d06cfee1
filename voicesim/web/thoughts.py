"""What a customer made of a turn, in the first person."""

from __future__ import annotations

from dataclasses import dataclass

from voicesim.domain import MoodChange, Turn

MOST_SAID = 4
"""Reasons said aloud; the rest stand in writing."""


@dataclass(frozen=True)
class Reason:
    """One reason the mood moved. `helped` says which way: calmer, more patient, more trusting; or the contrary."""

    text: str
    helped: bool
    weight: float


def reasons_of(turn: Turn) -> tuple[Reason, ...]:
    """The reasons in the order in which they acted, each told once however often it acted."""
    found: dict[str, Reason] = {}
    for change in turn.changes:
        text, moved = _sentence(change.reason), _moved(change)
        if text:
            weight = moved + (found[text].weight if text in found else 0.0)
            found[text] = Reason(text, weight >= 0, weight)
    return tuple(found.values())


def thought_of(turn: Turn) -> str:
    """The weightiest reasons as they would say them; a plain word when nothing moved them."""
    reasons = sorted(reasons_of(turn), key=lambda reason: -abs(reason.weight))[:MOST_SAID]
    if reasons:
        return " ".join(reason.text for reason in reasons)
    if turn.line.ending is not None:
        return "That was the end of the call for me."
    return "I heard nothing." if turn.reply_span is None else "That changed nothing for me."


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


def _moved(change: MoodChange) -> float:
    return change.patience + change.trust - change.anger


def _sentence(text: str) -> str:
    stripped = text.strip()
    if not stripped:
        return ""
    first = stripped[0].upper() + stripped[1:]
    return first if first[-1] in ".!?…" else first + "."
