"""Calls on one channel: what cannot be told from it is null, and the row says why."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from tests.batch_rig import RATE_HZ, options
from tests.conftest import tone
from voicesim.batch import CallSource, score_call


def put_mono(path: Path, *spoken_s: tuple[float, float, float]) -> CallSource:
    """A mono file of 30 s with a sound of (pitch in Hz, start, end) for each stretch spoken, rising and falling."""
    rng = np.random.default_rng(0)
    samples = np.zeros(30 * RATE_HZ, dtype=np.float32)
    for pitch_hz, start_s, end_s in spoken_s:
        sound: np.ndarray = tone(pitch_hz, end_s - start_s, rate_hz=RATE_HZ, harmonics=8).samples
        swell = 0.6 + 0.4 * np.sin(2 * np.pi * 3 * np.arange(len(sound)) / RATE_HZ)
        sound = swell * (sound + rng.normal(0, 0.01, len(sound)))
        samples[round(start_s * RATE_HZ) :][: len(sound)] = sound
    soundfile.write(path, samples, RATE_HZ)
    return CallSource(str(path))


def test_one_voice_alone_stays_one_and_the_row_says_so(tmp_path: Path) -> None:
    row = score_call(put_mono(tmp_path / "alone.wav", (150, 1, 5), (150, 6, 9), (150, 12, 16)), options()).call
    assert row["error"] is None
    assert (row["agent_channel"], row["agent_channel_by"]) == ("mono", "voices")
    assert "only one voice" in row["timing_reason"]
    assert (row["agent_text"] == "") != (row["customer_text"] == "")
    assert row["talk_share"] is None
    assert row["overlap_share"] is None


def test_two_voices_on_one_channel_are_two_and_overlaps_stay_unknown(tmp_path: Path) -> None:
    parts = ((120, 1, 5), (260, 5.5, 9), (120, 10, 14), (260, 15, 19), (120, 20, 24), (260, 25, 29))
    row = score_call(put_mono(tmp_path / "both.wav", *parts), options()).call
    assert row["error"] is None
    assert row["agent_text"]
    assert row["customer_text"]
    assert "overlaps cannot be" in row["timing_reason"]
    assert row["interruptions"] is None
    assert 0.3 < row["talk_share"] < 0.7
