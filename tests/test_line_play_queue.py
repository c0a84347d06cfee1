"""Queued sound comes out in order, unbroken, and can be dropped."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import tone
from voicesim.backends.play_queue import PlayQueue
from voicesim.domain import Recording

RATE_HZ = 16_000


def ramp(start: int, count: int) -> Recording:
    return Recording(np.arange(start, start + count, dtype=np.float32), RATE_HZ)


@given(lengths=st.lists(st.integers(0, 2000), max_size=8), frames=st.integers(1, 700))
def test_every_sample_comes_out_once_and_in_order(lengths: list[int], frames: int) -> None:
    queue = PlayQueue(RATE_HZ)
    start = 1
    for length in lengths:
        queue.put(ramp(start, length))
        start += length
    assert queue.waiting_s == pytest.approx((start - 1) / RATE_HZ)
    out: list[np.ndarray] = []
    while queue.waiting_s > 0:
        samples, queued = queue.take(frames)
        assert queued and len(samples) == frames
        out.append(samples)
    played = np.concatenate(out) if out else np.zeros(0)
    assert np.array_equal(played[: start - 1], np.arange(1, start))
    assert not played[start - 1 :].any()


def test_an_empty_queue_gives_silence_that_was_not_queued() -> None:
    samples, queued = PlayQueue(RATE_HZ).take(512)
    assert not queued and not samples.any() and samples.dtype == np.float32


def test_other_rates_keep_their_pitch_and_length() -> None:
    queue = PlayQueue(RATE_HZ)
    queue.put(tone(440.0, 1.0, rate_hz=44_100))
    assert queue.waiting_s == pytest.approx(1.0, abs=0.01)
    samples, _ = queue.take(RATE_HZ)
    peak_hz = np.argmax(np.abs(np.fft.rfft(samples))) * RATE_HZ / len(samples)
    assert peak_hz == pytest.approx(440.0, abs=1.5)


def test_dropping_fades_out_within_ten_milliseconds() -> None:
    queue = PlayQueue(RATE_HZ)
    queue.put(Recording(np.ones(RATE_HZ, dtype=np.float32), RATE_HZ))
    queue.take(512)
    queue.drop()
    assert queue.waiting_s == pytest.approx(0.01)
    tail, _ = queue.take(512)
    assert tail[0] == 1.0 and tail[159] == 0.0 and not tail[160:].any()
    assert np.all(np.diff(tail[:160]) < 0)
