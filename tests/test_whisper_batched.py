"""Speech packed into windows keeps its place in time; a recogniser that repeats itself is noticed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicesim.backends.packing import pack
from voicesim.domain import Span


@given(steps=st.lists(st.tuples(st.floats(0.05, 5.0), st.floats(0.1, 40.0)), min_size=1, max_size=20))
def test_every_second_of_speech_is_in_one_window_at_its_place(steps: list[tuple[float, float]]) -> None:
    spans, at_s = [], 0.0
    for gap_s, length_s in steps:
        spans.append(Span(at_s + gap_s, at_s + gap_s + length_s))
        at_s = spans[-1].end_s
    windows = pack(spans, at_s + 1.0, longest_s=18.0, longest_gap_s=1.0, margin_s=0.4)
    pieces = [piece for window in windows for piece in window.pieces]
    for window in windows:
        assert window.duration_s <= 18.0 + 1e-6
        for piece in window.pieces:
            middle_s = piece.at_s + piece.span.duration_s / 2
            placed = window.on_recording(middle_s, middle_s)
            assert placed.start_s == pytest.approx((piece.span.start_s + piece.span.end_s) / 2, abs=1e-4)
    for span in spans:
        assert sum(span.overlap_s(piece.span) for piece in pieces) == pytest.approx(span.duration_s, abs=1e-6)


def test_a_window_holds_the_sound_of_its_pieces() -> None:
    sound = np.arange(1600, dtype=np.float32)
    (window,) = pack([Span(0.2, 0.4), Span(9.0, 9.1)], 10.0, longest_s=18.0, longest_gap_s=0.5, margin_s=0.0)
    samples = window.samples(sound, 160, 400)
    assert np.array_equal(samples[:32], sound[32:64])
    assert not samples[32:112].any()
    assert np.array_equal(samples[112:128], sound[1440:1456])
