"""A whole call on a virtual headset: the product in one process, people's recorded speech in another."""

from __future__ import annotations

import csv
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from queue import Empty, SimpleQueue

import jiwer
import pytest

from voicesim.audio import read_audio
from voicesim.backends.silero_activity import SileroActivity
from voicesim.backends.virtual_headset import VirtualHeadset, missing_parts
from voicesim.customer.scenarios import shipped_scenarios
from voicesim.domain import Recording, Scenario, Transcript

CLIPS = 2
LONGEST_WAIT_S = 240.0
WORD_ERRORS_AT_MOST = 0.25
"""Whisper tiny.en makes 6-8 % over many clips; two clips are few words, and their punctuation and spelling differ."""


@dataclass(frozen=True)
class Played:
    path: Path
    words: str

    @property
    def sound(self) -> Recording:
        return read_audio(self.path)


class Talkative:
    """A process whose lines are read as they come."""

    def __init__(self, command: list[str], environment: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", *command],
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._new: SimpleQueue[str | None] = SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def wait_for(self, start: str, times: int = 1) -> None:
        """Wait until so many lines that start like this have come."""
        while sum(line.startswith(start) for line in self.lines) < times:
            try:
                line = self._new.get(timeout=LONGEST_WAIT_S)
            except Empty:
                line = None
            if line is None:
                pytest.fail(f"no line {start!r}, only: {self.told}")
            self.lines.append(line)

    def end(self, number: int = signal.SIGINT) -> int:
        """Send a signal and wait for the end; the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(LONGEST_WAIT_S)
        while (line := self._new.get()) is not None:
            self.lines.append(line)
        return code

    @property
    def told(self) -> str:
        return "".join(self.lines)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._new.put(line)
        self._new.put(None)


def need_headset() -> None:
    """Skip where the parts of a virtual headset are missing."""
    if missing := missing_parts():
        pytest.skip(f"a virtual headset needs {', '.join(missing)}")


def brief_customer() -> Scenario:
    """The customer who says the least at first."""
    return min(shipped_scenarios(), key=lambda scenario: len(scenario.beats[0].lines[0].text))


def trainee_who_plays(headset: VirtualHeadset, clips: Sequence[Played]) -> Talkative:
    """Another process at the trainee's end of the headset, ready to answer with these clips."""
    files = [str(clip.path) for clip in clips]
    trainee = Talkative(["voicesim.backends.stand_in_trainee", *files], headset.trainee_environment)
    trainee.wait_for('{"ready"')
    return trainee


def clips_of_one_speaker(shared_data: Path) -> tuple[Played, ...]:
    """Clips of 4 to 9 seconds without a pause that would end a turn, by the first speaker who has enough of them."""
    with (shared_data / "librispeech" / "transcripts.tsv").open() as table:
        rows = [row for row in csv.reader(table, delimiter="\t") if len(row) >= 2]
    by_speaker: dict[str, list[Played]] = {}
    for name, words, *_ in sorted(rows):
        path = shared_data / "librispeech" / f"{name.removesuffix('.flac')}.flac"
        if path.is_file() and 4.0 <= read_audio(path).duration_s <= 9.0 and is_one_turn(read_audio(path)):
            found = by_speaker.setdefault(name.split("-")[0], [])
            found.append(Played(path, words))
            if len(found) == CLIPS:
                return tuple(found)
    pytest.skip("no speaker has enough clips of fitting length")


def is_one_turn(sound: Recording) -> bool:
    spans = SileroActivity().detect(sound)
    return all(later.start_s - earlier.end_s < 0.4 for earlier, later in pairwise(spans))


def plain(text: str) -> str:
    letters = "".join(char.lower() if char.isalpha() or char == "'" else " " for char in text)
    return " ".join({"mr": "mister", "mrs": "missus"}.get(word, word) for word in letters.split())


def word_errors(played: Sequence[Played], heard: Transcript) -> float:
    """Share of the words of these clips that were heard otherwise."""
    return float(jiwer.wer(plain(" ".join(clip.words for clip in played)), plain(heard.text)))
