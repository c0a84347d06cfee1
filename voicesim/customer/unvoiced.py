"""The unvoiced sounds of a reading, filtered into their new envelope instead of made anew.

A vocoder makes them of fresh noise, frame by frame, which blurs bursts and friction: a recogniser then takes "petrol"
for "federal". The sound that was there keeps them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from voicesim.customer.pitch_track import FRAME_S
from voicesim.customer.vocoder import SAMPLE_RATE_HZ, VoiceFrames

_HOP = round(FRAME_S * SAMPLE_RATE_HZ)
_WINDOW = 0.5 - 0.5 * np.cos(np.pi * (np.arange(2 * _HOP) + 0.5) / _HOP)
_MOST_DB = 30.0
_NOTHING_DB = -160.0


def unvoiced_sound(samples: NDArray[np.float64], source: VoiceFrames, frames: VoiceFrames) -> NDArray[np.float64]:
    """The unvoiced of `frames`, taken from `samples` (n,), whose own frames are `source`: (frames * hop,).

    Windows of two frames are overlapped; each is filtered by what its envelope has changed, at most by 30 dB.
    """
    chosen = np.flatnonzero(~frames.voiced)
    taken_s = frames.taken_s[chosen]
    change_db = frames.log_envelope_db[chosen] - source.at(taken_s / FRAME_S).log_envelope_db
    gains = np.exp(np.clip(change_db, -_MOST_DB, _MOST_DB) * (np.log(10.0) / 20))
    size = 2 * (gains.shape[1] - 1)
    room = (size - 2 * _HOP) // 2  # for what a filter without delay brings before and after the window
    starts = np.clip(np.round(taken_s * SAMPLE_RATE_HZ).astype(int), 0, len(samples))
    padded = np.pad(samples, (_HOP, 2 * _HOP))
    pieces = np.zeros((len(chosen), size))
    pieces[:, room : room + 2 * _HOP] = padded[starts[:, None] + np.arange(2 * _HOP)] * _WINDOW
    filtered = np.fft.irfft(np.fft.rfft(pieces, axis=1) * gains, size, axis=1)
    heard = np.zeros(len(frames.f0_hz) * _HOP + size)
    for frame, piece in zip(chosen, filtered, strict=True):
        heard[frame * _HOP : frame * _HOP + size] += piece
    return heard[room + _HOP :][: len(frames.f0_hz) * _HOP]


def without_unvoiced(frames: VoiceFrames) -> VoiceFrames:
    """`frames` with silence where there is no pitch."""
    envelope = np.where(frames.voiced[:, None], frames.log_envelope_db, _NOTHING_DB)
    return replace(frames, log_envelope_db=envelope)
