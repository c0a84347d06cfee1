"""Answers a call with recorded speech, from the trainee's end of a virtual headset.

Run as `python -m voicesim.backends.stand_in_trainee CLIP...` in a headset's `trainee_environment`: it listens to the
customer, waits until they have finished, plays the next clip, and writes one JSON line for each clip: `clip`, `from_s`
and `to_s` in seconds of its own line. It ends when its input is closed, or with a line `lost` when its device is gone.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import numpy as np

from voicesim.audio import read_audio
from voicesim.backends.simulated_line import CUSTOMER_LEVEL
from voicesim.backends.sounddevice_line import SounddeviceLine
from voicesim.domain import Recording
from voicesim.errors import DeviceError
from voicesim.ports import AudioLine, LineBlock

CUSTOMER_DONE_S = 0.9
"""A pause of the customer after which the clip is played: longer than any pause inside a line."""
STANDSTILL_S = 60.0
"""While the other end loads its models, a busy machine's sound stands still for seconds; that is not the call's end."""


def answer(
    line: AudioLine, clips: Iterator[Recording], told: Callable[[str, float, float], None], hung_up: Event
) -> None:
    """Play a clip after each of the customer's lines until `hung_up`; `told` gets each clip's source and times."""
    now_s = quiet_s = 0.0
    customer_spoke = False
    playing: tuple[str, float] | None = None
    while not hung_up.is_set():
        block = _next_block(line, hung_up)
        block_s = len(block.heard) / line.sample_rate_hz
        now_s += block_s
        loud = float(np.abs(block.heard).max(initial=0.0)) > CUSTOMER_LEVEL
        customer_spoke = customer_spoke or loud
        quiet_s = 0.0 if loud else quiet_s + block_s
        if playing is not None:
            if not block.queued and not line.playing:
                told(playing[0], playing[1], now_s)
                playing, customer_spoke = None, False
        elif customer_spoke and quiet_s >= CUSTOMER_DONE_S:
            clip = next(clips, None)
            customer_spoke = False
            if clip is not None:
                line.play(clip)
                playing = (clip.source, now_s)


def _next_block(line: AudioLine, hung_up: Event) -> LineBlock:
    """The next block; a line that stands still is opened again for up to `STANDSTILL_S`. Raises DeviceError."""
    until = monotonic() + STANDSTILL_S
    while True:
        try:
            return line.next_block()
        except DeviceError:
            if monotonic() > until or hung_up.wait(0.1):
                raise
            line.stop()
            with suppress(DeviceError):
                line.start()


def main(clips: Sequence[str]) -> None:
    """Answer a call on the default devices with these files."""
    hung_up = Event()
    Thread(target=_until_input_ends, args=(hung_up,), daemon=True).start()
    line = SounddeviceLine(latency_s=0.3)
    line.start()
    _tell({"ready": True})
    try:
        answer(line, (read_audio(Path(clip)) for clip in clips), _clip_played, hung_up)
    except DeviceError as error:
        _tell({"lost": str(error)})
    finally:
        line.stop()


def _until_input_ends(hung_up: Event) -> None:
    sys.stdin.read()
    hung_up.set()


def _clip_played(clip: str, from_s: float, to_s: float) -> None:
    _tell({"clip": Path(clip).name, "from_s": round(from_s, 3), "to_s": round(to_s, 3)})


def _tell(values: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
