"""Other lines, microphones and rooms made from one recording, so that a head hears the voice and not the line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from voicesim.domain import Recording
from voicesim.telephone import TelephoneLine, telephone

Condition = Callable[[Recording, str], Recording]
"""A recording and the voice's name in, the recording under that condition out; one voice keeps one microphone."""

_MICROPHONE_DB = 3.0
_NOISE_DB_BELOW = 22.0
_LIGHT_NOISE_DB_BELOW = 20.0
_PINK = 0.5
"""Falling with the square root of frequency, in amplitude."""


def as_recorded(recording: Recording, speaker: str) -> Recording:  # noqa: ARG001
    """No change."""
    return recording


def by_telephone(recording: Recording, speaker: str) -> Recording:  # noqa: ARG001
    """Through 8 kHz mu-law."""
    return telephone(recording, TelephoneLine(band=False))


def by_narrow_telephone(recording: Recording, speaker: str) -> Recording:
    """Through 8 kHz mu-law and the classic 300-3400 Hz band, at another level."""
    gain = 10 ** (_random(speaker, "line").uniform(-12, 0) / 20)
    return telephone(replace(recording, samples=(recording.samples * gain).astype(np.float32)), TelephoneLine())


def by_other_microphone(recording: Recording, speaker: str) -> Recording:
    """Through a microphone of random frequency response, with light noise."""
    random = _random(speaker, "microphone")
    nyquist = recording.sample_rate_hz / 2
    at_hz = np.array([0, 100, 250, 500, 1000, 2000, 4000, nyquist])
    curve_db = np.clip(np.cumsum(random.normal(0, _MICROPHONE_DB, len(at_hz))), -12, 12)
    taps = signal.firwin2(401, at_hz, 10 ** ((curve_db - curve_db[4]) / 20), fs=recording.sample_rate_hz)
    heard = signal.fftconvolve(recording.mono().samples, taps, "same")
    return _with_noise(replace(recording, samples=heard.astype(np.float32)), random, _NOISE_DB_BELOW)


def in_a_room(recording: Recording, speaker: str) -> Recording:
    """With the decaying echo of a small room (0.2-0.6 s)."""
    random = _random(speaker, "room")
    decay_s = random.uniform(0.2, 0.6)
    times_s = np.arange(round(decay_s * recording.sample_rate_hz)) / recording.sample_rate_hz
    tail = random.normal(size=len(times_s)) * 10 ** (-3 * times_s / decay_s)
    tail *= 10 ** (-random.uniform(3, 12) / 20) / np.sqrt(np.square(tail).sum())
    tail[0] += 1
    heard = signal.fftconvolve(recording.mono().samples, tail)[: len(recording.samples)]
    return replace(recording, samples=heard.astype(np.float32))


def in_light_noise(recording: Recording, speaker: str) -> Recording:
    """With steady noise 20 dB below the voice, its colour between white and pink."""
    random = _random(speaker, "noise")
    return _with_noise(recording, random, _LIGHT_NOISE_DB_BELOW, random.uniform(0.0, _PINK))


CONDITIONS: tuple[Condition, ...] = (
    as_recorded,
    by_telephone,
    by_narrow_telephone,
    by_other_microphone,
    in_a_room,
    in_light_noise,
)


def with_noise(recording: Recording, db_below: float, seed: int = 0) -> Recording:
    """Pink noise `db_below` the level of the loud parts added."""
    return _with_noise(recording, np.random.default_rng(seed), db_below)


def _with_noise(recording: Recording, random: np.random.Generator, db_below: float, fall: float = _PINK) -> Recording:
    samples = recording.mono().samples
    power = np.square(samples, dtype=np.float64)
    loud: NDArray[np.bool_] = power > 1e-3 * power.max(initial=0.0)
    level = float(np.sqrt(power[loud].mean())) if loud.any() else 0.0
    spectrum = np.fft.rfft(random.normal(size=len(samples)))
    coloured = np.fft.irfft(spectrum / np.arange(1, len(spectrum) + 1) ** fall, len(samples))
    noise = coloured / (coloured.std() + 1e-12) * level * 10 ** (-db_below / 20)
    return replace(recording, samples=(samples + noise).astype(np.float32))


def _random(speaker: str, what: str) -> np.random.Generator:
    return np.random.default_rng(crc32(f"{speaker} {what}".encode()))
