"""A voice taken apart into pitch, spectral envelope and breath noise, and put together again (WORLD).

Morise, Yokomori and Ozawa 2016, "WORLD: a vocoder-based high-quality speech synthesis system for real-time
applications", IEICE Transactions E99-D(7). Everything here works at `SAMPLE_RATE_HZ`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import gcd

import numpy as np
from numpy.typing import NDArray

from voicesim.customer.pitch_track import FRAME_S, track_pitch
from voicesim.domain import Recording

SAMPLE_RATE_HZ = 16_000
"""Rate of every rendered line: what the recogniser takes, and more than twice what a telephone carries."""

_FLOOR_HZ = 60.0
_FFT_SIZE = 1024
_DB_TO_LOG_POWER = np.log(10.0) / 10


@dataclass(frozen=True, eq=False)
class VoiceFrames:
    """One utterance as frames every `FRAME_S`.

    `f0_hz` (frames,) is 0 where unvoiced; `log_envelope_db` (frames, 513) the power spectrum's smooth envelope in dB;
    `aperiodicity` (frames, 513) 0 (buzz) to 1 (noise), both from 0 Hz to the Nyquist frequency; `taken_s` (frames,)
    when in the recording each frame was, which stretching keeps.
    """

    f0_hz: NDArray[np.float64]
    log_envelope_db: NDArray[np.float64]
    aperiodicity: NDArray[np.float64]
    taken_s: NDArray[np.float64]

    @property
    def voiced(self) -> NDArray[np.bool_]:
        """Which frames have a pitch."""
        result: NDArray[np.bool_] = self.f0_hz > 0
        return result

    @property
    def level_db(self) -> NDArray[np.float64]:
        """Power of each frame in dB, relative to nothing in particular."""
        # single precision: exact to a thousandth of a dB, and a fifth of the cost of what is asked for most often
        power = np.exp(self.log_envelope_db.astype(np.float32) * np.float32(_DB_TO_LOG_POWER)).sum(axis=1)
        result: NDArray[np.float64] = 10 * np.log10(power.astype(np.float64) + 1e-16)
        return result

    @property
    def frequencies_hz(self) -> NDArray[np.float64]:
        """Frequency of each envelope column, shape (513,)."""
        return np.linspace(0.0, SAMPLE_RATE_HZ / 2, self.log_envelope_db.shape[1])

    def speech(self) -> NDArray[np.bool_]:
        """Frames within 35 dB of the loudest: speech rather than the pauses around it."""
        level = self.level_db
        result: NDArray[np.bool_] = level > level.max(initial=-200.0) - 35.0
        return result

    def at(self, positions: NDArray[np.float64]) -> VoiceFrames:
        """The frames at fractional `positions` (n,), interpolated in dB and, between voiced frames, in pitch."""
        last = len(self.f0_hz) - 1
        positions = np.clip(positions, 0, last)
        left = np.minimum(positions.astype(int), max(last - 1, 0))
        right = np.minimum(left + 1, last)
        share = (positions - left)[:, None]
        nearest = np.where(share[:, 0] < 0.5, left, right)
        both = self.voiced[left] & self.voiced[right]
        blended = self.f0_hz[left] * (1 - share[:, 0]) + self.f0_hz[right] * share[:, 0]
        return replace(
            self,
            f0_hz=np.where(both, blended, self.f0_hz[nearest]),
            log_envelope_db=self.log_envelope_db[left] * (1 - share) + self.log_envelope_db[right] * share,
            aperiodicity=self.aperiodicity[left] * (1 - share) + self.aperiodicity[right] * share,
            taken_s=self.taken_s[left] * (1 - share[:, 0]) + self.taken_s[right] * share[:, 0],
        )


def resampled(recording: Recording, rate_hz: int = SAMPLE_RATE_HZ) -> Recording:
    """`recording` in mono at `rate_hz`, float32."""
    from scipy.signal import resample_poly

    mono = recording.mono()
    if mono.sample_rate_hz == rate_hz:
        return mono
    shared = gcd(rate_hz, mono.sample_rate_hz)
    samples = resample_poly(mono.samples.astype(np.float64), rate_hz // shared, mono.sample_rate_hz // shared)
    return replace(mono, samples=samples.astype(np.float32), sample_rate_hz=rate_hz)


def take_apart(samples: NDArray[np.float64], ceiling_hz: float = 400.0) -> VoiceFrames:
    """Frames of `samples` (n,) at `SAMPLE_RATE_HZ`, whose pitch never exceeds `ceiling_hz`."""
    import pyworld

    signal = np.ascontiguousarray(samples, dtype=np.float64)
    f0 = track_pitch(signal, SAMPLE_RATE_HZ, _FLOOR_HZ, ceiling_hz)
    times: NDArray[np.float64] = np.arange(len(f0), dtype=np.float64) * FRAME_S
    power = pyworld.cheaptrick(signal, f0, times, SAMPLE_RATE_HZ, fft_size=_FFT_SIZE)
    noise = pyworld.d4c(signal, f0[::2].copy(), times[::2].copy(), SAMPLE_RATE_HZ, fft_size=_FFT_SIZE)
    noise = noise[
        _nearest_alike(f0 > 0)
    ]  # breath noise changes slowly and is half the cost: every second frame will do
    return VoiceFrames(f0, 10 * np.log10(power + 1e-16), noise, times)


def _nearest_alike(voiced: NDArray[np.bool_]) -> NDArray[np.intp]:
    """For each frame, which of every second frame stands for it: its own or the next, whichever is voiced as it is."""
    frames = np.arange(len(voiced))
    own, following = frames // 2, np.minimum((frames + 1) // 2, (len(voiced) - 1) // 2)
    result: NDArray[np.intp] = np.where(voiced[own * 2] == voiced, own, following)
    return result


def put_together(frames: VoiceFrames) -> NDArray[np.float64]:
    """Samples (n,) at `SAMPLE_RATE_HZ` of `frames`; the same frames always give the same samples."""
    import pyworld

    power = np.exp(frames.log_envelope_db * _DB_TO_LOG_POWER)
    samples: NDArray[np.float64] = pyworld.synthesize(
        np.ascontiguousarray(frames.f0_hz),
        np.ascontiguousarray(power),
        np.ascontiguousarray(np.clip(frames.aperiodicity, 1e-6, 1.0)),
        SAMPLE_RATE_HZ,
        FRAME_S * 1000,
    )
    return samples


def warped(frames: VoiceFrames, source_hz: NDArray[np.float64]) -> VoiceFrames:
    """Envelope and noise read at `source_hz` (513,) instead of each column's own frequency; the ends are held."""
    grid = frames.frequencies_hz
    positions = np.clip(source_hz, 0, grid[-1]) / grid[1]
    left = np.minimum(positions.astype(int), len(grid) - 2)
    share = positions - left

    def read(values: NDArray[np.float64]) -> NDArray[np.float64]:
        read_out: NDArray[np.float64] = values[:, left] * (1 - share) + values[:, left + 1] * share
        return read_out

    return replace(frames, log_envelope_db=read(frames.log_envelope_db), aperiodicity=read(frames.aperiodicity))
