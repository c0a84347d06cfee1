"""The simulated headset: listens, waits until the customer has finished, answers, in its own time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from tests.conftest import silence, tone
from voicesim.backends.simulated_line import Reply, SimulatedLine
from voicesim.domain import Recording
from voicesim.errors import DeviceError

RATE_HZ = 16_000


def run(line: SimulatedLine, seconds: float) -> tuple[np.ndarray, np.ndarray]:
    """Heard and played sound of the next seconds."""
    blocks = [line.next_block() for _ in range(round(seconds * RATE_HZ / 512))]
    return np.concatenate([b.heard for b in blocks]), np.concatenate([b.played for b in blocks])


def loud_from_to_s(samples: np.ndarray) -> tuple[float, float]:
    loud = np.flatnonzero(np.abs(samples) > 0.05)
    return loud[0] / RATE_HZ, loud[-1] / RATE_HZ


def opened(*replies: Recording | None, after_s: float = 0.2) -> SimulatedLine:
    line = SimulatedLine(Reply(sound, after_s) for sound in replies)
    line.start()
    return line


def test_it_answers_after_the_customer_and_not_before() -> None:
    line = opened(tone(300, 0.5))
    line.play(tone(200, 1.0))
    heard, played = run(line, 4.0)
    assert loud_from_to_s(played) == pytest.approx((0.0, 1.0), abs=0.01)
    start_s, end_s = loud_from_to_s(heard)
    assert start_s == pytest.approx(1.0 + 0.7 + 0.2, abs=0.1)
    assert end_s - start_s == pytest.approx(0.5, abs=0.01)


def test_a_pause_inside_the_customers_line_is_waited_out() -> None:
    line = opened(tone(300, 0.5))
    for part in (tone(200, 0.6), silence(0.5), tone(200, 0.6)):
        line.play(part)
    heard, _ = run(line, 4.0)
    assert loud_from_to_s(heard)[0] > 1.7


def test_each_line_gets_one_reply_and_after_the_last_there_is_silence() -> None:
    line = opened(tone(300, 0.3), tone(400, 0.3))
    pitches = []
    for _ in range(3):
        line.play(tone(200, 0.5))
        heard, _ = run(line, 3.0)
        loud = heard[np.abs(heard) > 0.05]
        pitches.append(round(np.argmax(np.abs(np.fft.rfft(heard))) / 3.0) if len(loud) else None)
    assert pitches[0] == pytest.approx(300, abs=3) and pitches[1] == pytest.approx(400, abs=3) and pitches[2] is None


def test_a_trainee_without_a_reply_stays_silent_but_the_room_does_not() -> None:
    line = opened(None)
    line.play(tone(200, 0.5))
    heard, _ = run(line, 3.0)
    level_db = 20 * np.log10(np.sqrt(np.mean(heard**2)))
    assert level_db == pytest.approx(-70.0, abs=1.0)


def test_replies_are_made_only_when_needed() -> None:
    made = []

    def replies() -> Iterator[Reply]:
        for number in range(5):
            made.append(number)
            yield Reply(tone(300, 0.2))

    line = SimulatedLine(replies())
    line.start()
    run(line, 2.0)
    assert made == []
    line.play(tone(200, 0.3))
    run(line, 2.0)
    assert made == [0]


def test_the_customer_stops_when_told_to() -> None:
    line = opened()
    line.play(tone(200, 2.0))
    run(line, 0.512)
    line.stop_playing()
    _, played = run(line, 1.0)
    assert not np.abs(played[160:]).any() and not line.playing


def test_unplugging_ends_the_line_with_one_line_for_the_user() -> None:
    line = SimulatedLine(iter(()), unplug_at_s=0.5)
    line.start()
    with pytest.raises(DeviceError, match=r"unplugged") as caught:
        run(line, 1.0)
    assert "\n" not in str(caught.value)
    assert line.now_s == pytest.approx(0.5, abs=0.04)


def test_a_line_that_is_not_open_says_so() -> None:
    with pytest.raises(DeviceError, match="not open"):
        SimulatedLine(iter(())).next_block()


def test_the_same_seed_gives_the_same_room() -> None:
    first, second = opened(), opened()
    assert np.array_equal(run(first, 0.5)[0], run(second, 0.5)[0])
