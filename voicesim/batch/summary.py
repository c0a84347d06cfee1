"""One page that shows a batch at a glance: how scores are spread, who, which moments, and what failed."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import quote

from voicesim.batch.sources import is_address
from voicesim.content import data_file
from voicesim.errors import StoreError

SCORES = ("tone", "pace", "warmth", "overall")
MOMENTS = 12
BINS = 10
_FAILURES_SHOWN = 50
Row = Mapping[str, Any]


def write_summary(path: Path, entries: Callable[[], Iterable[Mapping[str, Any]]]) -> Path:
    """Write the page from journal entries (walked twice, never all held). Raises StoreError."""
    calls = [_kept(row) for entry in entries() for row in entry["calls"]]
    scored = [row for row in calls if row["error"] is None]
    failed = [row for row in calls if row["error"] is not None]
    hours = sum(row["duration_s"] or 0.0 for row in scored) / 3600
    lead = f"{len(scored):,} calls scored, {hours:,.1f} hours of audio; {len(failed):,} could not be scored."
    page = Template(data_file("batch", "summary.html").read_text(encoding="utf-8")).substitute(
        title="Scores of recorded calls",
        lead=escape(lead),
        plots="".join(_histogram(name, [row[name] for row in scored]) for name in SCORES),
        agents=_agents(scored),
        worst=_moments(heapq.nsmallest(MOMENTS, _evidence(entries()), key=_by_effect)),
        best=_moments(heapq.nlargest(MOMENTS, _behaviours(entries()), key=_by_effect)),
        failures=_failures(failed),
    )
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(page, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StoreError(
            f"{path}: cannot be written ({error.strerror or error}): make room on its disk, then run the same command "
            "with --resume; finished calls are kept"
        ) from error
    return path


def _kept(row: Row) -> Row:
    return {name: row[name] for name in ("call", "agent", "error", "duration_s", *SCORES)}


def _evidence(entries: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
    """Evidence that cost points and can be opened."""
    rows = (row for entry in entries for row in entry["evidence"])
    return (row for row in rows if (row["effect"] or 0.0) < 0 and row["start_s"] is not None)


def _behaviours(entries: Iterable[Mapping[str, Any]]) -> Iterator[Row]:
    rows = (row for entry in entries for row in entry["evidence"])
    return (row for row in rows if (row["effect"] or 0.0) >= 0 and row["quote"] and row["score"])


def _by_effect(row: Row) -> tuple[float, str, float]:
    return float(row["effect"] or 0.0), str(row["call"]), float(row["start_s"] or 0.0)


def _histogram(name: str, values: Sequence[float | None]) -> str:
    """A column for each ten points, with counts."""
    known = [value for value in values if value is not None]
    counts = [0] * BINS
    for value in known:
        counts[min(BINS - 1, int(value // (100 / BINS)))] += 1
    top, width, height = max([*counts, 1]), 220, 90
    step = width / BINS
    bars = "".join(
        f'<rect x="{i * step + 1:.0f}" y="{height - height * n / top:.1f}" width="{step - 2:.0f}" '
        f'height="{height * n / top:.1f}"><title>{i * 10}-{i * 10 + 10}: {n}</title></rect>'
        for i, n in enumerate(counts)
    )
    mean = f"mean {sum(known) / len(known):.0f}, {len(known)} calls" if known else "no score could be given"
    return (
        f'<figure><figcaption>{name.capitalize()} <span class="soft">({mean})</span></figcaption>'
        f'<svg width="{width}" height="{height + 16}" role="img" aria-label="{name}: {mean}">{bars}'
        f'<line x1="0" x2="{width}" y1="{height}" y2="{height}"/><text x="0" y="{height + 13}">0</text>'
        f'<text x="{width}" y="{height + 13}" text-anchor="end">100</text></svg></figure>'
    )


def _agents(scored: Sequence[Row]) -> str:
    by_agent: dict[str, list[Row]] = defaultdict(list)
    for row in scored:
        by_agent[row["agent"] or "not named"].append(row)
    lines = [
        [escape(name), str(len(rows)), *(_mean([row[score] for row in rows]) for score in SCORES)]
        for name, rows in sorted(by_agent.items())
    ]
    return _table(["Agent", "Calls", *(s.capitalize() for s in SCORES)], lines, numbers_from=1)


def _mean(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{sum(known) / len(known):.0f}" if known else "–"


def _moments(rows: Sequence[Row]) -> str:
    lines = [
        [
            f'<a href="{escape(_link(row))}">{escape(Path(row["call"]).name)} {_clock(row["start_s"])}</a>',
            escape(f"{row['measure']} ({row['score']})".replace("_", " ")),
            escape(row["quote"] or ""),
            f"{row['effect'] or 0.0:+.0f}",
        ]
        for row in rows
    ]
    return _table(["Moment", "What", "Words", "Points"], lines, numbers_from=3)


def _failures(failed: Sequence[Row]) -> str:
    if not failed:
        return "<p>None.</p>"
    lines = [[escape(row["call"]), escape(row["error"] or "")] for row in failed[:_FAILURES_SHOWN]]
    more = len(failed) - len(lines)
    note = f"<p>And {more:,} more: see the column <code>error</code>.</p>" if more > 0 else ""
    return _table(["Call", "Why"], lines, numbers_from=2) + note


def _table(headings: Sequence[str], lines: Sequence[Sequence[str]], *, numbers_from: int) -> str:
    if not lines:
        return "<p>None.</p>"

    def cells(tag: str, values: Sequence[str]) -> str:
        kinds = (' class="n"' if i >= numbers_from else "" for i in range(len(values)))
        return "".join(f"<{tag}{kind}>{value}</{tag}>" for kind, value in zip(kinds, values, strict=True))

    body = "".join(f"<tr>{cells('td', line)}</tr>" for line in lines)
    return f"<table><thead><tr>{cells('th', headings)}</tr></thead><tbody>{body}</tbody></table>"


def _link(row: Row) -> str:
    """The recording at the moment, as a media fragment; browsers seek to it."""
    location = str(row["call"])
    address = location if is_address(location) else Path(location).resolve().as_uri()
    fragment = f"#t={row['start_s'] or 0.0:.1f}" + (f",{row['end_s']:.1f}" if row["end_s"] is not None else "")
    return quote(address, safe=":/%") + fragment


def _clock(seconds: float | None) -> str:
    minutes, rest = divmod(int(seconds or 0), 60)
    return f"{minutes}:{rest:02d}"
