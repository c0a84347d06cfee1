"""What a voice sounds like, every 10 ms: mel-frequency cepstra of the telephone band."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from voicesim.domain import Recording

Floats = NDArray[np.float64]
RATE_HZ = 16_000
FRAMES_PER_S = 100
COEFFICIENTS = 20
"""The order of cepstra that speaker recognition has used since Reynolds & Rose (1995)."""
_WINDOW, _HOP, _FFT, _FILTERS = 400, 160, 512, 30
_LOW_HZ, _HIGH_HZ = 100.0, 3800.0
_PRE_EMPHASIS = 0.97
_BLOCK_FRAMES = 20_000


def voice_features(recording: Recording) -> tuple[Floats, Floats]:
    """(cepstra (n, 20), level (n,) in nepers) of a mono 16 kHz recording; row i is the sound around i / 100 s.

    The mean is kept: the two parties of a call sit at different telephones.
    """
    samples = recording.samples
    count = len(samples) * FRAMES_PER_S // recording.sample_rate_hz
    cepstra, level = np.zeros((count, COEFFICIENTS)), np.zeros(count)
    padded = np.pad(samples, _WINDOW // 2 + 1)
    emphasised = padded[1:] - np.float32(_PRE_EMPHASIS) * padded[:-1]
    frames = np.lib.stride_tricks.sliding_window_view(emphasised, _WINDOW)[::_HOP]
    window = np.hamming(_WINDOW).astype(np.float32)
    for first in range(0, count, _BLOCK_FRAMES):
        rows = slice(first, min(first + _BLOCK_FRAMES, count))
        spectrum = fft.rfft(frames[rows] * window, _FFT, axis=1)
        logs = np.log((spectrum.real**2 + spectrum.imag**2) @ _mel_filters().T + 1e-9)
        cepstra[rows] = fft.dct(logs, axis=1, norm="ortho")[:, 1 : COEFFICIENTS + 1]
        level[rows] = logs.mean(axis=1)
    return cepstra, level


@cache
def _mel_filters() -> NDArray[np.float32]:
    def mel(hz: float) -> float:
        return float(2595 * np.log10(1 + hz / 700))

    edges = 700 * (10 ** (np.linspace(mel(_LOW_HZ), mel(_HIGH_HZ), _FILTERS + 2) / 2595) - 1)
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    bins = np.linspace(0, RATE_HZ / 2, _FFT // 2 + 1)
    return np.maximum(0, np.minimum((bins - low) / (middle - low), (high - bins) / (high - middle))).astype(np.float32)
