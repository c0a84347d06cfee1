"""What a telephone line does to a voice: band, codec, line noise, the office behind it.

heard = telephone(line, TelephoneLine(codec="mu-law", noise_db=-55.0), seed=1)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import gcd
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from voicesim.domain import Recording

Codec = Literal["none", "mu-law", "gsm"]
TELEPHONE_RATE_HZ = 8_000
BAND_HZ = (300.0, 3400.0)
"""The classic telephone band (ITU-T G.712)."""

_MU = 255.0
_ORDER = 8
_FRAME = 160
_SUBFRAME = 40


@dataclass(frozen=True)
class TelephoneLine:
    """A line between the customer and the trainee. Levels are RMS in dB full scale; None is silence."""

    band: bool = True
    codec: Codec = "mu-law"
    noise_db: float | None = None
    office_db: float | None = None


def telephone(recording: Recording, line: TelephoneLine, seed: int = 0) -> Recording:
    """`recording` (mono, any rate from 8 kHz) as heard over `line`, at its own rate and length.

    The office is picked up by the caller's telephone, so it goes through band and codec with the voice; line noise is
    added behind the codec. The same seed gives the same sound.
    """
    if len(recording.samples) == 0:
        return recording.mono()
    rate = recording.sample_rate_hz
    samples = recording.mono().samples.astype(np.float64)
    if line.office_db is not None:
        samples = samples + office_background(len(samples), rate, line.office_db, seed)
    if not line.band and line.codec == "none":
        heard = samples
    else:
        narrow = _resampled(samples, rate, TELEPHONE_RATE_HZ)
        narrow = _coded(telephone_band(narrow, TELEPHONE_RATE_HZ) if line.band else narrow, line.codec)
        heard = _resampled(narrow, TELEPHONE_RATE_HZ, rate)[: len(samples)]
        heard = np.pad(heard, (0, len(samples) - len(heard)))
    if line.noise_db is not None:
        heard = heard + line_noise(len(heard), line.noise_db, seed)
    if line.band and rate >= TELEPHONE_RATE_HZ:
        heard = telephone_band(heard, rate)
    return replace(recording, samples=np.clip(heard, -1.0, 1.0).astype(np.float32))


def telephone_band(samples: NDArray[np.float64], rate_hz: int) -> NDArray[np.float64]:
    """`samples` (n,) between 300 and 3400 Hz, undelayed; 60 dB down 60 Hz outside. Needs a rate of at least 8 kHz."""
    taps = 2 * round(0.035 * rate_hz) + 1
    low, high = BAND_HZ
    band = signal.firwin(taps, (low, high), window=("kaiser", 6.0), fs=rate_hz, pass_zero=False)
    full: NDArray[np.float64] = signal.oaconvolve(samples, band)
    return full[taps // 2 : taps // 2 + len(samples)]


def mu_law(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """`samples` through 8-bit mu-law companding (ITU-T G.711, its smooth curve), decoded again."""
    compressed = np.sign(samples) * np.log1p(_MU * np.abs(np.clip(samples, -1, 1))) / np.log1p(_MU)
    code = np.round(compressed * 127.5 - 0.5) + 0.5
    level = np.clip(code, -127.5, 127.5) / 127.5
    result: NDArray[np.float64] = np.sign(level) * np.expm1(np.abs(level) * np.log1p(_MU)) / _MU
    return result


def gsm_like(samples: NDArray[np.float64]) -> NDArray[np.float64]:
    """`samples` (n,) at 8 kHz through a codec in the manner of GSM full rate (ETSI EN 300 961).

    Every 20 ms eight reflection coefficients in 32 steps, every 5 ms each third sample of the residual in 8 steps; each
    frame keeps its energy. The long-term predictor is left out.
    """
    padded = np.pad(samples, (0, -len(samples) % _FRAME))
    out = np.empty_like(padded)
    whitened, shaped = np.zeros(_ORDER), np.zeros(_ORDER)
    for start in range(0, len(padded), _FRAME):
        frame = padded[start : start + _FRAME]
        predictor = _predictor(frame)
        residual, whitened = signal.lfilter(predictor, [1.0], frame, zi=whitened)
        pulses = np.concatenate([_pulses(residual[i : i + _SUBFRAME]) for i in range(0, _FRAME, _SUBFRAME)])
        trial, _ = signal.lfilter([1.0], predictor, pulses, zi=shaped)
        gain = np.clip(np.sqrt((frame @ frame + 1e-9) / (trial @ trial + 1e-9)), 0.2, 1.5)
        out[start : start + _FRAME], shaped = signal.lfilter([1.0], predictor, gain * pulses, zi=shaped)
    return np.clip(out[: len(samples)], -1.0, 1.0)


def line_noise(count: int, level_db: float, seed: int = 0) -> NDArray[np.float64]:
    """`count` samples of white line noise at `level_db` dB full scale."""
    noise = np.random.default_rng((seed, 1)).standard_normal(count)
    result: NDArray[np.float64] = noise * 10 ** (level_db / 20)
    return result


def office_background(count: int, rate_hz: int, level_db: float, seed: int = 0) -> NDArray[np.float64]:
    """`count` samples of a busy room at `level_db`: six unintelligible talkers and a few keystrokes.

    A talker is speech-shaped noise in the rhythm of syllables, about 4 a second, with pauses.
    """
    rng = np.random.default_rng((seed, 2))
    shape = signal.butter(2, (180.0, 1200.0), btype="band", fs=rate_hz, output="sos")
    mix = np.zeros(count)
    for _ in range(6):
        steps = max(2, int(count / rate_hz * 4) + 2)
        loudness = rng.gamma(1.2, 1.0, steps) * (rng.random(steps) < 0.75)
        syllables = np.interp(np.arange(count) / rate_hz * 4, np.arange(steps) + rng.random(), loudness)
        mix += syllables * signal.sosfilt(shape, rng.standard_normal(count))
    for _ in range(int(count / rate_hz * 1.5)):
        at = int(rng.integers(0, max(1, count)))
        length = min(count - at, rate_hz // 100)
        mix[at : at + length] += rng.standard_normal(length) * np.exp(-np.arange(length) / (rate_hz / 500))
    rms = float(np.sqrt(np.mean(mix**2))) if count else 0.0
    return mix * (10 ** (level_db / 20) / rms) if rms > 0 else mix


def _coded(samples: NDArray[np.float64], codec: Codec) -> NDArray[np.float64]:
    if codec == "mu-law":
        return mu_law(samples)
    return gsm_like(samples) if codec == "gsm" else samples


def _predictor(frame: NDArray[np.float64]) -> NDArray[np.float64]:
    """Prediction error filter (9,) of a frame, from quantised reflection coefficients (Levinson-Durbin)."""
    size = len(frame)
    power = np.array([frame[: size - lag] @ frame[lag:] for lag in range(_ORDER + 1)])
    error = power[0] * 1.001 + 1e-9
    filter_ = np.zeros(_ORDER + 1)
    filter_[0] = 1.0
    for order in range(1, _ORDER + 1):
        reflection = -(filter_[:order] @ power[order:0:-1]) / error
        area = np.arctanh(np.clip(reflection, -0.98, 0.98))
        reflection = float(np.tanh(np.round(area * 31 / 4.6) * 4.6 / 31))
        filter_[1 : order + 1] += reflection * filter_[order - 1 :: -1][:order]
        error = max(error * (1 - reflection**2), 1e-9)
    bandwidth: NDArray[np.float64] = filter_ * 0.99 ** np.arange(_ORDER + 1)
    return bandwidth


def _pulses(residual: NDArray[np.float64]) -> NDArray[np.float64]:
    """The strongest of three grids of every third sample, its 14 or 13 values in 8 steps of their largest."""
    grids = [residual[offset::3] for offset in range(3)]
    best = int(np.argmax([grid @ grid for grid in grids]))
    largest = float(np.abs(grids[best]).max())
    out = np.zeros_like(residual)
    if largest > 0:
        out[best::3] = (np.round(grids[best] / largest * 3.5 - 0.5) + 0.5) / 3.5 * largest * np.sqrt(3.0)
    return out


def _resampled(samples: NDArray[np.float64], source_hz: int, target_hz: int) -> NDArray[np.float64]:
    if source_hz == target_hz or not len(samples):
        return samples
    shared = gcd(source_hz, target_hz)
    result: NDArray[np.float64] = signal.resample_poly(samples, target_hz // shared, source_hz // shared)
    return result
