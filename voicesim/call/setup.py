"""What is settled before a call begins."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from voicesim.domain import Baseline, Rubric, SessionKind


@dataclass(frozen=True)
class CallSetup:
    """Who practises, how they are scored, and where the sound goes.

    `recording_path` is the FLAC file to write (customer channel 0, trainee channel 1); its stem becomes the session's
    id and "<folder>/<file>" the session's `recording_path`. `patience_s` is the silence that ends the trainee's turn,
    0.3-3 s. `prompt_after_s` is the silence without any speech after which the customer speaks up; None leaves it to
    the customer's own patience.
    """

    trainee: str
    rubric: Rubric
    recording_path: Path
    baseline: Baseline | None = None
    kind: SessionKind = SessionKind.PRACTICE
    patience_s: float = 0.7
    prompt_after_s: float | None = None
    seed: int = 0
    max_call_s: float = 1800.0
