"""The two decoders, each opened as a stream of float32 blocks: libsndfile first, then PyAV (FFmpeg's codecs)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from voicesim.audio.containers import truncated
from voicesim.errors import AudioError

Block = NDArray[np.float32]
MAX_CHANNELS = 8
"""More channels than any call recorder writes; a header that claims more is damaged or not a call."""
RATES_HZ = (4_000, 384_000)
"""Sampling rates taken; outside lies damage."""
_FORMATS = "wav,w64,aiff,au,caf,flac,ogg,mp3,aac,mov,matroska,webm,asf,amr,amrnb,amrwb,gsm,g722,g729,3gp,mp4,m4a"
"""FFmpeg demuxers allowed: sound files only, never playlists, which could name other files or addresses."""

_NO_LENGTH = ("aac", "amr", "amrnb", "amrwb", "gsm", "g722", "g729", "mp3")
"""Bare streams of packets: FFmpeg only guesses their duration from the bit rate."""


@dataclass(frozen=True, eq=False)
class Decoded:
    """An opened file. `frames` is what its header promises, None when it does not say.

    `blocks(n)` yields arrays (about n, channels) in order, once.
    """

    sample_rate_hz: int
    channels: int
    frames: int | None
    decoder: str
    blocks: Callable[[int], Iterator[Block]]
    close: Callable[[], None]


def open_decoder(file: BinaryIO, name: str) -> Decoded:
    """The first decoder that knows the file. Raises AudioError when neither does or its header is absurd."""
    decoded = _open_soundfile(file, name) or _open_pyav(file, name)
    problem = None
    if not 1 <= decoded.channels <= MAX_CHANNELS:
        problem = f"has {decoded.channels:,} channels; calls of 1 to {MAX_CHANNELS} can be read"
    elif not RATES_HZ[0] <= decoded.sample_rate_hz <= RATES_HZ[1]:
        problem = f"says {decoded.sample_rate_hz:,} samples a second; {RATES_HZ[0]:,} to {RATES_HZ[1]:,} can be read"
    if problem:
        decoded.close()
        raise AudioError(f"{name}: {problem}; export it again")
    return decoded


def _open_soundfile(file: BinaryIO, name: str) -> Decoded | None:
    import soundfile

    try:
        sound = soundfile.SoundFile(file)
    except (soundfile.LibsndfileError, TypeError):
        file.seek(0)
        return None
    frames = sound.frames if 0 <= sound.frames < 2**40 else None

    def blocks(size: int) -> Iterator[Block]:
        done = 0
        while True:
            try:
                block = sound.read(size, dtype="float32", always_2d=True)
            except soundfile.LibsndfileError as error:
                raise truncated(name, f"decoding stopped after {done / sound.samplerate:.1f} s") from error
            done += len(block)
            if len(block):
                yield block
            if len(block) < size:
                break
        if frames is not None and done < frames:
            raise truncated(name, f"{done / sound.samplerate:.1f} s of {frames / sound.samplerate:.1f} s are there")

    return Decoded(
        sound.samplerate, sound.channels, frames, f"soundfile:{sound.format}/{sound.subtype}", blocks, sound.close
    )


def _open_pyav(file: BinaryIO, name: str) -> Decoded:
    import av

    unreadable = AudioError(
        f"{name}: not a sound file that can be decoded; give a WAV, MP3, FLAC, Ogg, M4A or GSM file"
    )
    try:
        container: Any = av.open(file, "r", options={"format_whitelist": _FORMATS})
    except (av.error.FFmpegError, ValueError, OSError) as error:
        raise unreadable from error
    try:
        stream = container.streams.audio[0]
        rate, channels = int(stream.rate), int(stream.channels)
        if channels < 1 or rate < 1:
            raise ValueError("no sound format")
    except (IndexError, AttributeError, TypeError, ValueError) as error:
        container.close()
        raise unreadable from error
    says_length = container.duration and container.format.name not in _NO_LENGTH
    promised = container.duration / av.time_base if says_length else None
    decoder = f"pyav:{container.format.name.split(',')[0]}/{stream.codec_context.name}"

    def blocks(size: int) -> Iterator[Block]:
        return _pyav_blocks(container, stream, size, promised, name)

    return Decoded(rate, channels, None, decoder, blocks, container.close)


def _pyav_blocks(container: Any, stream: Any, size: int, promised_s: float | None, name: str) -> Iterator[Block]:
    import av

    rate, channels, done = int(stream.rate), int(stream.channels), 0
    converter = av.AudioResampler(format="flt", layout=stream.layout, rate=rate)
    pending: list[Block] = []
    try:
        for frame in container.decode(stream):
            parts = converter.resample(frame)
            pending.extend(np.asarray(part.to_ndarray(), np.float32).reshape(-1, channels) for part in parts)
            if sum(map(len, pending)) >= size:
                done += sum(map(len, pending))
                yield np.concatenate(pending)
                pending = []
    except (av.error.FFmpegError, ValueError) as error:
        raise truncated(name, f"decoding stopped after {(done + sum(map(len, pending))) / rate:.1f} s") from error
    if pending:
        done += sum(map(len, pending))
        yield np.concatenate(pending)
    if promised_s is not None and done / rate < promised_s - max(0.5, 0.02 * promised_s):
        raise truncated(name, f"{done / rate:.1f} s of {promised_s:.1f} s are there")
