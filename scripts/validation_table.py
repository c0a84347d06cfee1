"""The rows of the validation table, and how they are printed."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One measured number beside its anchor and its target. `met` is None for a number that is only reported."""

    measure: str
    anchor: str
    target: str
    today: str
    met: bool | None = None

    @property
    def verdict(self) -> str:
        """How it stands against the target."""
        return {True: "met", False: "MISSED", None: "reported"}[self.met]


def shared_data() -> Path:
    """The folder of real speech beside the repository. Ends the script with a clear line where it is absent."""
    folder = Path(os.environ.get("VOICESIM_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
    if not folder.is_dir():
        sys.exit(f"no real speech to measure on at {folder}; set VOICESIM_SHARED_DATA to the folder that has it")
    return folder


def print_rows(rows: Sequence[Row]) -> None:
    """Prints the table."""
    print(table_text(rows))


def table_text(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table, as the README shows it."""
    cells = [
        ("Measure", "Anchor", "To reach", "Today", ""),
        *((r.measure, r.anchor, r.target, r.today, r.verdict) for r in rows),
    ]
    widths = [max(len(line[column]) for line in cells) for column in range(5)]
    lines = ["| " + " | ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) + " |" for line in cells]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)
