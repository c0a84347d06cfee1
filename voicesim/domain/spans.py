"""Set arithmetic on spans. Every function takes spans in any order and returns them sorted and not overlapping."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from voicesim.domain.audio import Span


def merged(spans: Iterable[Span], gap_s: float = 0.0) -> tuple[Span, ...]:
    """`spans` with overlaps, and gaps of at most `gap_s`, closed."""
    out: list[Span] = []
    for span in sorted(spans):
        if out and span.start_s - out[-1].end_s <= gap_s:
            out[-1] = Span(out[-1].start_s, max(out[-1].end_s, span.end_s))
        else:
            out.append(span)
    return tuple(out)


def total_s(spans: Iterable[Span]) -> float:
    """Seconds covered by `spans`, each second once."""
    return sum(span.duration_s for span in merged(spans))


def common(first: Iterable[Span], second: Iterable[Span]) -> tuple[Span, ...]:
    """The stretches covered by both."""
    ours, theirs = merged(first), merged(second)
    out: list[Span] = []
    at, other = 0, 0
    while at < len(ours) and other < len(theirs):
        start = max(ours[at].start_s, theirs[other].start_s)
        end = min(ours[at].end_s, theirs[other].end_s)
        if end > start:
            out.append(Span(start, end))
        if ours[at].end_s < theirs[other].end_s:
            at += 1
        else:
            other += 1
    return tuple(out)


def gaps(spans: Iterable[Span], within: Span | None = None) -> tuple[Span, ...]:
    """The stretches no span covers, inside `within` (default: from the first start to the last end)."""
    covered = merged(spans)
    if within is None:
        if not covered:
            return ()
        within = Span(covered[0].start_s, covered[-1].end_s)
    out: list[Span] = []
    at = within.start_s
    for span in covered:
        if span.start_s >= within.end_s:
            break
        if span.start_s > at:
            out.append(Span(at, span.start_s))
        at = max(at, span.end_s)
    if at < within.end_s:
        out.append(Span(at, within.end_s))
    return tuple(out)


def touching(spans: Sequence[Span], span: Span) -> Sequence[Span]:
    """Those of `spans` (already merged, in order) that share time with `span`; costs a search, not a scan."""
    first = bisect_right(spans, span.start_s, key=lambda one: one.end_s)
    last = bisect_left(spans, span.end_s, key=lambda one: one.start_s)
    return spans[first:last]


def without(spans: Iterable[Span], removed: Sequence[Span]) -> tuple[Span, ...]:
    """The stretches of `spans` that `removed` leaves."""
    gone = merged(removed)
    return tuple(rest for span in merged(spans) for rest in gaps(touching(gone, span), within=span))


def of_at_least(spans: Iterable[Span], shortest_s: float) -> tuple[Span, ...]:
    """The spans that last `shortest_s` or longer."""
    return tuple(span for span in spans if span.duration_s >= shortest_s)
