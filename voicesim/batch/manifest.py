"""Manifests: a CSV file, a row a call. `path` is needed; `agent`, `customer` and `agent_channel` are known."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass

from voicesim.errors import ContentError

AGENT_CHANNELS = ("left", "right", "auto")
_KNOWN = ("path", "agent", "customer", "agent_channel")


@dataclass(frozen=True)
class ManifestRow:
    """One row; an empty cell is None. `extra` keeps every further column, by its heading."""

    path: str
    agent: str | None
    customer: str | None
    agent_channel: str | None
    extra: Mapping[str, str]


def read_manifest(name: str, content: bytes) -> list[ManifestRow]:
    """The rows of a manifest (UTF-8, comma or semicolon). Raises ContentError with line and column."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContentError(name, "is not UTF-8 text; save it as CSV UTF-8") from error
    first = text.split("\n", 1)[0]
    reader = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ","
    )
    headings = [heading.strip() for heading in reader.fieldnames or ()]
    if "path" not in headings:
        raise ContentError(name, "has no column 'path'", line=1, field="path")
    if len(set(headings)) != len(headings):
        raise ContentError(name, "two columns have the same heading", line=1)
    reader.fieldnames = headings
    try:
        filled = ((reader.line_num, cells) for cells in reader if any(map(_filled, cells.values())))
        return [_row(name, line, cells) for line, cells in filled]
    except csv.Error as error:
        raise ContentError(name, f"is not CSV: {error}", line=reader.line_num) from error


def _filled(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _row(name: str, line: int, cells: Mapping[str, str | None]) -> ManifestRow:
    if None in cells:
        raise ContentError(name, "has more cells than headings", line=line)
    values = {heading: (value or "").strip() for heading, value in cells.items()}
    if not values["path"]:
        raise ContentError(name, "is empty", line=line, field="path")
    channel = values.get("agent_channel", "").lower() or None
    if channel is not None and channel not in AGENT_CHANNELS:
        raise ContentError(
            name, f"must be one of {', '.join(AGENT_CHANNELS)}, not {channel!r}", line=line, field="agent_channel"
        )
    extra = {heading: value for heading, value in values.items() if heading not in _KNOWN}
    return ManifestRow(values["path"], values.get("agent") or None, values.get("customer") or None, channel, extra)
