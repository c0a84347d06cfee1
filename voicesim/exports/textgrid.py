"""Praat TextGrid, long text format: a tier a track.

Format: https://www.fon.hum.uva.nl/praat/manual/TextGrid_file_formats.html. Intervals of a tier follow one another
without gap or overlap; tracks whose labels may overlap become point tiers, each label where it begins.
"""

from __future__ import annotations

from collections.abc import Iterable

from voicesim.exports.takeaway import Takeaway
from voicesim.exports.tracks import Label, Track, tracks_of

SHORTEST_S = 1e-6
"""Intervals are kept at least so long; Praat has none of no length."""


def textgrid(takeaway: Takeaway) -> str:
    """The call's tracks as a TextGrid; one empty tier where nothing was said."""
    tracks = tracks_of(takeaway) or [Track("trainee", ())]
    latest_s = max((label.span.end_s for track in tracks for label in track.labels), default=0.0)
    end_s = max(takeaway.session.duration_s, latest_s, SHORTEST_S)
    lines = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", *_bounds(end_s, "")]
    lines += ["tiers? <exists> ", f"size = {len(tracks)} ", "item []: "]
    for number, track in enumerate(tracks, start=1):
        lines.append(f"    item [{number}]:")
        lines += _intervals(track, end_s) if track.tiled else _points(track, end_s)
    return "\n".join(lines) + "\n"


def tiles(labels: Iterable[Label], end_s: float) -> list[tuple[float, float, str]]:
    """Labels as (start, end, text) from 0 to `end_s` without gap or overlap, cut where the next one begins."""
    tiled: list[tuple[float, float, str]] = []
    at_s = 0.0
    ordered = sorted(labels, key=lambda label: label.span)
    next_starts_s = [label.span.start_s for label in ordered[1:]] + [end_s]
    for label, next_start_s in zip(ordered, next_starts_s, strict=False):
        start_s = max(at_s, label.span.start_s)
        stop_s = min(label.span.end_s, next_start_s, end_s)
        if stop_s - start_s < SHORTEST_S:
            continue
        if start_s - at_s >= SHORTEST_S:
            tiled.append((at_s, start_s, ""))
        else:
            start_s = at_s
        tiled.append((start_s, stop_s, label.text))
        at_s = stop_s
    if end_s - at_s >= SHORTEST_S or not tiled:
        tiled.append((at_s, end_s, ""))
    else:
        tiled[-1] = (tiled[-1][0], end_s, tiled[-1][2])
    return tiled


def _intervals(track: Track, end_s: float) -> list[str]:
    parts = tiles(track.labels, end_s)
    lines = _head("IntervalTier", track.name, end_s, f"intervals: size = {len(parts)} ")
    for number, (start_s, stop_s, text) in enumerate(parts, start=1):
        lines.append(f"        intervals [{number}]:")
        lines += [
            f"            xmin = {start_s!r} ",
            f"            xmax = {stop_s!r} ",
            f"            text = {_quoted(text)} ",
        ]
    return lines


def _points(track: Track, end_s: float) -> list[str]:
    together: dict[float, list[str]] = {}
    for label in track.labels:
        together.setdefault(max(0.0, label.span.start_s), []).append(label.text)
    lines = _head("TextTier", track.name, end_s, f"points: size = {len(together)} ")
    for number, (at_s, texts) in enumerate(sorted(together.items()), start=1):
        lines.append(f"        points [{number}]:")
        lines += [f"            number = {at_s!r} ", f"            mark = {_quoted('; '.join(texts))} "]
    return lines


def _head(kind: str, name: str, end_s: float, size: str) -> list[str]:
    return [
        f'        class = "{kind}" ',
        f"        name = {_quoted(name)} ",
        *_bounds(end_s, "        "),
        f"        {size}",
    ]


def _bounds(end_s: float, indent: str) -> list[str]:
    return [f"{indent}xmin = 0 ", f"{indent}xmax = {float(end_s)!r} "]


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
