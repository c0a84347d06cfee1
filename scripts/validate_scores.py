"""Measures what must not move a score: sex and accent of the speaker, a louder microphone, another device, noise."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import butter, sosfilt
from validation_table import Row, print_rows, shared_data

from voicesim import analyse, enrol
from voicesim import analysis as pipeline
from voicesim.audio import resample
from voicesim.domain import Analysis, Baseline, Recording
from voicesim.engines.ears import load_ears

RATE_HZ = 16_000
ENOUGH_S = 24.0
SCORES = ("tone", "pace", "warmth")
LARGEST_MOVE = 3.0
Change = Callable[[Recording], Recording]
loaded_ears = cache(load_ears)


def clip(path: Path) -> Recording:
    """A clip as a recording at 16 kHz."""
    samples, rate_hz = soundfile.read(path, dtype="float32")
    return resample(Recording(samples, rate_hz, path.name), RATE_HZ)


def joined(clips: Sequence[Recording]) -> Recording:
    """Clips in a row with half a second between them."""
    pause = np.zeros(RATE_HZ // 2, dtype=np.float32)
    return Recording(np.concatenate([part for c in clips for part in (c.samples, pause)]), RATE_HZ, clips[0].source)


def gain(level_db: float) -> Change:
    return lambda r: replace(r, samples=np.clip(r.samples * np.float32(10 ** (level_db / 20)), -1, 1))


def other_device(recording: Recording) -> Recording:
    """A cheap headset: no bass, little treble, a hump at 2.5 kHz."""
    band = sosfilt(butter(2, (180, 6000), "band", fs=RATE_HZ, output="sos"), recording.samples)
    hump = sosfilt(butter(1, (1800, 3400), "band", fs=RATE_HZ, output="sos"), recording.samples)
    return replace(recording, samples=(band + 0.4 * hump).astype(np.float32))


def light_noise(recording: Recording) -> Recording:
    """Room noise 20 dB below the speech."""
    rng = np.random.default_rng(0)
    loud = np.square(recording.samples)[np.abs(recording.samples) > np.abs(recording.samples).max() / 30]
    noise = sosfilt(butter(1, 800, "low", fs=RATE_HZ, output="sos"), rng.standard_normal(len(recording.samples)))
    noise *= np.sqrt(float(loud.mean())) * 0.1 / noise.std()
    return replace(recording, samples=(recording.samples + noise).astype(np.float32))


CHANGES: dict[str, Change] = {
    "+12 dB": gain(12),
    "-12 dB": gain(-12),
    "another device": other_device,
    "20 dB noise": light_noise,
}


def readers(folder: Path, count: int) -> list[tuple[Recording, Baseline]]:
    """Half a minute of each reader, and a baseline from two other clips; scaled down so that +12 dB does not clip."""
    ids: dict[str, list[Path]] = {}
    for path in sorted((folder / "librispeech").glob("*.flac")):
        ids.setdefault(path.name.split("-")[0], []).append(path)
    out = []
    for paths in list(ids.values())[:count]:
        clips = [clip(path) for path in paths]
        quiet = [replace(c, samples=c.samples * np.float32(0.2 / np.abs(c.samples).max())) for c in clips]
        spoken: list[Recording] = []
        for one in quiet[2:]:
            if sum(c.duration_s for c in spoken) < ENOUGH_S:
                spoken.append(one)
        out.append((joined(spoken), enrol(quiet[:2])))
    return out


def moves(plain: Analysis, changed: Analysis) -> list[float | None]:
    """Points each score moved; None where either abstained."""
    out: list[float | None] = []
    for name in SCORES:
        before, after = getattr(plain.scores, name).value, getattr(changed.scores, name).value
        out.append(None if before is None or after is None else abs(after - before))
    return out


def stability_rows(folder: Path, count: int) -> list[Row]:
    """How far scores move when only the sound's way to the file changes; with an own baseline and without."""
    people = readers(folder, count)
    plain = [heard(recording, baseline) for recording, baseline in people]
    out = []
    for name, change in CHANGES.items():
        changed = [heard(change(recording), baseline) for recording, baseline in people]
        for which, against in enumerate(("own baseline", "no baseline")):
            moved = [moves(p[which], c[which]) for p, c in zip(plain, changed, strict=True)]
            out.append(stability_row(f"{name}, {against}", moved))
    return out


def heard(recording: Recording, baseline: Baseline) -> tuple[Analysis, Analysis]:
    """Analysed against the speaker's own baseline and against none; the words are recognised once."""
    ears = loaded_ears()
    own = pipeline.analyse(recording, ears, baseline=baseline)
    return own, pipeline.analyse(recording, ears, spans=own.spans, transcript=own.transcript)


def stability_row(label: str, moved: Sequence[Sequence[float | None]]) -> Row:
    """Median and largest move of each score."""
    parts, middles = [], []
    for score, column in zip(SCORES, zip(*moved, strict=True), strict=True):
        known = [points for points in column if points is not None]
        middles.append(float(np.median(known)) if known else 0.0)
        abstained = f", {len(column) - len(known)} abstain" if len(known) < len(column) else ""
        parts.append(f"{score} {middles[-1]:.1f} (most {max(known):.1f})" + abstained if known else f"{score} abstains")
    label = f"{label}: points moved, median of {len(moved)} readers"
    return Row(label, "-", "<= 3, or abstain", "; ".join(parts), max(middles) <= LARGEST_MOVE)


def voice_rows(folder: Path, per_actor: int = 8) -> list[Row]:
    """RAVDESS: the same emotions acted by women and by men, each against their own two neutral clips."""
    found: dict[str, dict[str, list[float]]] = {s: {"tone": [], "warmth": []} for s in ("women", "men")}
    actors: dict[str, list[Path]] = {}
    for path in sorted((folder / "ravdess").rglob("*.*")):
        if path.stem.count("-") == 6:
            actors.setdefault(path.stem.split("-")[6], []).append(path)
    for actor, paths in actors.items():
        neutral = [p for p in paths if p.stem.split("-")[2] == "01"]
        baseline = enrol([clip(p) for p in neutral[:2]])
        chosen = [
            next((p for p in paths if p.stem.split("-")[2] == f"{e:02}" and p not in neutral[:2]), None)
            for e in range(1, 9)
        ]
        for path in [p for p in chosen if p is not None][:per_actor]:
            scores = analyse(clip(path), baseline).scores
            sex = "men" if int(actor) % 2 else "women"
            for name, score in (("tone", scores.tone), ("warmth", scores.warmth)):
                if score.value is not None:
                    found[sex][name].append(score.value)
    return [
        gap_row(f"{name}: women against men, same emotions", *(found[s][name] for s in ("women", "men")))
        for name in ("tone", "warmth")
    ]


def accent_rows(folder: Path, people: int) -> list[Row]:
    """Reading aloud, native and Mandarin-accented, each against two clips of their own."""
    values: dict[str, dict[str, list[float]]] = {k: {"tone": [], "warmth": []} for k in ("native", "accented")}
    for kind, paths in (
        ("native", _by_reader(folder / "librispeech")),
        ("accented", _by_reader(folder / "speechocean762")),
    ):
        for clips in [p for p in paths if len(p) >= 3][:people]:
            scores = analyse(clip(clips[2]), enrol([clip(c) for c in clips[:2]])).scores
            for name, score in (("tone", scores.tone), ("warmth", scores.warmth)):
                if score.value is not None:
                    values[kind][name].append(score.value)
    return [
        gap_row(f"{name}: native against accented readers", *(values[k][name] for k in ("native", "accented")))
        for name in ("tone", "warmth")
    ]


def gap_row(label: str, first: list[float], second: list[float]) -> Row:
    """The gap between two groups' mean scores, and how sure it is (1.96 standard errors)."""
    gap = float(np.mean(first) - np.mean(second))
    sure = 1.96 * float(np.sqrt(np.var(first) / len(first) + np.var(second) / len(second)))
    today = f"{gap:+.1f} +- {sure:.1f} points ({len(first)} and {len(second)} clips)"
    return Row(label, "-", "<= 3 points, reported", today, abs(gap) <= LARGEST_MOVE)


def _by_reader(folder: Path) -> list[list[Path]]:
    """Clips of each speaker of a corpus, by the name in front of the dash, or the first four digits."""
    groups: dict[str, list[Path]] = {}
    for line in (folder / "transcripts.tsv").read_text(encoding="utf-8").splitlines():
        name = line.split("\t")[0]
        key = name.split("-")[0] if "-" in name else line.split("speaker=")[1].split()[0]
        groups.setdefault(key, []).append(next(folder.glob(f"{name}.*")))
    return list(groups.values())


def rows(people: int = 20) -> list[Row]:
    """All of it."""
    folder = shared_data()
    return [*voice_rows(folder), *accent_rows(folder, 40), *stability_rows(folder, people)]


if __name__ == "__main__":
    print_rows(rows(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
