"""The encoder's ear: Whisper's own input, the layers asked for, and nothing of the microphone's gain."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import noise, silence
from tests.test_prosody import syllables
from voicesim.backends.encoder_weights import first_layers
from voicesim.backends.whisper_encoder import FLOOR_POWER, LAYERS, WhisperEncoder, _log_mel
from voicesim.errors import EngineError


@pytest.fixture(scope="module")
def encoder() -> WhisperEncoder:
    return WhisperEncoder(threads=2)


def test_input_is_what_faster_whisper_itself_computes() -> None:
    from faster_whisper.feature_extractor import FeatureExtractor

    samples = syllables(150, seconds=2.0).samples + noise(2.0, level=0.01).samples
    ours, theirs = _log_mel(samples), FeatureExtractor()(samples)
    assert ours.shape == (80, 200)
    assert np.abs(ours - theirs[:, :200])[:, :-2].max() < 1e-3  # its last frames look into padding


def test_light_noise_moves_the_input_less_with_a_floor_under_it() -> None:
    sound = syllables(150, seconds=2.0).samples
    moved = [
        np.abs(_log_mel(sound + noise(2.0, level=0.003).samples, floor) - _log_mel(sound, floor)).mean()
        for floor in (0.0, FLOOR_POWER)
    ]
    assert moved[1] < 0.25 * moved[0]


def test_frames_come_every_20_ms_in_order_for_every_layer(encoder: WhisperEncoder) -> None:
    frames = encoder.encode(syllables(150, seconds=14.0))
    assert frames.features.shape == (len(frames.times_s), len(LAYERS) * 384)
    assert np.all(np.diff(frames.times_s) > 0)
    assert np.median(np.diff(frames.times_s)) == pytest.approx(0.02)
    assert frames.times_s[-1] < 14.0
    assert frames.engine == encoder.name


def test_silence_is_not_encoded(encoder: WhisperEncoder) -> None:
    assert len(encoder.encode(silence(3.0)).times_s) == 0
    assert len(encoder.encode(silence(0.0)).times_s) == 0
    sound = syllables(150, seconds=2.0)
    gap = np.concatenate([sound.samples, np.zeros(160_000, np.float32), sound.samples])
    times_s = encoder.encode(replace(sound, samples=gap)).times_s
    assert not np.any((times_s > 2.3) & (times_s < 11.7))
    assert times_s.max() > 13


@pytest.mark.parametrize("gain_db", [-24.0, 6.0])
def test_gain_cannot_be_heard(encoder: WhisperEncoder, gain_db: float) -> None:
    sound = syllables(150, seconds=2.0)
    louder = replace(sound, samples=(sound.samples * 10 ** (gain_db / 20)).astype(np.float32))
    before, after = (encoder.encode(one).features.mean(axis=0) for one in (sound, louder))
    assert np.abs(after - before).mean() < 0.02 * np.abs(before).mean()


def test_weights_that_are_not_understood_are_named(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"\x09\0\0\0not weights")
    with pytest.raises(EngineError, match="cannot be read for delivery"):
        first_layers(tmp_path, 2)
    (tmp_path / "model.bin").write_bytes(b"\x06")
    with pytest.raises(EngineError):
        first_layers(tmp_path, 2)
