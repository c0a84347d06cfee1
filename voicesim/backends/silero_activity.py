"""Voice activity by Silero, the vectorised copy that faster-whisper carries (MIT licence)."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import soxr
from numpy.typing import NDArray

from voicesim.domain import Recording, Span
from voicesim.errors import EngineError

RATE_HZ = 16_000
FRAME_SAMPLES = 512
"""Silero decides on frames of 32 ms at 16 kHz."""
SPEECH_THRESHOLD = 0.5
MIN_SPEECH_MS = 100
MIN_SILENCE_MS = 200
PAD_MS = 30


class SileroActivity:
    """A `SpeechDetector`. The model is loaded at first use and kept; it is a megabyte and loads in milliseconds."""

    @cached_property
    def _model(self) -> Any:
        try:
            from faster_whisper.vad import get_vad_model
        except ImportError as error:
            raise EngineError("voice activity needs the package faster-whisper: pip install faster-whisper") from error
        return get_vad_model()

    def probabilities(self, recording: Recording) -> NDArray[np.float32]:
        """Speech probability 0-1 for each frame of 32 ms; a last, incomplete frame is padded with silence."""
        samples = at_16_khz(recording)
        if len(samples) == 0:
            return np.zeros(0, dtype=np.float32)
        padded = np.pad(samples, (0, -len(samples) % FRAME_SAMPLES))
        return np.asarray(self._model(padded), dtype=np.float32).reshape(-1)

    def detect(self, recording: Recording) -> tuple[Span, ...]:
        """Stretches of speech of at least 0.1 s; pauses shorter than 0.2 s stay inside a stretch."""
        from faster_whisper.vad import VadOptions, get_speech_timestamps

        samples = at_16_khz(recording)
        if len(samples) == 0:
            return ()
        options = VadOptions(
            threshold=SPEECH_THRESHOLD,
            min_speech_duration_ms=MIN_SPEECH_MS,
            min_silence_duration_ms=MIN_SILENCE_MS,
            speech_pad_ms=PAD_MS,
        )
        found = get_speech_timestamps(samples, options)
        end_s = len(samples) / RATE_HZ
        return tuple(Span(min(f["start"] / RATE_HZ, end_s), min(f["end"] / RATE_HZ, end_s)) for f in found)


def at_16_khz(recording: Recording) -> NDArray[np.float32]:
    """The recording's mono samples at 16 kHz, float32 (n,)."""
    samples = recording.mono().samples
    if recording.sample_rate_hz == RATE_HZ:
        return np.ascontiguousarray(samples, dtype=np.float32)
    return np.asarray(soxr.resample(samples, recording.sample_rate_hz, RATE_HZ), dtype=np.float32)
