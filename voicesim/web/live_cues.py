"""At most one quiet hint during a call, only where the trainee asked for it: the plainest thing to change now."""

from __future__ import annotations

from voicesim.domain import Turn

FAST_WPM, RAISED_HEAT, LATE_ANSWER_S = 175.0, 0.6, 3.0
LEAST_WORDS = 8
"""Fewer words say nothing about pace."""
REST_TURNS = 2
"""Turns without a cue after each cue."""


class CueGiver:
    """Gives one cue, then rests."""

    def __init__(self) -> None:
        self._rest = 0

    def after(self, turn: Turn) -> str | None:
        """A cue for the reply just heard, or None."""
        if self._rest > 0:
            self._rest -= 1
            return None
        cue = plainest_cue(turn)
        if cue is not None:
            self._rest = REST_TURNS
        return cue


def plainest_cue(turn: Turn) -> str | None:
    """What stands out most in this reply, as something to do; None when nothing does."""
    analysis = turn.analysis
    if analysis is None:
        return None
    rate, heat = analysis.pace.speech_rate_wpm, analysis.delivery.heat
    if heat is not None and heat >= RAISED_HEAT:
        return "Lower your voice a little"
    if rate is not None and rate > FAST_WPM and (analysis.pace.words or 0) >= LEAST_WORDS:
        return "Slow down a little"
    if turn.response_gap_s is not None and turn.response_gap_s > LATE_ANSWER_S:
        return "Say something while you look: “one moment, I am checking”"
    return None
