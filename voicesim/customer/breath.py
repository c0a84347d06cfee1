"""The breath an upset person takes before a long sentence, audible on the line."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from voicesim.customer.vocoder import SAMPLE_RATE_HZ

BREATH_S = 0.32
"""Length of a quick breath between phrases: 0.3 to 0.6 s in lively speech (Winkworth et al. 1995, JSHR 38)."""

_BANDS_HZ = ((500.0, 900.0, 0.5), (1200.0, 2200.0, 1.0), (2600.0, 4200.0, 0.6))


def in_breath(level_db: float, seed: int) -> NDArray[np.float32]:
    """A quick breath in through the mouth, (n,) at `SAMPLE_RATE_HZ`; its RMS is `level_db` dB full scale.

    Noise with the resonances of an open mouth, swelling for two thirds of its length; the same seed, the same breath.
    """
    count = round(BREATH_S * SAMPLE_RATE_HZ)
    noise = np.random.default_rng(seed).standard_normal(count)
    sound = np.zeros(count)
    for low, high, share in _BANDS_HZ:
        sound += share * sosfilt(butter(2, (low, high), "bandpass", fs=SAMPLE_RATE_HZ, output="sos"), noise)
    at = np.arange(count) / count
    sound *= np.where(at < 0.66, np.sin(0.5 * np.pi * at / 0.66), np.cos(0.5 * np.pi * (at - 0.66) / 0.34)) ** 2
    gain = 10 ** (level_db / 20) / np.sqrt(np.mean(sound**2))
    return np.asarray(sound * gain, dtype=np.float32)
