"""Stretches: runs of neighbouring speech long enough to hear delivery in, so that it has a course over time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from voicesim.domain import Span

LONGEST_S = 8.0
ENOUGH_S = 3.0
_FAR_APART_S = 2.0


def stretches_of(spans: Sequence[Span]) -> tuple[tuple[Span, ...], ...]:
    """Speech spans grouped into stretches of about 3 to 8 s of speech, in order of time.

    A span longer than 8 s is cut evenly; short neighbours are joined until they hold 3 s, but not across 2 s of
    silence. What is left over alone stays a stretch of its own, however short.
    """
    pieces = [piece for span in spans for piece in _cut(span)]
    groups: list[list[Span]] = []
    for piece in pieces:
        if groups and _fits(groups[-1], piece):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return tuple(tuple(group) for group in groups)


def speech_s(spans: Sequence[Span]) -> float:
    """Seconds of speech in `spans`."""
    return sum(span.duration_s for span in spans)


def _cut(span: Span) -> list[Span]:
    parts = max(1, math.ceil(span.duration_s / LONGEST_S))
    edges = [span.start_s + span.duration_s * index / parts for index in range(parts + 1)]
    return [Span(start, end) for start, end in pairwise(edges)]


def _fits(group: list[Span], piece: Span) -> bool:
    held_s = speech_s(group)
    near = piece.start_s - group[-1].end_s < _FAR_APART_S
    return near and held_s + piece.duration_s <= LONGEST_S and (held_s < ENOUGH_S or piece.duration_s < ENOUGH_S / 3)
