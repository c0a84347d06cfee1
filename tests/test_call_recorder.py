"""The recording is on disk while it is spoken, and survives what happens to the program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.conftest import noise, tone
from voicesim.audio import read_audio
from voicesim.call.recorder import CUSTOMER, TRAINEE, CallRecorder, rms_db
from voicesim.domain import Recording, Span
from voicesim.errors import StoreError
from voicesim.ports import LineBlock

RATE_HZ = 16_000

RECORD_UNTIL_KILLED = """
import os, signal, sys
from pathlib import Path
import numpy as np
from voicesim.call.recorder import CallRecorder
from voicesim.ports import LineBlock

recorder = CallRecorder(Path(sys.argv[1]), 16000)
random = np.random.default_rng(1)
for number in range(int(sys.argv[2])):
    block = (0.1 * random.standard_normal((2, 512))).astype(np.float32)
    recorder.write(LineBlock(block[1], block[0], True))
os.kill(os.getpid(), signal.SIGKILL)
"""


def blocks(customer: Recording, trainee: Recording) -> list[LineBlock]:
    count = len(customer.samples) // 512
    parts = (slice(512 * n, 512 * n + 512) for n in range(count))
    return [LineBlock(trainee.samples[part], customer.samples[part], True) for part in parts]


def recorded(path: Path, seconds: float = 2.048) -> CallRecorder:
    recorder = CallRecorder(path, RATE_HZ)
    for block in blocks(tone(200, seconds), noise(seconds)):
        recorder.write(block)
    return recorder


def test_customer_and_trainee_are_on_their_channels_of_one_timeline(tmp_path: Path) -> None:
    recorder = recorded(tmp_path / "call.flac")
    recorder.close()
    samples, rate_hz = soundfile.read(recorder.path, dtype="float32")
    assert rate_hz == RATE_HZ and samples.shape == (32768, 2)
    assert np.abs(samples[:, CUSTOMER] - tone(200, 2.048).samples).max() < 1e-4
    assert np.abs(samples[:, TRAINEE] - noise(2.048).samples).max() < 1e-4
    assert recorder.duration_s == pytest.approx(2.048)


def test_the_sound_of_any_stretch_is_at_hand_at_once(tmp_path: Path) -> None:
    recorder = recorded(tmp_path / "call.flac")
    heard = recorder.channel(TRAINEE, Span(0.5, 1.0))
    assert np.array_equal(heard.samples, noise(2.048).samples[8000:16000])
    assert recorder.channel(TRAINEE, Span(1.9, 9.0)).duration_s == pytest.approx(0.148)
    assert recorder.level_db(TRAINEE) == pytest.approx(-20.0, abs=0.5)
    assert len(recorder.channel(CUSTOMER, Span(5.0, 6.0)).samples) == 0


def test_more_than_the_first_minute_is_kept(tmp_path: Path) -> None:
    recorder = CallRecorder(tmp_path / "call.flac", RATE_HZ)
    for number in range(2000):
        block = np.full(512, number / 2000, dtype=np.float32)
        recorder.write(LineBlock(block, -block, False))
    assert recorder.duration_s == pytest.approx(64.0)
    assert recorder.channel(TRAINEE).samples[::512] == pytest.approx(np.arange(2000) / 2000)


@pytest.mark.parametrize("count", [10, 40, 151, 700])
def test_killed_while_recording_at_most_half_a_second_is_lost(tmp_path: Path, count: int) -> None:
    path = tmp_path / "call.flac"
    subprocess.run([sys.executable, "-c", RECORD_UNTIL_KILLED, str(path), str(count)], check=False)
    kept = read_audio(path)
    expected = (0.1 * np.random.default_rng(1).standard_normal((count, 2, 512))).astype(np.float32)
    assert count * 512 / RATE_HZ - 0.6 <= kept.duration_s <= count * 512 / RATE_HZ
    truth = expected.transpose(0, 2, 1).reshape(-1, 2)[: len(kept.samples)]
    assert np.abs(kept.samples - truth).max() < 1e-4


def test_an_unfinished_file_can_be_read_by_any_program(tmp_path: Path) -> None:
    recorder = recorded(tmp_path / "call.flac", 4.096)
    assert soundfile.info(recorder.path).frames == pytest.approx(4.096 * RATE_HZ, abs=0.6 * RATE_HZ)
    assert read_audio(recorder.path).duration_s == pytest.approx(4.096, abs=0.6)


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError, match="the recording cannot be written") as caught:
        CallRecorder(tmp_path / "file" / "call.flac", RATE_HZ)
    assert "\n" not in str(caught.value)


def test_levels_have_a_floor() -> None:
    assert rms_db(np.zeros(100, dtype=np.float32)) == -90.0
    assert rms_db(np.zeros(0, dtype=np.float32)) == -90.0
    assert rms_db(np.full(100, 0.5, dtype=np.float32)) == pytest.approx(-6.02, abs=0.01)
