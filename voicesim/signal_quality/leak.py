"""How much of the other party's line leaks into a channel: crosstalk of a recorder, or echo in a microphone.

The leak is taken as a linear copy: a delay and a short filter, estimated from the cross-spectrum of the two channels
(least squares per frequency), with frames weighted by the inverse of the channel's own power so that double talk hardly
counts. What a linear copy cannot explain stays in the channel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray
from scipy import fft
from scipy.signal import oaconvolve

from voicesim.domain import Recording, Span

Samples = NDArray[np.float32]
Spectra = NDArray[np.complex64]
WINDOW_S = 0.064
MAX_DELAY_S = 0.5
DELAY_BLOCKS = 16  # of MAX_DELAY_S each, correlated at a time: long against the delay, short enough to be cheap
MOST_AUDIO_S = 60.0  # the estimate settles within a minute of speech
LEAST_AUDIO_S = 1.0
EXPLAINED = 0.3  # a frame is leak when less than this share of its power is left after the copy is taken out
LEAST_FRAMES = 16
WEAKER = 0.2
LEAST_EXPLAINED = 0.02  # of the channel's power, in frames the copy was not fitted on, before a leak is believed


@dataclass(frozen=True, eq=False)
class Leak:
    """A leak: the other's channel delayed by `delay` samples and passed through `taps` (n,), `level_db` below it."""

    level_db: float
    delay: int
    taps: Samples

    def copy_in(self, source: Samples, first: int, last: int) -> Samples:
        """The leaked copy of `source` in samples `first` to `last` of the receiving channel, shape (last - first,)."""
        half = len(self.taps) // 2
        start, stop = first - self.delay - half, last - self.delay + half
        piece = source[max(start, 0) : max(stop, 0)]
        piece = np.pad(piece, (max(0, -start), 0))
        piece = np.pad(piece, (0, max(0, stop - start - len(piece))))
        filtered = oaconvolve(piece, self.taps, mode="full")[2 * half : 2 * half + last - first]
        return np.asarray(filtered, dtype=np.float32)


def at_rate(recording: Recording, rate_hz: int) -> Samples:
    """The mono samples at `rate_hz`."""
    samples = recording.mono().samples
    if recording.sample_rate_hz != rate_hz:
        samples = np.asarray(soxr.resample(samples, recording.sample_rate_hz, rate_hz), dtype=np.float32)
    return samples


def find_leak(receiver: Samples, source: Samples, rate_hz: int, source_spans: Sequence[Span]) -> Leak | None:
    """The leak of `source` into `receiver`, or None when there is too little speech to tell or nothing to find.

    `source_spans` is where the source speaks. Both arrays are mono at `rate_hz`, on one timeline.
    """
    received, sent = _active_audio(receiver, source, rate_hz, source_spans)
    if len(sent) < LEAST_AUDIO_S * rate_hz or not np.any(received) or not np.any(sent):
        return None
    size = int(2 ** np.ceil(np.log2(WINDOW_S * rate_hz)))
    ours = _spectra(received, size)
    delays = {0, _delay(received, sent, round(MAX_DELAY_S * rate_hz))}  # a recorder's crosstalk is not delayed at all
    tried = {delay: _comparable(ours, _spectra(np.roll(sent, delay), size)) for delay in delays}
    explained = {delay: _explained_unseen(*pair) for delay, pair in tried.items()}
    delay = max(delays, key=lambda delay: explained[delay])
    if explained[delay] < LEAST_EXPLAINED:
        return None
    received_there, sent_there = tried[delay]
    transfer = _transfer(received_there, sent_there)
    copied, whole = _power(transfer * sent_there).sum(), _power(sent_there).sum()
    taps = np.roll(fft.irfft(transfer, size), size // 2)
    return Leak(float(10 * np.log10(copied / whole)), delay, taps.astype(np.float32))


def _active_audio(receiver: Samples, source: Samples, rate_hz: int, spans: Sequence[Span]) -> tuple[Samples, Samples]:
    """Both channels where the source speaks; of a long call, evenly spread stretches."""
    total_s = sum(span.duration_s for span in spans)
    step = max(1, int(np.ceil(total_s / MOST_AUDIO_S)))
    pieces = [(round(s.start_s * rate_hz), round(s.end_s * rate_hz)) for s in spans[::step]]
    length = min(len(receiver), len(source))
    pieces = [(first, min(last, length)) for first, last in pieces if first < length]
    if not pieces:
        return receiver[:0], source[:0]
    received, sent = (np.concatenate([x[a:b] for a, b in pieces]) for x in (receiver, source))
    return received, sent


def _delay(received: Samples, sent: Samples, furthest: int) -> int:
    """Samples by which the copy comes after the source (at most 1 ms before it), by phase correlation (GCC-PHAT).

    The cross-spectrum is summed over blocks before its phase is taken: what is no copy cancels out.
    """
    longest = 2 ** (DELAY_BLOCKS * furthest - 1).bit_length()
    size = min(longest, 2 ** (len(sent) + furthest - 1).bit_length())
    step = size - furthest  # a copy of a block's end still falls into the block
    cross = sum(
        fft.rfft(received[at : at + size], size) * np.conj(fft.rfft(sent[at : at + step], size))
        for at in range(0, len(sent), step)
    )
    correlation = fft.irfft(cross / (np.abs(cross) + 1e-12), size)
    ahead = furthest // 500
    lags = (
        np.concatenate([correlation[size - ahead :], correlation[: furthest + 1]]) if ahead else correlation[:furthest]
    )
    return int(np.argmax(np.abs(lags))) - ahead


def _comparable(ours: Spectra, theirs: Spectra) -> tuple[Spectra, Spectra]:
    """The frames in which the source is not much the weaker one; elsewhere it may itself be the copy."""
    strong = _power(theirs).sum(axis=1) > WEAKER * _power(ours).sum(axis=1)
    return ours[strong], theirs[strong]


def _spectra(samples: Samples, size: int) -> Spectra:
    """Hann-windowed spectra, shape (frames, size // 2 + 1), half overlapping."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, size)[:: size // 2]
    return np.asarray(fft.rfft(frames * np.hanning(size).astype(np.float32), axis=1), dtype=np.complex64)


def _power(spectra: Spectra) -> Samples:
    return np.asarray(spectra.real**2 + spectra.imag**2)


def _transfer(ours: Spectra, theirs: Spectra) -> Spectra:
    power = _power(ours).sum(axis=1)
    weight = 1.0 / (power + 0.3 * np.median(power) + 1e-20)
    crossed = (weight[:, None] * ours * np.conj(theirs)).sum(axis=0)
    own = weight @ _power(theirs)
    return np.asarray(crossed / (own + 1e-6 * own.max() + 1e-20), dtype=np.complex64)


def _explained_unseen(ours: Spectra, theirs: Spectra) -> float:
    """Share of our power that a copy fitted on one half of the frames explains in the other half; about 0 by chance.

    Power is taken relative to each frequency's own, so that a leak below the noise counts where it stands out.
    """
    half = len(ours) // 2
    if half < LEAST_FRAMES:
        return 0.0
    halves = (slice(0, half), slice(half, None))
    power = _power(ours)
    usual = np.median(power, axis=0) + 1e-20
    left = had = 0.0
    for fitted, unseen in (halves, halves[::-1]):
        transfer = _transfer(ours[fitted], theirs[fitted])
        bounded = 1.0 / (usual + power[unseen].mean(axis=1, keepdims=True))
        left += float((bounded * _power(ours[unseen] - transfer * theirs[unseen])).sum())
        had += float((bounded * power[unseen]).sum())
    return 1.0 - left / had if had > 0 else 0.0
