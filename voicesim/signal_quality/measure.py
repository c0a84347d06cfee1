"""Clipping, noise, bandwidth and echo of one mono recording, as far as they can be told from the recording itself."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from voicesim.domain import Recording, SignalQuality, Span
from voicesim.signal_quality.leak import at_rate, find_leak

FRAME_S = 0.032
BLOCK = 1_000_000
ENOUGH_S = 60
CLIP_LEVEL = 0.985  # of the largest sample, and only near full scale
NEAR_FULL_SCALE = 0.5  # an attenuated recording may still carry clipped peaks, a quiet one does not
LEAST_BACKGROUND_S = 0.2
CARRIES_SPEECH_DB = 50.0  # below the speech spectrum's strongest band there is nothing that a listener uses
CLIPPED_SHARE = 0.002
LOW_SNR_DB = 12.0
NARROW_HZ = 3000.0
STRONG_ECHO_DB = -15.0


def measure_signal(recording: Recording, spans: Sequence[Span], other: Recording | None = None) -> SignalQuality:
    """Signal quality of a mono recording whose speech is in `spans`.

    `other` is the customer's line on the same timeline.

    Returns `clipped_share` 0-1 of the samples, `snr_db` speech power over background power, `bandwidth_hz`, `echo_db`
    (the customer's level in this channel relative to the customer's line; None when no copy is found), and `warnings`
    in plain words. Values that cannot be told (no speech, no background) are None.
    """
    samples = recording.mono().samples
    rate_hz = recording.sample_rate_hz
    clipped = clipped_share(samples)
    snr = snr_db(samples, rate_hz, spans)
    band = bandwidth_hz(samples, rate_hz, spans)
    echo = None
    if other is not None:
        line = at_rate(other, rate_hz)
        found = find_leak(samples, line, rate_hz, active_stretches(line, rate_hz))
        echo = found.level_db if found else None
    return SignalQuality(clipped, snr, band, echo, _warnings(clipped, snr, band, echo))


def clipped_share(samples: NDArray[np.float32]) -> float | None:
    """Share 0-1 of samples in runs of three or more stuck at the largest value; None when empty or silent."""
    if len(samples) == 0:
        return None
    top = float(max(samples.max(), -samples.min()))
    if top == 0.0:
        return None
    if top < NEAR_FULL_SCALE:
        return 0.0
    found = sum(_clipped(samples[max(0, i - 2) : i + BLOCK], top) for i in range(0, len(samples), BLOCK))
    return found / len(samples)


def _clipped(samples: NDArray[np.float32], top: float) -> int:
    stuck = np.abs(samples) >= CLIP_LEVEL * top
    flat = np.abs(np.diff(samples)) <= (1.0 - CLIP_LEVEL) * top
    return int((stuck[1:-1] & stuck[:-2] & stuck[2:] & flat[:-1] & flat[1:]).sum())


def snr_db(samples: NDArray[np.float32], rate_hz: int, spans: Sequence[Span]) -> float | None:
    """Power of speech over power of the background, dB (background taken out of the speech first).

    The background is the median frame outside speech: clicks, breaths and the edges of words there do not count.
    """
    power = _frame_powers(samples, rate_hz)
    speech = np.zeros(len(power), dtype=np.bool_)
    for span in spans:
        speech[round(span.start_s / FRAME_S) : round(span.end_s / FRAME_S)] = True
    if not speech.any() or (~speech).sum() * FRAME_S < LEAST_BACKGROUND_S:
        return None
    noise = float(np.median(power[~speech]))
    if noise <= 0.0:
        return 100.0
    spoken = float(power[speech].mean()) - noise
    return float(np.clip(10 * np.log10(max(spoken, 1e-3 * noise) / noise), -30.0, 100.0))


def bandwidth_hz(samples: NDArray[np.float32], rate_hz: int, spans: Sequence[Span]) -> float | None:
    """The highest frequency that still carries speech, Hz; None with under a quarter of a second of speech."""
    pieces, left = [], ENOUGH_S * rate_hz
    for span in spans:
        pieces.append(samples[round(span.start_s * rate_hz) :][: min(round(span.duration_s * rate_hz), left)])
        left -= len(pieces[-1])
    talking = np.concatenate(pieces) if pieces else samples[:0]
    if len(talking) < rate_hz // 4:
        return None
    size = int(2 ** np.ceil(np.log2(FRAME_S * rate_hz)))
    frames = np.lib.stride_tricks.sliding_window_view(talking.astype(np.float64), size)[:: size // 2]
    spectra = np.abs(np.fft.rfft(frames * np.hanning(size), axis=1)) ** 2
    strong = np.percentile(spectra, 90, axis=0)
    levels = 10 * np.log10(np.convolve(strong, np.ones(3) / 3, "same") + 1e-20)
    carried = np.flatnonzero(levels > levels.max() - CARRIES_SPEECH_DB)
    return float(carried[-1] * rate_hz / size)


def active_stretches(samples: NDArray[np.float32], rate_hz: int) -> list[Span]:
    """Where a line is not silent: frames within 40 dB of its loud ones. Enough to compare two lines by."""
    power = _frame_powers(samples, rate_hz)
    if not len(power):
        return []
    active = power > max(float(np.percentile(power, 99)) * 1e-4, 1e-12)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], active, [False]]).astype(int)))
    return [Span(a * FRAME_S, b * FRAME_S) for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)]


def _frame_powers(samples: NDArray[np.float32], rate_hz: int) -> NDArray[np.float64]:
    """Power of each 32 ms, without a copy of the samples."""
    size = round(FRAME_S * rate_hz)
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    return np.asarray(np.einsum("ij,ij->i", frames, frames).astype(np.float64) / size)


def _warnings(clipped: float | None, snr: float | None, band: float | None, echo: float | None) -> tuple[str, ...]:
    found = []
    if clipped is not None and clipped > CLIPPED_SHARE:
        found.append(f"the sound is clipped ({clipped:.1%} of it): turn the microphone down")
    if snr is not None and snr < LOW_SNR_DB:
        found.append(f"the background is loud (speech only {snr:.0f} dB above it): find a quieter place")
    if band is not None and band < NARROW_HZ:
        found.append(f"the sound is muffled (nothing above {band:.0f} Hz): check the microphone")
    if echo is not None and echo > STRONG_ECHO_DB:
        found.append(f"the customer is heard in your microphone ({echo:.0f} dB): use a headset")
    return tuple(found)
