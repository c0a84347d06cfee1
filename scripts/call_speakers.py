"""Speakers of generated calls: a synthesiser, or somebody reading in recorded clips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
import soundfile
from numpy.typing import NDArray

from voicesim.backends.cast_voices import EngineChoice, open_voice
from voicesim.customer.delivery import voice_style
from voicesim.customer.respeaking import apply_style
from voicesim.customer.voices import load_cast
from voicesim.domain import Mood, Recording, Span
from voicesim.domain.spans import merged
from voicesim.ports import Voice

Samples = NDArray[np.float32]
HEARD_BELOW_PEAK_DB = 27.0
LONGEST_INNER_SILENCE_S = 0.15
SPEECH_LEVEL = 0.06
SHORTEST_S = 0.6  # shorter bits of a clip may be a click or a breath
CLEAN_DB = 42.0
"""Loud frames over quiet ones; in a clip with less range, where speech ends is a matter of opinion."""


@dataclass(frozen=True, eq=False)
class Piece:
    """One uninterrupted stretch of speech: mono samples at `rate_hz`, trimmed, and its words ("" when unknown)."""

    samples: Samples
    rate_hz: int
    text: str


class Speaker(Protocol):
    """Gives pieces of speech of one voice."""

    def piece(self, text: str, rng: np.random.Generator) -> list[Piece]:
        """The pieces that say `text` (or any words, for a speaker who reads from a book)."""
        ...


class SpokenLines:
    """A speaker from a synthesiser; every line is rendered once and kept."""

    def __init__(self, voice: Voice) -> None:
        self._render = lru_cache(maxsize=None)(lambda text: cut_at_pauses(voice.render(text), text))

    def piece(self, text: str, rng: np.random.Generator) -> list[Piece]:  # noqa: ARG002
        """The pieces that say `text`: one for each stretch between the synthesiser's own pauses."""
        return list(self._render(text))


class ReadClips:
    """A speaker who reads from recorded clips, in an order the generator chooses; words are unknown."""

    def __init__(self, clips: Sequence[Recording]) -> None:
        clean = [clip for clip in clips if dynamic_range_db(clip) >= CLEAN_DB]
        self._pieces = [p for clip in clean for p in cut_at_pauses(clip, "") if len(p.samples) > SHORTEST_S * p.rate_hz]

    def piece(self, text: str, rng: np.random.Generator) -> list[Piece]:
        """One or two pieces; a single short one where the script has a short line."""
        if len(text.split()) <= 2:
            return [min((self._pieces[i] for i in rng.choice(len(self._pieces), 8)), key=lambda p: len(p.samples))]
        return [self._pieces[i] for i in rng.choice(len(self._pieces), int(rng.integers(1, 3)))]


class CastMember:
    """A `Voice`: one of the customers' voices (data/voices.toml) by an engine, as angry (0-1) as asked."""

    def __init__(self, name: str, engine: EngineChoice, anger: float = 0.0) -> None:
        self.name = f"{name} {engine}" + (" angry" if anger > 0 else "")
        self._voice, self._character = open_voice(load_cast()[name], engine)
        self._style = voice_style(Mood(anger=anger, patience=1.0 - anger, trust=1.0 - anger), 0.0)

    def render(self, text: str) -> Recording:
        """`text` in this voice. Raises EngineError."""
        return apply_style(self._voice.render(text), self._style, self._character)


def spoken_by(voice: Voice) -> SpokenLines:
    """A speaker from any synthesiser."""
    return SpokenLines(voice)


def read_by(folder: Path, clip_ids: Sequence[str]) -> ReadClips:
    """A speaker from FLAC clips `folder/<id>.flac` (all of one person)."""
    clips = []
    for clip_id in clip_ids:
        samples, rate_hz = soundfile.read(folder / f"{clip_id}.flac", dtype="float32")
        clips.append(Recording(samples, rate_hz, clip_id))
    return ReadClips(clips)


def dynamic_range_db(recording: Recording) -> float:
    """Level of the loud frames over that of the quiet ones, dB."""
    power = _frame_powers(recording)
    return float(10 * np.log10((np.percentile(power, 99) + 1e-12) / (np.percentile(power, 3) + 1e-12)))


def cut_at_pauses(recording: Recording, text: str) -> list[Piece]:
    """A clean recording cut wherever it is silent for 0.15 s or more; the text goes with the first piece."""
    rate_hz = recording.sample_rate_hz
    step = round(0.01 * rate_hz)
    power = _frame_powers(recording)
    if not len(power):
        return []
    heard = power > np.percentile(power, 99) * 10 ** (-HEARD_BELOW_PEAK_DB / 10)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], heard, [False]]).astype(int)))
    spans = [
        Span(a * step / rate_hz, b * step / rate_hz)
        for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    ]
    cut = [s for s in merged(spans, LONGEST_INNER_SILENCE_S) if s.duration_s >= 0.05]
    level = float(np.sqrt(power[heard].mean())) if heard.any() else 1.0
    return [
        Piece(recording.slice(span).mono().samples * np.float32(SPEECH_LEVEL / level), rate_hz, "" if number else text)
        for number, span in enumerate(cut)
    ]


def _frame_powers(recording: Recording) -> NDArray[np.float64]:
    """Power of each 10 ms."""
    step = round(0.01 * recording.sample_rate_hz)
    samples = recording.mono().samples
    count = len(samples) // step
    powers: NDArray[np.float64] = np.square(samples[: count * step].reshape(count, step), dtype=np.float64).mean(axis=1)
    return powers
