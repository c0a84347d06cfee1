"""One training call from ringing to stored: the loop that holds the line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from typing import TYPE_CHECKING

from voicesim.call.controls import CallControls, CallObserver
from voicesim.call.parts import LineSpeaker
from voicesim.domain import Baseline, Rubric, Scenario, Session, SessionKind
from voicesim.ports import AudioLine

if TYPE_CHECKING:
    from voicesim.analysis import Ears


@dataclass(frozen=True)
class CallSetup:
    """Who practises, how they are scored, and where the sound goes.

    `recording_path` is the FLAC file to write (customer channel 0, trainee channel 1); its stem becomes the session's id
    and "<folder>/<file>" the session's `recording_path`. `patience_s` is the silence that ends the trainee's turn,
    0.3-3 s. `prompt_after_s` is the silence without any speech after which the customer speaks up.
    """

    trainee: str
    rubric: Rubric
    recording_path: Path
    baseline: Baseline | None = None
    kind: SessionKind = SessionKind.PRACTICE
    patience_s: float = 0.7
    prompt_after_s: float = 6.0
    seed: int = 0
    max_call_s: float = 1800.0


def run_call(
    scenario: Scenario,
    line: AudioLine,
    ears: Ears,
    speaker: LineSpeaker,
    setup: CallSetup,
    *,
    controls: CallControls | None = None,
    observer: CallObserver | None = None,
) -> Session:
    """Hold one call to its end and return everything about it; nothing is stored here but the recording.

    The call ends when the customer ends it, when the trainee hangs up (`controls.hang_up()` or Ctrl-C), or when the
    device is lost (ending LOST, with the DeviceError's line as detail); in every case what was spoken is kept.
    Raises DeviceError when the line cannot be opened at all: then no recording is left behind.
    """
    raise NotImplementedError
