"""Nothing is scored in silence, noise or music: the real detector listens, and the scores say why there are none."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conftest import noise, silence
from tests.measured_values import measured, transcript
from voicesim.backends.silero_activity import SileroActivity
from voicesim.domain import Recording
from voicesim.scoring import load_rubric, score
from voicesim.signal_quality import measure_signal

RATE_HZ = 16_000
CHORDS_HZ = ((261, 329, 392), (220, 261, 329), (174, 220, 261), (196, 247, 294))


def music(duration_s: float = 12.0) -> Recording:
    """Plucked chords with a drum on each beat, two beats a second."""
    rng = np.random.default_rng(0)
    times = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    samples = np.zeros(len(times))
    for beat in range(int(2 * duration_s)):
        inside = (times >= beat / 2) & (times < beat / 2 + 0.5)
        fading = np.exp(-4 * (times[inside] - beat / 2))
        for f0_hz in CHORDS_HZ[(beat // 4) % 4]:
            for partial in range(1, 6):
                samples[inside] += fading * np.sin(2 * np.pi * f0_hz * partial * times[inside]) / partial
        first = beat * RATE_HZ // 2
        samples[first : first + 800] += 2 * rng.standard_normal(800)
    return Recording((0.5 * samples / np.abs(samples).max()).astype(np.float32), RATE_HZ)


@pytest.mark.parametrize("sound", [silence(12.0), noise(12.0), music()], ids=["silence", "noise", "music"])
def test_what_is_not_speech_gets_no_score(sound: Recording) -> None:
    spans = SileroActivity().detect(sound)
    heard = measured(
        duration_s=sound.duration_s, spans=spans, transcript=transcript(0), signal=measure_signal(sound, spans)
    )
    card = score(heard, load_rubric())
    for found in (card.tone, card.pace, card.warmth):
        assert found.value is None and found.reason
    assert card.overall is None and card.advice == () and card.what_if == ()
