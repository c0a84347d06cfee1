"""The formats by name, and files written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from voicesim.domain import Session
from voicesim.errors import StoreError, UsageError
from voicesim.exports.audacity import audacity_labels
from voicesim.exports.html_report import html_report
from voicesim.exports.tables import session_table, sessions_table
from voicesim.exports.takeaway import Takeaway, gather
from voicesim.exports.textgrid import textgrid
from voicesim.exports.webvtt import webvtt
from voicesim.store import SessionQuery, Store


@dataclass(frozen=True)
class Format:
    """One way to take a session away: what a button says, the file's ending, and what makes its bytes."""

    label: str
    suffix: str
    media_type: str
    make: Callable[[Takeaway], bytes]


def _pdf(takeaway: Takeaway) -> bytes:
    from voicesim.exports.pdf_report import pdf_report

    return pdf_report(takeaway)


FORMATS: Mapping[str, Format] = {
    "html": Format("Report (HTML)", ".html", "text/html", lambda taken: html_report(taken, audio=True).encode()),
    "pdf": Format("Report (PDF)", ".pdf", "application/pdf", _pdf),
    "csv": Format("Everything as a table (CSV)", ".csv", "text/csv", lambda taken: session_table(taken).encode()),
    "vtt": Format("Transcript (WebVTT)", ".vtt", "text/vtt", lambda taken: webvtt(taken).encode()),
    "audacity": Format("Labels for Audacity", ".txt", "text/plain", lambda taken: audacity_labels(taken).encode()),
    "textgrid": Format("Praat TextGrid", ".TextGrid", "text/plain", lambda taken: textgrid(taken).encode()),
}


def take_away(store: Store, session: Session, key: str) -> bytes:
    """A session in one of `FORMATS`, with its judgements. Raises UsageError for another name."""
    if key not in FORMATS:
        raise UsageError(f"there is no format {key!r}; choose one of {', '.join(FORMATS)}")
    return FORMATS[key].make(gather(store, session))


def export_session(
    store: Store, session_id: str, output: Path, *, audio: bool = True, viewer: str | None = None
) -> None:
    """Write a session to `output` in the format its ending says; without `audio` an HTML report holds no sound.

    Raises UsageError for an unknown ending or session, StoreError when the file cannot be written: then none is left.
    """
    by_suffix = {one.suffix.lower(): one for one in FORMATS.values()}
    chosen = by_suffix.get(output.suffix.lower())
    if chosen is None:
        endings = ", ".join(one.suffix for one in FORMATS.values())
        raise UsageError(f"{output}: the file's ending chooses the format: {endings}")
    taken = gather(store, store.session(session_id, contours=False, viewer=viewer))
    write_whole(output, chosen.make(taken if audio else replace(taken, recording=None)))


def export_sessions(store: Store, query: SessionQuery, output: Path) -> int:
    """Write a row for every session a query finds, as CSV; how many. The query's limit counts, None is all."""
    found = store.list_sessions(query)
    write_whole(output, sessions_table(found).encode())
    return len(found)


def write_whole(output: Path, made: bytes) -> None:
    """Write the file at once; what stood there before stays until it is complete. Raises StoreError."""
    part = output.with_name(f"{output.name}.{os.getpid()}.part")
    try:
        part.write_bytes(made)
        part.replace(output)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StoreError(f"{output} cannot be written ({error.strerror})") from error
