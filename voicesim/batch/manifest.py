"""Manifests: a CSV file, a row a call. `path` is needed; `agent`, `customer` and `agent_channel` are known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from voicesim.content import csv_rows
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
    return [_row(name, line, values) for line, values in csv_rows(name, content, ("path",))]


def _row(name: str, line: int, values: Mapping[str, str]) -> ManifestRow:
    if not values["path"]:
        raise ContentError(name, "is empty", line=line, field="path")
    channel = values.get("agent_channel", "").lower() or None
    if channel is not None and channel not in AGENT_CHANNELS:
        raise ContentError(
            name, f"must be one of {', '.join(AGENT_CHANNELS)}, not {channel!r}", line=line, field="agent_channel"
        )
    extra = {heading: value for heading, value in values.items() if heading not in _KNOWN}
    return ManifestRow(values["path"], values.get("agent") or None, values.get("customer") or None, channel, extra)
