"""Judges of whether a voice sounds angry, trained on the human actors of ../shared/data; no weights are kept.

Each judge hears a clip trimmed and levelled, and compares it with the same speaker's neutral readings. Happy,
surprised, afraid, disgusted and sad speakers are among the negatives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from voicesim.audio import resample
from voicesim.backends.whisper_encoder import WhisperEncoder
from voicesim.domain import Recording, Span
from voicesim.prosody import measure_prosody

RATE_HZ = 16_000
LEVEL_DB = -23.0
_RAVDESS = ("neutral", "calm", "happy", "sad", "angry", "afraid", "disgust", "surprised")
_SAVEE = {"a": "angry", "d": "disgust", "f": "afraid", "h": "happy", "n": "neutral", "sa": "sad", "su": "surprised"}

Features = NDArray[np.float64]
Extractor = Callable[[NDArray[np.float32]], Features]


@dataclass(frozen=True)
class ActedClip:
    """One clip of an actor."""

    path: Path
    corpus: str
    speaker: str
    emotion: str


def acted_clips(data: Path) -> list[ActedClip]:
    """Every clip of RAVDESS and SAVEE under `data`, by their file names."""
    ravdess = re.compile(r"\d\d-\d\d-(\d\d)-\d\d-\d\d-\d\d-(\d\d)\.")
    savee = re.compile(r"([A-Z]+)_(a|d|f|h|n|sa|su)\d+\.")
    return [
        ActedClip(path, "ravdess", f"ravdess-{found[2]}", _RAVDESS[int(found[1]) - 1])
        for path in sorted((data / "ravdess").iterdir())
        if (found := ravdess.match(path.name))
    ] + [
        ActedClip(path, "savee", f"savee-{found[1]}", _SAVEE[found[2]])
        for path in sorted((data / "savee").iterdir())
        if (found := savee.match(path.name))
    ]


def levelled(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Speech trimmed to what lies within 40 dB of its loudest 20 ms, its level at -23 dB full scale."""
    step = RATE_HZ // 50
    power = (samples[: len(samples) // step * step].astype(np.float64).reshape(-1, step) ** 2).mean(axis=1)
    active = np.flatnonzero(power > power.max() * 1e-4)
    gain = 10 ** (LEVEL_DB / 20) / np.sqrt(power[active].mean() + 1e-12)
    kept = samples[max(0, active[0] - 2) * step : (active[-1] + 3) * step]
    return np.asarray(kept * gain, dtype=np.float32)


def cue_features(samples: NDArray[np.float32]) -> Features:
    """The product's own prosody cues."""
    recording = Recording(samples, RATE_HZ)
    cues = measure_prosody(recording, (Span(0.0, recording.duration_s),)).cues
    return np.array([np.nan if value is None else value for value in cues.values()], dtype=np.float64)


def encoder_features(samples: NDArray[np.float32], layers: int) -> Features:
    """Mean and spread of the speech recogniser's encoder output after some of its layers."""
    frames = _encoder(layers).encode(Recording(samples, RATE_HZ)).features.astype(np.float64)
    return np.concatenate([frames.mean(axis=0), frames.std(axis=0)])


def egemaps_features(samples: NDArray[np.float32]) -> Features:
    """The 88 eGeMAPS functionals (opensmile, licensed for research: never part of the product)."""
    return np.asarray(_smile().process_signal(samples, RATE_HZ).values[0], dtype=np.float64)


JUDGES: dict[str, tuple[Extractor, float]] = {
    "egemaps": (egemaps_features, 0.02),
    "cues": (cue_features, 0.02),
    "encoder-2": (lambda samples: encoder_features(samples, 2), 0.001),
    "encoder-4": (lambda samples: encoder_features(samples, 4), 0.001),
}
"""Features of each judge, and how weakly its logistic regression is held back."""


class Judge:
    """Logistic regression on what changes against the speaker's own neutral voice."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.extract, self._strength = JUDGES[name]

    def hear(self, samples: NDArray[np.float32]) -> Features:
        """Features of one clip at 16 kHz, with what could not be measured as 0."""
        return np.nan_to_num(self.extract(levelled(samples)))

    def train(self, features: Features, clips: Sequence[ActedClip]) -> None:
        """Learn from actors; `features` is (clips, n)."""
        from sklearn.linear_model import LogisticRegression

        change = against_neutral(features, clips)
        self._mean, self._scale = change.mean(axis=0), change.std(axis=0) + 1e-9
        angry = np.array([clip.emotion == "angry" for clip in clips])
        self._model = LogisticRegression(C=self._strength, class_weight="balanced", max_iter=3000)
        self._model.fit(self._scaled(change), angry)

    def angry(self, change: Features) -> NDArray[np.float64]:
        """Probability 0-1 that clips (clips, n), less their speaker's neutral mean, are angry."""
        result: NDArray[np.float64] = self._model.predict_proba(self._scaled(change))[:, 1]
        return result

    def _scaled(self, change: Features) -> Features:
        scaled: Features = np.clip((change - self._mean) / self._scale, -4.0, 4.0)
        return scaled


def human_shares(name: str, features: Features, clips: Sequence[ActedClip], folds: int = 7) -> dict[str, float]:
    """How a judge hears actors it was not trained on: share of clips rated angry, by emotion.

    `features` is (clips, n).
    """
    speakers = np.array([clip.speaker for clip in clips])
    emotions = np.array([clip.emotion for clip in clips])
    change, rated = against_neutral(features, clips), np.zeros(len(clips), dtype=bool)
    for fold in range(folds):
        unseen = np.isin(speakers, sorted(set(speakers))[fold::folds])
        judge = Judge(name)
        judge.train(features[~unseen], [clip for clip, left_out in zip(clips, unseen, strict=True) if not left_out])
        rated[unseen] = judge.angry(change[unseen]) > 0.5
    return {emotion: float(rated[emotions == emotion].mean()) for emotion in sorted(set(emotions))}


def against_neutral(features: Features, clips: Sequence[ActedClip]) -> Features:
    """Each clip's features less the mean of its speaker's neutral ones."""
    speakers = np.array([clip.speaker for clip in clips])
    neutral = np.array([clip.emotion == "neutral" for clip in clips])
    change = np.empty_like(features)
    for speaker in set(speakers):
        own = speakers == speaker
        change[own] = features[own] - features[own & neutral].mean(axis=0)
    return change


def clip_features(judge: Judge, clips: Sequence[ActedClip]) -> Features:
    """Features of every clip, (clips, n)."""
    return np.array([judge.hear(_samples(clip.path)) for clip in clips])


@cache
def _encoder(layers: int) -> WhisperEncoder:
    return WhisperEncoder(layers=(layers,))


@cache
def _smile():  # type: ignore[no-untyped-def]
    import opensmile

    return opensmile.Smile(opensmile.FeatureSet.eGeMAPSv02, opensmile.FeatureLevel.Functionals)


def _samples(path: Path) -> NDArray[np.float32]:
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return resample(Recording(samples.mean(axis=1), rate), RATE_HZ).samples
