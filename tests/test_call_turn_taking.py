"""Who is speaking, and when a turn is over, told by a detector whose opinion is known."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.conftest import SHARED_DATA
from voicesim.audio import read_audio
from voicesim.backends.silero_activity import SileroActivity
from voicesim.call.turn_taking import SpeechTracker, TurnState, turn_state
from voicesim.domain import Recording, Span

BLOCK_S = 0.032


class LoudIsSpeech:
    """A detector that takes any sound for speech: what it is given is what it says."""

    def listener(self, sample_rate_hz: int) -> Callable[[NDArray[np.float32]], float]:
        return lambda samples: float(np.abs(samples).max())

    def detect(self, recording: Recording) -> tuple[Span, ...]:
        raise NotImplementedError


def tracked(*parts: tuple[float, int], tracker: SpeechTracker | None = None) -> SpeechTracker:
    """A tracker that heard (probability, blocks) after (probability, blocks)."""
    tracker = tracker or SpeechTracker(LoudIsSpeech(), 16_000)
    for probability, count in parts:
        for _ in range(count):
            tracker.hear(np.full(512, probability, dtype=np.float32))
    return tracker


def state(tracker: SpeechTracker, since_s: float = 0.0) -> TurnState:
    return turn_state(tracker, since_s, patience_s=0.7, prompt_after_s=6.0)


def test_a_turn_goes_from_waiting_over_speaking_and_pausing_to_its_end() -> None:
    tracker = tracked((0.0, 10))
    assert state(tracker) is TurnState.WAITING
    assert state(tracked((0.9, 20), tracker=tracker)) is TurnState.SPEAKING
    assert state(tracked((0.0, 21), tracker=tracker)) is TurnState.PAUSING
    assert state(tracked((0.0, 1), tracker=tracker)) is TurnState.ENDED  # 22 blocks are 0.704 s


def test_a_pause_shorter_than_patience_does_not_end_the_turn() -> None:
    tracker = tracked((0.9, 20), (0.0, 20), (0.9, 5))
    assert state(tracker) is TurnState.SPEAKING
    times_s = [(span.start_s, span.end_s) for span in tracker.stretches()]
    assert times_s == [pytest.approx((0.0, 0.64)), pytest.approx((1.28, 1.44))]


def test_long_silence_without_speech_is_told_apart_from_the_end_of_a_turn() -> None:
    assert state(tracked((0.0, 187))) is TurnState.WAITING
    assert state(tracked((0.0, 188))) is TurnState.SILENT


def test_a_click_is_no_turn() -> None:
    tracker = tracked((0.0, 20), (0.9, 2), (0.0, 60))
    assert tracker.stretches() == ()
    assert state(tracker) is TurnState.WAITING


def test_speech_before_the_floor_was_given_does_not_count() -> None:
    tracker = tracked((0.9, 50), (0.0, 30))
    assert state(tracker, since_s=2.0) is TurnState.WAITING
    assert tracker.silence_s(2.0) == pytest.approx(80 * BLOCK_S - 2.0)


def test_doubtful_frames_keep_speech_going_but_do_not_start_it() -> None:
    assert not tracked((0.4, 20)).in_speech
    assert tracked((0.9, 5), (0.4, 20)).in_speech
    assert not tracked((0.9, 5), (0.3, 1)).in_speech


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from([0.0, 0.4, 0.9]), st.integers(1, 30)), max_size=12))
def test_stretches_are_in_order_apart_and_within_what_was_heard(parts: list[tuple[float, int]]) -> None:
    tracker = tracked(*parts)
    found = tracker.stretches()
    assert all(span.duration_s >= 0.1 for span in found)
    assert all(later.start_s - earlier.end_s >= 0.19 for earlier, later in pairwise(found))
    assert all(span.start_s >= 0.0 and span.end_s <= tracker.now_s + 1e-9 for span in found)
    assert tracker.speech_s() <= tracker.now_s + 1e-9


def test_heard_block_by_block_real_speech_ends_where_it_ends_in_the_whole() -> None:
    if not SHARED_DATA.is_dir():
        pytest.skip(f"real speech is absent (looked in {SHARED_DATA})")
    detector = SileroActivity()
    late_s = []
    for clip in sorted((SHARED_DATA / "librispeech").glob("*.flac"))[::40]:
        speech = read_audio(clip).samples
        quiet = np.random.default_rng(0).normal(0, 3e-4, 24_000).astype(np.float32)
        samples = np.concatenate([speech, quiet])
        tracker = SpeechTracker(detector, 16_000)
        for start in range(0, len(samples) - 511, 512):
            tracker.hear(samples[start : start + 512])
        whole = detector.detect(Recording(samples, 16_000))
        late_s.append(tracker.stretches()[-1].end_s - whole[-1].end_s)
    assert np.median(np.abs(late_s)) < 0.1
