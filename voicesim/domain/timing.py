"""Who spoke when in a two-party call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voicesim.domain.audio import Span


@dataclass(frozen=True)
class ResponseGap:
    """From the end of the customer's turn to the trainee's first speech; negative when the trainee came in early.

    `gap_s` leaves out the simulator's own delay, so it can be shorter than `span`.
    """

    span: Span
    gap_s: float


@dataclass(frozen=True)
class Overlap:
    """Both spoke. `by` is who started later; `kind` by its length (NORMS: <0.5 s, 0.5-1 s, >=1 s)."""

    span: Span
    by: Literal["trainee", "customer"]
    kind: Literal["backchannel", "note", "interruption"]


@dataclass(frozen=True)
class DeadAir:
    """Both silent for at least 3 s. `announced` marks a hold the trainee announced, which is exempt."""

    span: Span
    severity: Literal["recorded", "notice", "amber", "red"]
    announced: bool = False


@dataclass(frozen=True)
class CallTiming:
    """Turns, gaps, overlaps and silences of a call.

    `overlap_share` and `silence_share` are 0-1 of the time from the first to the last speech, `talk_share` is the
    trainee's part of all speech, 0-1. `trainee_pauses` are silences of 0.25 s and more inside the trainee's own turns.
    `overlaps` and what follows from it are None, with a `reason`, where one channel cannot tell them.
    """

    trainee_spans: tuple[Span, ...]
    customer_spans: tuple[Span, ...]
    trainee_turns: tuple[Span, ...]
    customer_turns: tuple[Span, ...]
    response_gaps: tuple[ResponseGap, ...]
    overlaps: tuple[Overlap, ...] | None
    dead_air: tuple[DeadAir, ...]
    talk_share: float | None
    overlap_share: float | None
    silence_share: float | None
    longest_monologue_s: float | None
    reason: str | None = None
    trainee_pauses: tuple[Span, ...] = ()
