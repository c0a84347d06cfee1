"""The recogniser's encoder as an ear for delivery: the first layers of Whisper tiny.en, run where there is sound."""

from __future__ import annotations

import math
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from voicesim.backends.encoder_graph import PLACES, SOUND, TAPS, encoder_graph
from voicesim.backends.encoder_weights import encoder_weights
from voicesim.backends.silero_activity import RATE_HZ, at_16_khz
from voicesim.backends.whisper_transcriber import DEFAULT_MODEL, model_folder
from voicesim.domain import EncoderFrames, Recording
from voicesim.errors import EngineError

LAYERS = (1, 2, 3)
"""Depths that are heard: a frame is the outputs after these layers side by side, all from one pass."""
FRAME_S = 0.02
LONGEST_WINDOW_S = 10.0
"""Short windows cost less: attention grows with the square of their length, and nothing is padded to 30 s."""
SPEECH_LEVEL = 0.05
"""Each window is brought to this RMS level, so that the gain of a microphone cannot be heard."""
FLOOR_POWER = 1e-4
"""Added to every mel band, some 30 dB below a voice's strong ones, so that a quiet room and light noise sound alike."""

_HOP, _FFT, _MELS = 160, 400, 80
_GATE_DB = 35.0
_JOIN_S, _PAD_S, _SHORTEST_S = 0.5, 0.1, 0.2

Samples = NDArray[np.float32]


class WhisperEncoder:
    """A `SpeechEncoder`, loaded at first use and kept. What it gives is the same, bit for bit, with any `threads`."""

    def __init__(self, *, layers: tuple[int, ...] = LAYERS, threads: int = 1) -> None:
        self.name = f"whisper-{DEFAULT_MODEL}-layers-{'-'.join(map(str, layers))}-floor-{FLOOR_POWER:.0e}"
        self._layers, self._threads = layers, threads

    @cached_property
    def _model(self) -> tuple[Any, Samples]:
        """The session, and what is added for each place in a window, (1, places, width)."""
        import onnxruntime

        weights = encoder_weights(Path(model_folder(DEFAULT_MODEL)))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = self._threads, 1
        options.log_severity_level = 3
        try:
            graph = encoder_graph(weights, self._layers)
            session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
            return session, weights["position_encodings/encodings"][None]
        except Exception as error:  # the runtime's errors share no base class but this
            raise EngineError(f"the speech model's encoder cannot be loaded ({error})") from error

    def encode(self, recording: Recording) -> EncoderFrames:
        """Encoder output, 50 frames a second, wherever a mono recording is not near silence.

        Windows of at most 10 s are each brought to one level. Raises EngineError.
        """
        samples = at_16_khz(recording)
        times: list[NDArray[np.float64]] = []
        features: list[NDArray[np.float16]] = []
        for first, last in _windows(samples):
            piece = samples[first:last]
            hidden = self._run(_log_mel(piece * np.float32(SPEECH_LEVEL / _active_rms(piece)), FLOOR_POWER))
            features.append(hidden.astype(np.float16))
            times.append(first / RATE_HZ + FRAME_S * (np.arange(len(hidden), dtype=np.float64) + 0.5))
        if not features:
            return EncoderFrames(np.zeros(0), np.zeros((0, 0), dtype=np.float16), self.name)
        return EncoderFrames(np.concatenate(times), np.concatenate(features), self.name)

    def _run(self, log_mel: Samples) -> Samples:
        """Hidden states (n, layers * width) of a window, two of its mel frames in each; an odd last one is left out."""
        session, places = self._model
        sound = _beside_neighbours(log_mel[:, : log_mel.shape[1] // 2 * 2])
        try:
            hidden: Samples = session.run(None, {SOUND: sound, PLACES: places[:, : sound.shape[1] // 2]})[0][0]
        except Exception as error:  # as above
            raise EngineError(f"the speech model's encoder failed ({error})") from error
        return hidden


def _beside_neighbours(log_mel: Samples) -> Samples:
    """Each frame with those before and after it, band by band, shape (1, n, TAPS * mels)."""
    around = np.pad(log_mel.T, ((TAPS // 2, TAPS // 2), (0, 0)))
    beside: Samples = np.lib.stride_tricks.sliding_window_view(around, TAPS, axis=0).reshape(1, log_mel.shape[1], -1)
    return beside


def _levels_db(samples: Samples) -> NDArray[np.float64]:
    """RMS level of each whole 20 ms, dB full scale."""
    step = round(FRAME_S * RATE_HZ)
    whole = len(samples) // step
    power = np.mean(np.square(samples[: whole * step].reshape(whole, step), dtype=np.float64), axis=1)
    level: NDArray[np.float64] = 10 * np.log10(np.maximum(power, 1e-12))
    return level


def _active_rms(samples: Samples) -> float:
    level = _levels_db(samples)
    active = level[level > level.max() - _GATE_DB]
    return float(np.sqrt(np.mean(10 ** (active / 10))))


def _windows(samples: Samples) -> list[tuple[int, int]]:
    """First and last sample of each window: what lies within 35 dB of the loud parts, a little around it kept."""
    level = _levels_db(samples)
    if len(level) == 0 or level.max() <= -100:
        return []
    active = np.flatnonzero(level > np.percentile(level, 99) - _GATE_DB)
    breaks = np.flatnonzero(np.diff(active) * FRAME_S > _JOIN_S)
    starts, ends = active[np.r_[0, breaks + 1]], active[np.r_[breaks, len(active) - 1]] + 1
    end_s = len(samples) / RATE_HZ
    windows = []
    for start, end in zip(starts * FRAME_S - _PAD_S, ends * FRAME_S + _PAD_S, strict=True):
        if end - start - 2 * _PAD_S < _SHORTEST_S:
            continue
        edges = np.linspace(max(0.0, start), min(end_s, end), 1 + math.ceil((end - start) / LONGEST_WINDOW_S))
        samples_at = np.round(edges * RATE_HZ).astype(int).tolist()
        windows += list(pairwise(samples_at))
    return windows


def _log_mel(samples: Samples, floor_power: float = 0.0) -> Samples:
    """Whisper's input, shape (80, n): log10 mel power every 10 ms, at most 8 below its peak, scaled to about -1..1.

    `floor_power` is added to the power of every band first.
    """
    padded = np.pad(samples, _FFT // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[::_HOP][: max(1, len(samples) // _HOP)]
    window = np.hanning(_FFT + 1)[:_FFT].astype(np.float32)
    spectrum = fft.rfft(frames * window, axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    log = np.log10(np.maximum(_mel_filters() @ power.T + np.float32(floor_power), 1e-10))
    scaled: Samples = np.ascontiguousarray((np.maximum(log, log.max() - 8.0) + 4.0) / 4.0, dtype=np.float32)
    return scaled


@cache
def _mel_filters() -> Samples:
    from faster_whisper.feature_extractor import FeatureExtractor

    return np.asarray(FeatureExtractor.get_mel_filters(RATE_HZ, _FFT, _MELS), dtype=np.float32)
