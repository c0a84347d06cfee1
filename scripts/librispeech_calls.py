"""Calls made of LibriSpeech: neighbouring speakers take turns reading; times and exact words are known."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voicesim.audio import read_audio
from voicesim.backends.silero_activity import SileroActivity
from voicesim.domain import Recording, Span
from voicesim.pace.pausing import spoken_stretches
from voicesim.telephone import TelephoneLine, telephone

RATE_HZ = 16_000
GAP_S = (0.2, 1.2)


@dataclass(frozen=True, eq=False)
class ReadCall:
    """Two readers, one a channel, wide-band at 16 kHz: when each spoke (as detected in each clip) and the words."""

    recording: Recording
    spans: tuple[tuple[Span, ...], tuple[Span, ...]]
    words: tuple[str, str]

    def mixed_by_phone(self) -> Recording:
        """Both on one telephone line."""
        return telephone(Recording(self.recording.samples.sum(axis=1), RATE_HZ), TelephoneLine())

    def by_phone(self) -> Recording:
        """Each on a telephone line of their own, 16 kHz again."""
        lines = [telephone(self.recording.channel(index), TelephoneLine()) for index in (0, 1)]
        return Recording(np.stack([line.samples for line in lines], axis=1), lines[0].sample_rate_hz)

    def alone_by_phone(self, party: int) -> Recording:
        """One of the two on a telephone line, the other's turns left out as silence."""
        return telephone(self.recording.channel(party), TelephoneLine())


def read_calls(folder: Path) -> Iterator[ReadCall]:
    """One call for each two speakers of `folder` (FLAC clips beside transcripts.tsv), the same every time."""
    rng = np.random.default_rng(5)
    with (folder / "transcripts.tsv").open(encoding="utf-8") as file:
        texts = {row[0]: row[1] for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
    by_speaker: dict[str, list[Path]] = {}
    for clip in sorted(folder.glob("*.flac")):
        by_speaker.setdefault(clip.name.split("-")[0], []).append(clip)
    speakers = sorted(by_speaker)
    for pair in zip(speakers[::2], speakers[1::2], strict=False):
        yield _call([by_speaker[speaker] for speaker in pair], texts, rng)


def _call(readers: list[list[Path]], texts: dict[str, str], rng: np.random.Generator) -> ReadCall:
    detector = SileroActivity()
    spans: tuple[list[Span], list[Span]] = ([], [])
    words: tuple[list[str], list[str]] = ([], [])
    parts, length = [np.zeros((RATE_HZ // 2, 2), np.float32)], RATE_HZ // 2
    for clips in zip(*readers, strict=False):
        for party, clip in enumerate(clips):
            sound = read_audio(clip, sample_rate_hz=RATE_HZ)
            spoken = spoken_stretches(sound, detector.detect(sound))
            spans[party].extend(span.shifted(length / RATE_HZ) for span in spoken)
            words[party].append(texts[clip.stem])
            part = np.zeros((len(sound.samples) + round(rng.uniform(*GAP_S) * RATE_HZ), 2), np.float32)
            part[: len(sound.samples), party] = sound.samples
            parts.append(part)
            length += len(part)
    recording = Recording(np.concatenate(parts), RATE_HZ)
    return ReadCall(recording, (tuple(spans[0]), tuple(spans[1])), (" ".join(words[0]), " ".join(words[1])))
