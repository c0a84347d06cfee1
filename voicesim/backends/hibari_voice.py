"""hibari: the natural voice that comes with voicesim (Apache-2.0), about a hundred times faster than real time."""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any

import numpy as np

from voicesim.customer.quiet_cuts import without_edges
from voicesim.domain import Recording
from voicesim.errors import EngineError

_NOISE_SEED = 0
_BETWEEN_SENTENCES_S = 0.35
"""Instead of the 0.8 s that the model leaves: a listener takes that for the end of a turn."""


class HibariVoice:
    """The voice inside the package hibari-tts: an American woman's, distilled from Kokoro-82M's af_heart.

    Rendering is deterministic: the noise in a reading always begins at the same seed. The model is loaded at the first
    line; nothing is downloaded.
    """

    name = "hibari:heart"

    def render(self, text: str) -> Recording:
        """`text` in the voice's neutral reading, mono, 24 kHz; see `ports.Voice`. Raises EngineError."""
        voice, lock = _load()
        try:
            with lock:
                made = [Recording(sound, voice.sample_rate) for sound in voice.stream(text, seed=_NOISE_SEED)]
        except Exception as error:
            raise EngineError(f"the voice {self.name} failed on {text!r}: {error}") from error
        pause = np.zeros(round(_BETWEEN_SENTENCES_S * voice.sample_rate), dtype=np.float32)
        pieces = [piece for sentence in made for piece in (pause, without_edges(sentence).samples)]
        samples = np.concatenate(pieces[1:]) if pieces else pause[:0]
        return Recording(samples.astype(np.float32), voice.sample_rate, source=self.name)


@lru_cache(maxsize=1)
def _load() -> tuple[Any, threading.Lock]:
    """The loaded voice, and a lock: its reader of words keeps what it has read."""
    try:
        from hibari import Hibari

        voice = Hibari()
        voice.phonemize("Hello.")  # the reader's dictionaries are loaded at first use
    except Exception as error:
        raise EngineError(f"the voice hibari cannot be loaded ({error}); run the set-up again") from error
    return voice, threading.Lock()
