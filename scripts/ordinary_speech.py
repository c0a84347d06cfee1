"""Ordinary speech to settle delivery on: LibriSpeech's readers as features, wide-band and by telephone."""

from __future__ import annotations

from pathlib import Path

from voicesim.backends.silero_activity import SileroActivity
from voicesim.delivery.conditions import as_recorded, by_telephone
from voicesim.delivery.features import Features
from voicesim.delivery.training import Labelled, hear
from voicesim.ports import SpeechEncoder


def ordinary_voices(folder: Path, encoder: SpeechEncoder | None) -> dict[str, list[Features]]:
    """Features by reader, each condition a speaker of its own; without an encoder the cues alone."""
    rows = [Labelled(path, path.stem.split("-")[0], "other") for path in sorted(folder.glob("*.flac"))]
    voices: dict[str, list[Features]] = {}
    for sample in hear(rows, SileroActivity(), encoder, (as_recorded, by_telephone)):
        voices.setdefault(f"{sample.speaker} {sample.condition}", []).append(sample.features)
    return voices
