"""A Piper model in two halves: what is said and when, and the sound of it, which can then be made stretch by stretch.

The second half (HiFi-GAN) hears `_CONTEXT_FRAMES` of what lies around a stretch and nothing beyond; with them a stretch
is, sample for sample, what the whole would have been.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voicesim.backends.onnx_parts import cut_in_two

_DECODER_STARTS = "/dec/conv_pre/Conv"
"""First node of the half that makes sound, as Piper's exporter names it."""

_CONTEXT_FRAMES = 16


class PiperModel:
    """An ONNX session to Piper (`run`, `get_inputs`), and to us a reading whose beginning is there before its end."""

    def __init__(self, path: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        # Waiting threads sleep: spinning doubles the work on two cores and steals it from the recogniser.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")

        def session(model: bytes) -> Any:
            return onnxruntime.InferenceSession(model, sess_options=options, providers=["CPUExecutionProvider"])

        whole = path.read_bytes()
        halves = cut_in_two(whole, _DECODER_STARTS)
        self._first = session(whole if halves is None else halves[0])
        self._second: Any = None if halves is None else session(halves[1])
        self._latent = "" if halves is None else halves[2]
        self._taken = frozenset(entry.name for entry in self._second.get_inputs()) if self._second else frozenset()

    def get_inputs(self) -> Any:
        """The model's inputs."""
        return self._first.get_inputs()

    def run(self, _: object, given: Mapping[str, NDArray[Any]]) -> list[NDArray[np.float32]]:
        """The whole sound of the phonemes given, (1, 1, n)."""
        made = self._first.run(None, dict(given))
        return [self._sound(made[0], given)] if self._second else made

    def stretches(
        self, given: Mapping[str, NDArray[Any]], hop: int, ends_s: Sequence[float], rate_hz: int
    ) -> Iterator[tuple[NDArray[np.float32], int]]:
        """The sound of the phonemes given as it grows: all that is made so far (n,), and how long it will be.

        First `ends_s[0]` seconds, and so on; the last is the whole. `hop` is the samples a frame.
        """
        made = self._first.run(None, dict(given))[0]
        if self._second is None:
            yield made.reshape(-1), made.size
            return
        frames, done, sound = made.shape[2], 0, np.zeros(0, dtype=np.float32)
        for end in [*(round(end_s * rate_hz / hop) for end_s in ends_s), frames]:
            if end >= frames - 2 * _CONTEXT_FRAMES:
                end = frames
            first, last = max(0, done - _CONTEXT_FRAMES), min(frames, end + _CONTEXT_FRAMES)
            heard = self._sound(made[:, :, first:last], given).reshape(-1)
            sound = np.concatenate([sound, heard[(done - first) * hop : (end - first) * hop]])
            done = end
            yield sound, frames * hop
            if done == frames:
                return

    def _sound(self, latent: NDArray[np.float32], given: Mapping[str, NDArray[Any]]) -> NDArray[np.float32]:
        others = {name: value for name, value in given.items() if name in self._taken}
        result: NDArray[np.float32] = self._second.run(None, {self._latent: latent} | others)[0]
        return result
