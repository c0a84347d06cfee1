"""The encoder's ear: Whisper's own input, the layers asked for, and nothing of the microphone's gain."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import noise, silence
from tests.test_prosody import syllables
from voicesim.backends.encoder_graph import eight_bits
from voicesim.backends.encoder_weights import encoder_weights
from voicesim.backends.whisper_encoder import FLOOR_POWER, LAYERS, WhisperEncoder, _log_mel
from voicesim.backends.whisper_transcriber import DEFAULT_MODEL, model_folder
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


def test_the_last_layer_is_what_the_recogniser_itself_hears() -> None:
    from ctranslate2 import StorageView
    from ctranslate2.models import Whisper

    log_mel = _log_mel(syllables(150, seconds=4.0).samples + noise(4.0, level=0.01).samples)
    whole = Whisper(model_folder(DEFAULT_MODEL), compute_type="float32")
    theirs = np.array(whole.encode(StorageView.from_array(log_mel[None]), to_cpu=True))[0]
    ours = WhisperEncoder(layers=(4,))._run(log_mel)
    assert ours.shape == theirs.shape == (200, 384)
    assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.995


def test_layers_heard_together_are_those_heard_apart_bit_for_bit_with_any_threads(encoder: WhisperEncoder) -> None:
    sound = syllables(150, seconds=3.0)
    together = encoder.encode(sound).features
    apart = [WhisperEncoder(layers=(layer,), threads=1).encode(sound).features for layer in LAYERS]
    assert np.array_equal(together, np.concatenate(apart, axis=1))
    assert np.array_equal(together, WhisperEncoder(threads=5).encode(sound).features)


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 5))
def test_eight_bit_weights_are_right_to_half_a_step_and_overflow_nowhere(seed: int, pairs: int, columns: int) -> None:
    matrix = np.random.default_rng(seed).standard_t(2, (2 * pairs, columns)).astype(np.float32)
    values, scales = eight_bits(matrix)
    assert np.all(np.abs(values * scales - matrix) <= 0.5001 * scales)
    inputs = np.array([(0, 0), (0, 255), (255, 0), (255, 255)])
    sums = np.einsum("ip,kpc->ikc", inputs, values.reshape(pairs, 2, columns).astype(int))
    assert -(2**15) <= sums.min() <= sums.max() < 2**15


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
    whole = Path(model_folder(DEFAULT_MODEL), "model.bin").read_bytes()
    for content in (b"\x09\0\0\0not weights", b"\x06", whole[:100], whole[:-2000], b""):
        (tmp_path / "model.bin").write_bytes(content)
        with pytest.raises(EngineError, match="cannot be read for delivery"):
            encoder_weights(tmp_path)
    (tmp_path / "model.bin").unlink()
    with pytest.raises(EngineError, match="cannot be read for delivery"):
        encoder_weights(tmp_path)


def test_an_encoder_without_some_of_its_weights_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voicesim.backends.whisper_encoder.encoder_weights", lambda _: {})
    with pytest.raises(EngineError, match="encoder cannot be loaded"):
        WhisperEncoder().encode(syllables(150, seconds=1.0))
