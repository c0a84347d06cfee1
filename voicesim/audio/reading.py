"""`read_audio`: any sound file as a Recording; `open_audio`: the same in blocks, for files longer than memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from voicesim.audio.containers import check_container
from voicesim.audio.decoders import Block, Decoded, open_decoder
from voicesim.audio.resampling import resample_blocks
from voicesim.domain import Recording
from voicesim.errors import AudioError

MIN_DURATION_S = 0.05
"""Shorter than the shortest vowel; nothing can be measured on it."""
BLOCK_S = 30.0


@dataclass(frozen=True, eq=False)
class AudioStream:
    """An opened sound file, its samples not yet read."""

    name: str
    sample_rate_hz: int
    channels: int
    decoder: str
    frames: int | None
    _decoded: Decoded

    def blocks(self, sample_rate_hz: int | None = None, block_s: float = BLOCK_S) -> Iterator[Block]:
        """The sound in order, float32 (n, channels), about `block_s` seconds each, resampled when a rate is given.

        Can be walked once. Raises AudioError on damage, samples that are no numbers, or too little sound.
        """
        blocks = self._checked(self._decoded.blocks(max(1, round(block_s * self.sample_rate_hz))))
        if sample_rate_hz is None or sample_rate_hz == self.sample_rate_hz:
            return blocks
        return resample_blocks(blocks, self.sample_rate_hz, sample_rate_hz, self.channels)

    def read(self, sample_rate_hz: int | None = None) -> Recording:
        """All of it as a Recording, resampled while it is read when a rate is given. Raises AudioError."""
        rate = sample_rate_hz or self.sample_rate_hz
        samples = _collect(self.blocks(rate), self, rate)
        return Recording(samples[:, 0] if samples.shape[1] == 1 else samples, rate, self.name, self.decoder)

    def _checked(self, blocks: Iterator[Block]) -> Iterator[Block]:
        done = 0
        while True:
            with _file_errors(self.name):
                block = next(blocks, None)
            if block is None:
                break
            if not np.isfinite(block).all():
                at_s = (done + int(np.argmin(np.isfinite(block).all(axis=1)))) / self.sample_rate_hz
                raise AudioError(
                    f"{self.name}: holds samples that are not numbers (at {at_s:.2f} s); export it again as PCM"
                )
            done += len(block)
            yield block
        if done == 0:
            raise AudioError(f"{self.name}: holds no sound (0 samples); record or export it again")
        if done < MIN_DURATION_S * self.sample_rate_hz:
            raise AudioError(
                f"{self.name}: holds only {done / self.sample_rate_hz:.4f} s of sound; too short to measure"
            )


@contextmanager
def open_audio(source: str | Path | BinaryIO, name: str | None = None) -> Iterator[AudioStream]:
    """Open a sound file (path, or binary file object that can seek) for reading in blocks.

    `name` is used in messages and as the recording's source. Raises AudioError naming the file and what to do.
    """
    is_path = isinstance(source, str | Path)
    called = name or (str(source) if is_path else str(getattr(source, "name", "") or "the sound"))
    file = _open_file(Path(cast("str | Path", source)), called) if is_path else cast("BinaryIO", source)
    try:
        with _file_errors(called):
            check_container(file, called)
            decoded = open_decoder(file, called)
        try:
            yield AudioStream(
                called, decoded.sample_rate_hz, decoded.channels, decoded.decoder, decoded.frames, decoded
            )
        finally:
            decoded.close()
    finally:
        if is_path:
            file.close()


@contextmanager
def _file_errors(called: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise AudioError(
            f"{called}: cannot be read ({error.strerror or error}); check the file and its disk"
        ) from error


def read_audio(
    source: str | Path | BinaryIO, *, sample_rate_hz: int | None = None, name: str | None = None
) -> Recording:
    """The whole file as a Recording: float32, (n,) for one channel, (n, channels) for more, in [-1, 1].

    Reads WAV (PCM 8-32 bit, float, mu-law, A-law, GSM), FLAC, MP3, Ogg Vorbis and Opus, AAC/M4A, AMR and raw GSM
    through soundfile, else PyAV; `Recording.decoder` says which. With `sample_rate_hz` it is resampled while it is
    read, so that only the result is held. Raises AudioError, one line that names the file and what to do.
    """
    with open_audio(source, name) as stream:
        return stream.read(sample_rate_hz)


def _collect(blocks: Iterator[Block], stream: AudioStream, rate: int) -> Block:
    """All blocks in one array; sized once where the header says how long, so that long files are not held twice."""
    if stream.frames is None:
        return np.concatenate(list(blocks))
    expected = -(-stream.frames * rate // stream.sample_rate_hz) + rate
    out, done = np.empty((0, stream.channels), np.float32), 0
    for block in blocks:
        if done + len(block) > len(out):
            bigger = np.empty((max(expected, done + len(block)), stream.channels), np.float32)
            bigger[:done] = out[:done]
            out = bigger
        out[done : done + len(block)] = block
        done += len(block)
    return out[:done]


def _open_file(path: Path, called: str) -> BinaryIO:
    if path.is_dir():
        raise AudioError(f"{called}: is a folder, not a sound file; give a file inside it")
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise AudioError(f"{called}: no such file; check the name and the folder") from None
    except PermissionError:
        raise AudioError(f"{called}: may not be read; check its permissions") from None
    except (OSError, ValueError) as error:
        raise AudioError(f"{called}: cannot be opened ({error})") from error
