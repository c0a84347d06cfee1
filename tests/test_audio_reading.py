"""Any recording in, one clear error for each kind of damage."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import tone
from voicesim.audio import open_audio, read_audio, resample, write_flac
from voicesim.domain import Recording
from voicesim.errors import AudioError

RATE_HZ = 8000
KINDS = [
    ("wav", "WAV", "PCM_U8", 0.02),
    ("wav", "WAV", "PCM_16", 1e-3),
    ("wav", "WAV", "PCM_24", 1e-5),
    ("wav", "WAV", "PCM_32", 1e-6),
    ("wav", "WAV", "FLOAT", 1e-6),
    ("wav", "WAV", "ULAW", 0.02),
    ("wav", "WAV", "ALAW", 0.02),
    ("flac", "FLAC", "PCM_16", 1e-3),
]
LOSSY = [("ogg", "OGG", "VORBIS"), ("opus", "OGG", "OPUS"), ("mp3", "MP3", "MPEG_LAYER_III")]


def stereo(duration_s: float = 1.0) -> np.ndarray:
    left = tone(220, duration_s, rate_hz=RATE_HZ).samples
    return np.stack([left, 0.5 * left], axis=1)


@pytest.mark.parametrize(("suffix", "container", "coding", "within"), KINDS)
def test_every_pcm_and_companded_kind_comes_back(
    tmp_path: Path, suffix: str, container: str, coding: str, within: float
) -> None:
    path = tmp_path / f"call.{suffix}"
    soundfile.write(path, stereo(), RATE_HZ, format=container, subtype=coding)
    recording = read_audio(path)
    assert recording.samples.shape == (RATE_HZ, 2)
    assert recording.samples.dtype == np.float32
    assert recording.sample_rate_hz == RATE_HZ
    assert recording.decoder == f"soundfile:{container}/{coding}"
    assert np.abs(recording.samples - stereo()).max() < within


@pytest.mark.parametrize(("suffix", "container", "coding"), LOSSY)
def test_lossy_kinds_keep_pitch_and_length(tmp_path: Path, suffix: str, container: str, coding: str) -> None:
    path = tmp_path / f"call.{suffix}"
    soundfile.write(path, stereo(), RATE_HZ, format=container, subtype=coding)
    recording = read_audio(path)
    assert recording.duration_s == pytest.approx(1.0, abs=0.1)
    spectrum = np.abs(np.fft.rfft(recording.samples[:, 0]))
    assert np.argmax(spectrum) / recording.duration_s == pytest.approx(220, abs=3)


def test_what_soundfile_cannot_read_pyav_does(tmp_path: Path) -> None:
    import av

    path = tmp_path / "call.m4a"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=16_000)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(tone(220, 2.0).samples[None], format="fltp", layout="mono")
        frame.rate = 16_000
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    recording = read_audio(path)
    assert recording.decoder == "pyav:mov/aac"
    assert recording.channels == 1
    assert recording.duration_s == pytest.approx(2.0, abs=0.2)


def test_a_file_object_is_read_under_its_name() -> None:
    memory = io.BytesIO()
    soundfile.write(memory, stereo(), RATE_HZ, format="WAV")
    memory.seek(0)
    assert read_audio(memory, name="memory://call.wav").source == "memory://call.wav"


def test_resampling_while_reading_equals_resampling_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    soundfile.write(path, stereo(3.0), RATE_HZ)
    at_once = resample(read_audio(path), 16_000)
    with open_audio(path) as stream:
        in_blocks = np.concatenate(list(stream.blocks(16_000, block_s=0.37)))
    assert in_blocks.shape == at_once.samples.shape == (48_000, 2)
    assert np.abs(in_blocks - at_once.samples).max() < 1e-5


def test_96_khz_24_bit_stereo_works(tmp_path: Path) -> None:
    path = tmp_path / "studio.wav"
    soundfile.write(path, np.tile(tone(220, 1.0, rate_hz=96_000).samples[:, None], 2), 96_000, subtype="PCM_24")
    assert read_audio(path).sample_rate_hz == 96_000
    assert read_audio(path, sample_rate_hz=16_000).samples.shape == (16_000, 2)


def damaged(tmp_path: Path) -> dict[str, tuple[Path, str]]:
    """One file of each kind of damage, and a word its error must hold."""
    good = tmp_path / "good.wav"
    soundfile.write(good, stereo(), RATE_HZ)
    files: dict[str, tuple[Path, str]] = {"missing": (tmp_path / "missing.wav", "no such file")}

    def put(name: str, content: bytes, says: str) -> None:
        path = tmp_path / f"{name}.wav"
        path.write_bytes(content)
        files[name] = (path, says)

    put("empty", b"", "empty")
    put("text", b"Dear colleagues, please find attached\n" * 40, "text file")
    put("noise", np.random.default_rng(0).bytes(4000), "not a sound file")
    put("truncated", good.read_bytes()[:-1000], "cut off")
    put("header_only", good.read_bytes()[:40], "cut off")
    with_nan = stereo().copy()
    with_nan[100] = np.nan
    soundfile.write(tmp_path / "nan.wav", with_nan, RATE_HZ, subtype="FLOAT")
    files["nan"] = (tmp_path / "nan.wav", "not numbers")
    for name, samples, says in (("zero", 0, "0 samples"), ("one", 1, "too short")):
        soundfile.write(tmp_path / f"{name}.wav", stereo()[:samples], RATE_HZ)
        files[name] = (tmp_path / f"{name}.wav", says)
    with wave.open(str(tmp_path / "wide.wav"), "wb") as wide:
        wide.setparams((1000, 2, RATE_HZ, 0, "NONE", ""))
        wide.writeframes(bytes(2000 * 800))
    files["wide"] = (tmp_path / "wide.wav", "1,000 channels")
    (tmp_path / "folder.wav").mkdir()
    files["folder"] = (tmp_path / "folder.wav", "folder")
    return files


@pytest.mark.parametrize(
    "kind",
    ["missing", "empty", "text", "noise", "truncated", "header_only", "nan", "zero", "one", "wide", "folder"],
)
def test_damage_is_one_line_that_names_the_file(tmp_path: Path, kind: str) -> None:
    path, says = damaged(tmp_path)[kind]
    with pytest.raises(AudioError) as caught:
        read_audio(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert says in message
    assert "\n" not in message


@pytest.mark.parametrize(("suffix", "container", "coding"), [*LOSSY, ("flac", "FLAC", "PCM_16")])
def test_compressed_files_cut_short_are_not_shortened_in_silence(
    tmp_path: Path, suffix: str, container: str, coding: str
) -> None:
    path = tmp_path / f"call.{suffix}"
    rng = np.random.default_rng(1)
    soundfile.write(path, rng.normal(0, 0.1, (4 * RATE_HZ, 2)), RATE_HZ, format=container, subtype=coding)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * 0.6)])
    with pytest.raises(AudioError, match="cut off"):
        read_audio(path)


def test_a_streamed_wav_without_lengths_is_read(tmp_path: Path) -> None:
    path = tmp_path / "streamed.wav"
    soundfile.write(path, stereo(), RATE_HZ)
    content = bytearray(path.read_bytes())
    at = content.index(b"data")
    content[4:8] = content[at + 4 : at + 8] = b"\xff" * 4
    path.write_bytes(content)
    assert read_audio(path).samples.shape == (RATE_HZ, 2)


def test_a_playlist_opens_nothing_else(tmp_path: Path) -> None:
    secret = tmp_path / "secret.wav"
    soundfile.write(secret, stereo(), RATE_HZ)
    playlist = tmp_path / "call.mp3"
    playlist.write_text(f"#EXTM3U\n#EXTINF:10,\n{secret}\n")
    with pytest.raises(AudioError):
        read_audio(playlist)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_wav_cut_anywhere_raises_and_never_crashes(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    memory = io.BytesIO()
    soundfile.write(memory, stereo(0.2), RATE_HZ, format="WAV")
    content = memory.getvalue()
    kept = data.draw(st.integers(0, len(content) - 1))
    with pytest.raises(AudioError):
        read_audio(io.BytesIO(content[:kept]), name="cut.wav")


def test_flac_keeps_sixteen_bits_and_leaves_no_part_behind(tmp_path: Path) -> None:
    path = tmp_path / "kept.flac"
    loud = Recording(np.array([[0.5, -2.0]] * 800, dtype=np.float32), RATE_HZ)
    write_flac(loud, path)
    kept = read_audio(path)
    assert kept.samples[0] == pytest.approx([0.5, -1.0], abs=1e-4)
    assert [p.name for p in tmp_path.iterdir()] == ["kept.flac"]
    with pytest.raises(AudioError, match="cannot be written"):
        write_flac(loud, tmp_path / "no" / "such" / "folder.flac")
