"""Short stretches of speech packed into windows of nearly even length: a recogniser wastes little on silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from voicesim.domain import Span


@dataclass(frozen=True)
class Piece:
    """A stretch of the recording that stands `at_s` into its window."""

    at_s: float
    span: Span


@dataclass(frozen=True)
class Window:
    """Pieces in order of time; `duration_s` to the end of the last."""

    pieces: tuple[Piece, ...]
    duration_s: float

    def samples(self, recording: NDArray[np.float32], rate_hz: int, length: int) -> NDArray[np.float32]:
        """The window's sound, float32 (length,), silence between and behind its pieces."""
        out = np.zeros(length, np.float32)
        for piece in self.pieces:
            sound = recording[round(piece.span.start_s * rate_hz) : round(piece.span.end_s * rate_hz)]
            at = round(piece.at_s * rate_hz)
            out[at : at + len(sound)] = sound[: max(0, length - at)]
        return out

    def on_recording(self, start_s: float, end_s: float) -> Span:
        """A stretch of the window on the recording's timeline, held to the piece it begins in."""
        piece = max((p for p in self.pieces if p.at_s <= start_s + 1e-6), key=lambda p: p.at_s, default=self.pieces[0])
        shift_s = piece.span.start_s - piece.at_s
        start = min(max(start_s + shift_s, piece.span.start_s), piece.span.end_s)
        return Span(start, min(max(start, end_s + shift_s), max(start, piece.span.end_s)))


def pack(
    spans: Sequence[Span], duration_s: float, *, longest_s: float, longest_gap_s: float, margin_s: float
) -> list[Window]:
    """Speech spans as windows of at most `longest_s`; silences inside a window are kept up to `longest_gap_s`.

    Each span is widened by up to `margin_s` (half the way to its neighbour at most); one longer than a window is cut.
    """
    windows: list[Window] = []
    pieces: list[Piece] = []
    end_s = 0.0
    parts = chain.from_iterable(_cut(wide, longest_s) for wide in _widened(spans, duration_s, margin_s))
    for span in parts:
        silence_s = span.start_s - pieces[-1].span.end_s if pieces else 0.0
        gap_s = min(longest_gap_s, silence_s)
        if pieces and end_s + gap_s + span.duration_s > longest_s:
            windows.append(Window(tuple(pieces), end_s))
            pieces, end_s, gap_s = [], 0.0, 0.0
        if pieces and silence_s <= longest_gap_s:
            last = pieces[-1]
            pieces[-1] = Piece(last.at_s, Span(last.span.start_s, span.end_s))
            end_s = last.at_s + pieces[-1].span.duration_s
        else:
            pieces.append(Piece(end_s + gap_s, span))
            end_s += gap_s + span.duration_s
    return [*windows, Window(tuple(pieces), end_s)] if pieces else windows


def _widened(spans: Sequence[Span], duration_s: float, margin_s: float) -> list[Span]:
    out = []
    for i, span in enumerate(spans):
        before = (spans[i - 1].end_s + span.start_s) / 2 if i else 0.0
        after = (span.end_s + spans[i + 1].start_s) / 2 if i + 1 < len(spans) else duration_s
        out.append(
            Span(
                max(span.start_s - margin_s, min(before, span.start_s)),
                min(span.end_s + margin_s, max(after, span.end_s)),
            )
        )
    return out


def _cut(span: Span, longest_s: float) -> list[Span]:
    parts = max(1, int(np.ceil(span.duration_s / longest_s)))
    edges = [span.start_s + span.duration_s * i / parts for i in range(parts + 1)]
    return [Span(a, b) for a, b in pairwise(edges)]
