"""Bad input: one line that names the file or thing and says what to do, exit code 2, nothing half-written."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from tests.conftest import tone
from tests.example_sessions import make_session
from voicesim.delivery.training import read_labels, train_head
from voicesim.domain import Recording, Span
from voicesim.errors import ContentError
from voicesim.store import Store


def voicesim(*arguments: str | Path, data_dir: Path) -> subprocess.CompletedProcess[str]:
    """The real command in a process of its own."""
    command = [sys.executable, "-m", "voicesim", "--data-dir", str(data_dir), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def assert_one_line_error(done: subprocess.CompletedProcess[str], *mentions: str) -> None:
    lines = done.stderr.strip().splitlines()
    assert done.returncode == 2, done.stderr
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("voicesim: ")
    for mention in mentions:
        assert mention in lines[0]


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def wav_bytes(tmp_path: Path) -> bytes:
    whole = tmp_path / "whole.wav"
    recording = tone(200, 2.0)
    soundfile.write(whole, recording.samples, recording.sample_rate_hz)
    return whole.read_bytes()


@pytest.fixture
def bad_files(tmp_path: Path) -> dict[str, Path]:
    whole = wav_bytes(tmp_path)
    nan = tmp_path / "nan.wav"
    soundfile.write(nan, np.full(16000, np.nan, dtype=np.float32), 16000, subtype="FLOAT")
    no_samples = tmp_path / "no_samples.wav"
    soundfile.write(no_samples, np.zeros(0, dtype=np.float32), 16000)
    return {
        "missing": tmp_path / "missing.wav",
        "empty": written(tmp_path / "empty.wav", b""),
        "text": written(tmp_path / "text.wav", b"Dear Sir or Madam, this is not a sound.\n" * 20),
        "truncated": written(tmp_path / "truncated.wav", whole[: len(whole) // 2]),
        "header only": written(tmp_path / "header.wav", whole[:30]),
        "NaN": nan,
        "no samples": no_samples,
        "folder": tmp_path,
    }


KINDS = ["missing", "empty", "text", "truncated", "header only", "NaN", "no samples", "folder"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_no_sound_is_one_line_naming_it(kind: str, bad_files: dict[str, Path], tmp_path: Path) -> None:
    file = bad_files[kind]
    done = voicesim("analyse", file, "--json", data_dir=tmp_path / "data")
    assert_one_line_error(done, file.name)
    assert done.stdout == ""
    assert not (tmp_path / "data").exists()


def test_an_unknown_scenario_is_one_line_and_no_call_is_begun(tmp_path: Path) -> None:
    done = voicesim("practice", "--scenario", "no_such_customer", data_dir=tmp_path / "data")
    assert_one_line_error(done, "no_such_customer", "angry_refund")
    assert not (tmp_path / "data").exists()


def test_a_malformed_scenario_names_line_and_field(tmp_path: Path) -> None:
    file = written(tmp_path / "mine.toml", b'id = "mine"\ntitle = 3\n')
    assert_one_line_error(
        voicesim("practice", "--scenario", file, data_dir=tmp_path / "data"), "mine.toml", "line 2", "title"
    )


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        (None, "labels.csv: no such file; it names path, speaker, label of every clip"),
        (b"", "labels.csv, line 1, path: has no column 'path'; its first line must name path, speaker, label"),
        (b"path,who,label\n", "labels.csv, line 1, speaker: has no column 'speaker'"),
        (b"path,speaker,label\n\nnone.wav,Ann,warm\n", "labels.csv, line 3, path: there is no clip 'none.wav'"),
        (b"path;speaker;label\nwhole.wav;;warm\n", "labels.csv, line 2, speaker: is missing or empty"),
        (b"path,speaker,label\nwhole.wav,Ann,angry\n", "labels.csv, line 2, label: 'angry' is not one of calm, cold"),
        (b"path,speaker,label\nwhole.wav,Ann,warm,\n", "labels.csv, line 2: has more cells than headings"),
        (b"path,speaker,label\nwhole.wav,Zo\xeb,warm\n", "labels.csv, line 2: is not UTF-8 text"),
        (
            b"path,speaker,label\nwhole.wav,Ann,warm\n",
            "labels.csv, label: no clip is labelled 'heated', so heat cannot",
        ),
        (
            b"path,speaker,label\nwhole.wav,Ann,heated calm lively flat warm cold\nwhole.wav,Ann,neutral\n",
            "labels.csv, speaker: at least two speakers are needed",
        ),
        (
            b"path,speaker,label\nwhole.wav,Ann,heated calm lively flat warm cold\nwhole.wav,Bob,neutral calm\n",
            "labels.csv, label: 'heated' needs a clip each of two or more speakers who have others labelled 'neutral'",
        ),
        (
            b"path,speaker,label\nwhole.wav,Ann,heated calm lively flat warm cold\nwhole.wav,Ann,neutral\n"
            b"whole.wav,Bob,heated calm flat warm cold\nwhole.wav,Bob,neutral\n",
            "labels.csv, label: 'lively' needs a clip each of two or more speakers",
        ),
    ],
)
def test_labels_that_cannot_be_learned_from_name_line_and_field(
    labels: bytes | None, says: str, tmp_path: Path
) -> None:
    wav_bytes(tmp_path)
    if labels is not None:
        written(tmp_path / "labels.csv", labels)
    with pytest.raises(ContentError) as caught:
        read_labels(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path}/{says}")


class HearsNothing:
    """A `SpeechDetector` for which no sound is speech."""

    def detect(self, recording: Recording) -> tuple[Span, ...]:
        return ()

    def listener(self, sample_rate_hz: int) -> Callable[[NDArray[np.float32]], float]:
        raise NotImplementedError


def test_labelled_clips_without_speech_are_one_line_and_no_head_is_written(tmp_path: Path) -> None:
    wav_bytes(tmp_path)
    clips = "whole.wav,{0},heated calm lively flat warm cold\nwhole.wav,{0},neutral\n"
    labels = "path,speaker,label\n" + clips.format("Ann") + clips.format("Bob")
    written(tmp_path / "labels.csv", labels.encode())
    with pytest.raises(ContentError, match=r"labels\.csv, label: no clip with speech is labelled 'heated'"):
        train_head(tmp_path, tmp_path / "own.npz", HearsNothing(), None)
    assert not list(tmp_path.glob("own*"))


def test_a_device_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = voicesim("practice", "--device", "no such headset", data_dir=tmp_path / "data")
    assert_one_line_error(done)
    assert not list((tmp_path / "data").rglob("*.flac"))


def test_an_unknown_session_is_one_line(tmp_path: Path) -> None:
    assert_one_line_error(voicesim("show", "20200101-0000-zzz", data_dir=tmp_path / "data"), "20200101-0000-zzz")


def test_a_data_folder_that_is_a_file_is_one_line(tmp_path: Path) -> None:
    file = written(tmp_path / "taken", b"")
    assert_one_line_error(voicesim("sessions", data_dir=file), "taken")


@pytest.mark.parametrize(
    ("arguments", "mentions"),
    [
        (["frobnicate"], ["no such command 'frobnicate'", "--help`"]),
        (["show"], ["missing argument", "show --help`"]),
        (["practice", "--patience", "9"], ["--patience", "3"]),
        (["practice", "--trainee", "  "], ["--trainee", "needs a name"]),
        (["serve", "--scenario", "none.toml"], ["none.toml", "no such file"]),
        (["serve", "--no-open", "--host", "192.0.2.7", "--token", ""], ["192.0.2.7", "--host"]),
        (["trainee", "forget", "Nobody"], ["no trainee 'Nobody'"]),
        (["enrol"], ["microphone"]),
        (["batch", "none", "--output", "rows.csv"], ["none: no such file or folder"]),
        (["train-delivery", "none", "--output", "own.npz"], ["none: no such file; it names path, speaker, label"]),
        (["train-delivery", ".", "--output", "none/own.npz"], ["none/own.npz: name a file in a folder that is there"]),
    ],
    ids=lambda value: value[0],
)
def test_what_cannot_be_made_sense_of_is_one_line(arguments: list[str], mentions: list[str], tmp_path: Path) -> None:
    done = voicesim(*arguments, data_dir=tmp_path / "data")
    if arguments == ["enrol"] and done.returncode == 0:
        pytest.skip("this machine has a microphone")
    assert_one_line_error(done, *mentions)
    assert done.stdout == ""


def test_called_with_nothing_it_shows_its_help(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "voicesim"], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "") and "Commands:" in done.stderr and "practice" in done.stderr


def test_a_question_answered_with_no_changes_nothing(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        store.save_session(make_session("a", trainee="Ana"))
    command = [sys.executable, "-m", "voicesim", "--data-dir", str(tmp_path)]
    for asked in (["delete", "a"], ["trainee", "forget", "Ana"]):
        done = subprocess.run([*command, *asked], input="n\n", capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stderr) == (1, "Nothing was changed.\n")
    with Store(tmp_path) as store:
        assert [row.id for row in store.list_sessions()] == ["a"]


def test_no_call_that_fits_is_told_apart_from_no_call_at_all(tmp_path: Path) -> None:
    assert "Take a first call" in voicesim("sessions", data_dir=tmp_path).stdout
    assert voicesim("sessions", "--scenario", "none", data_dir=tmp_path).stdout == "No call fits.\n"


def test_the_version_is_said(tmp_path: Path) -> None:
    done = voicesim("--version", data_dir=tmp_path)
    assert (done.stdout, done.stderr, done.returncode) == (f"voicesim {version('voicesim')}\n", "", 0)
