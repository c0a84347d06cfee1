"""The whole product at once: `voicesim practice` on a virtual headset, answered by real people's recorded speech.

One process is the product, another listens to the customer and answers, PulseAudio is the headset between them. What
was stored is then held against what was played.
"""

from __future__ import annotations

import csv
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from queue import Empty, SimpleQueue

import jiwer
import numpy as np
import pytest

from voicesim.audio import read_audio
from voicesim.backends.silero_activity import SileroActivity
from voicesim.backends.virtual_headset import VirtualHeadset, missing_parts
from voicesim.customer.scenarios import shipped_scenarios
from voicesim.domain import Ending, Recording, Session
from voicesim.store import Store

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


@dataclass(frozen=True)
class FirstCall:
    session: Session
    recording: Recording
    played: tuple[Played, ...]
    told: str


class Talkative:
    """A process whose lines are read as they come."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", *command],
            env=environment,
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


def practice_command(data_dir: Path) -> list[str]:
    """A call from the customer who says the least at first."""
    brief = min(shipped_scenarios(), key=lambda scenario: len(scenario.beats[0].lines[0].text))
    options = ["--scenario", brief.id, "--trainee", "Ada", "--seed", "3"]
    return ["voicesim", "--data-dir", str(data_dir), "practice", *options]


def is_one_turn(sound: Recording) -> bool:
    spans = SileroActivity().detect(sound)
    return all(later.start_s - earlier.end_s < 0.4 for earlier, later in pairwise(spans))


@pytest.fixture(scope="module")
def first_call(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirstCall]:
    if missing := missing_parts():
        pytest.skip(f"a virtual headset needs {', '.join(missing)}")
    played = clips_of_one_speaker(shared_data)
    data_dir = tmp_path_factory.mktemp("first-call")
    with VirtualHeadset() as headset:
        trainee = Talkative(
            ["voicesim.backends.stand_in_trainee", *(str(clip.path) for clip in played)],
            dict(headset.trainee_environment),
        )
        trainee.wait_for('{"ready"')
        practice = Talkative(
            practice_command(data_dir),
            dict(headset.customer_environment),
        )
        try:
            practice.wait_for("You:", times=CLIPS)
            code = practice.end(signal.SIGINT)
        finally:
            practice.process.kill()
            trainee.process.kill()
    assert code == 0, practice.told
    with Store(data_dir) as store:
        [summary] = store.list_sessions()
        session = store.session(summary.id)
        path = store.recording_file(session)
        assert path is not None
        yield FirstCall(session, read_audio(path), played, practice.told)


def plain(text: str) -> str:
    letters = "".join(char.lower() if char.isalpha() or char == "'" else " " for char in text)
    return " ".join({"mr": "mister", "mrs": "missus"}.get(word, word) for word in letters.split())


def test_the_call_is_stored_as_it_was_held(first_call: FirstCall) -> None:
    session = first_call.session
    assert session.trainee == "Ada" and session.ending.ending in set(Ending) - {Ending.LOST}
    assert sum(turn.analysis is not None for turn in session.turns) >= CLIPS
    assert first_call.recording.channels == 2
    assert first_call.recording.duration_s == pytest.approx(session.duration_s, abs=0.05)
    told = " ".join(first_call.told.split())
    assert all(turn.line.text in told for turn in session.turns)


def test_the_words_are_those_that_were_played(first_call: FirstCall) -> None:
    truth = plain(" ".join(clip.words for clip in first_call.played))
    assert first_call.session.analysis is not None
    heard = plain(first_call.session.analysis.transcript.text)
    assert jiwer.wer(truth, heard) <= WORD_ERRORS_AT_MOST, heard


def test_words_lie_where_they_were_spoken(first_call: FirstCall) -> None:
    trainee = first_call.recording.channel(1).samples
    for turn in first_call.session.turns:
        if turn.analysis is None or turn.reply_span is None:
            continue
        for word in turn.analysis.transcript.words:
            assert turn.reply_span.start_s - 0.3 <= word.span.start_s <= word.span.end_s <= turn.reply_span.end_s + 0.3
            assert word.confidence is None or 0.0 <= word.confidence <= 1.0
    loud_s = np.flatnonzero(np.abs(trainee) > 0.02) / 16_000
    spans = [turn.reply_span for turn in first_call.session.turns if turn.reply_span is not None]
    inside = sum(np.count_nonzero((span.start_s - 0.3 <= loud_s) & (loud_s <= span.end_s + 0.3)) for span in spans)
    assert inside / len(loud_s) > 0.98


def test_replies_are_as_long_as_what_was_played(first_call: FirstCall) -> None:
    answered = [turn for turn in first_call.session.turns if turn.analysis is not None]
    for turn, clip in zip(answered, first_call.played, strict=False):
        assert turn.reply_span is not None
        loud = np.flatnonzero(np.abs(clip.sound.samples) > 0.02)
        assert turn.reply_span.duration_s == pytest.approx((loud[-1] - loud[0]) / 16_000, abs=0.5)


def test_measures_and_scores_are_those_of_the_clips_themselves(first_call: FirstCall) -> None:
    """Pitch within a semitone, rate within 12 %, level within 1.5 dB, scores within 15 points of the clips alone."""
    from voicesim import analyse

    session = first_call.session
    pause = np.zeros(16_000, dtype=np.float32)
    parts = [part for clip in first_call.played for part in (clip.sound.samples, pause)]
    alone = analyse(Recording(np.concatenate(parts), 16_000, source="the clips"))
    heard = session.analysis
    assert heard is not None and session.scores is not None
    assert heard.prosody.f0_median_hz and alone.prosody.f0_median_hz
    assert 12 * abs(np.log2(heard.prosody.f0_median_hz / alone.prosody.f0_median_hz)) < 1.0
    assert heard.pace.speech_rate_wpm == pytest.approx(alone.pace.speech_rate_wpm, rel=0.12)
    assert heard.prosody.level_db == pytest.approx(alone.prosody.level_db, abs=1.5)
    for name in ("tone", "pace", "warmth"):
        score, expected = getattr(session.scores, name), getattr(alone.scores, name)
        assert (score.value is None) == (expected.value is None), name
        if score.value is not None:
            assert score.value == pytest.approx(expected.value, abs=15), name
            assert score.evidence


def test_unplugged_mid_call_the_call_is_kept_and_told_in_one_line(
    shared_data: Path, tmp_path: Path, first_call: FirstCall
) -> None:
    """The sound server is killed, as a pulled plug would, while the trainee speaks."""
    with VirtualHeadset() as headset:
        trainee = Talkative(
            ["voicesim.backends.stand_in_trainee", str(first_call.played[0].path)], dict(headset.trainee_environment)
        )
        trainee.wait_for('{"ready"')
        practice = Talkative(
            practice_command(tmp_path),
            dict(headset.customer_environment),
        )
        try:
            practice.wait_for("You:")
            headset.unplug()
            code = practice.process.wait(LONGEST_WAIT_S)
            practice.wait_for("voicesim: ")
        finally:
            practice.process.kill()
            trainee.process.kill()
    assert code == 2
    last = [line for line in practice.lines if line.startswith("voicesim: ")]
    assert len(last) == 1 and "unplugged" in last[0] and "kept" in last[0]
    assert "Traceback" not in practice.told and "ALSA" not in practice.told
    with Store(tmp_path) as store:
        [summary] = store.list_sessions()
        session = store.session(summary.id)
        assert session.ending.ending is Ending.LOST
        assert session.turns[0].analysis is not None
        heard = plain(session.turns[0].analysis.transcript.text)
        assert jiwer.wer(plain(first_call.played[0].words), heard) <= WORD_ERRORS_AT_MOST
