"""Measures how well delivery is heard: scripts/validate delivery, or this file for every number.

Unseen actors: each pair of RAVDESS actors scored by heads trained on the ten others. Unseen corpus: SAVEE scored by the
shipped heads, never trained on it. Pooled AUC over all clips, wide-band and through an 8 kHz mu-law round trip, with
two neutral clips of the speaker as enrolment (these are not scored) and without. Then: how far louder microphones,
another device and light noise move a score, the gap between women and men, how hot raised and ordinary voices that are
not enrolled come out, and the cost. Every scale is settled on LibriSpeech's readers, as the shipped ones are.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from ordinary_speech import ordinary_voices
from validation_table import Row, print_rows, shared_data

from voicesim.audio import read_audio, resample
from voicesim.backends.silero_activity import SileroActivity
from voicesim.backends.whisper_encoder import WhisperEncoder
from voicesim.delivery import DeliveryModels, load_models, make_baseline, measure_delivery
from voicesim.delivery.baseline import HeardClip
from voicesim.delivery.conditions import CONDITIONS, as_recorded, by_other_microphone, by_telephone, with_noise
from voicesim.delivery.fitting import area_under_curve
from voicesim.delivery.settling import Voices, settle
from voicesim.delivery.training import HeardSample, Labelled, fit_head, hear
from voicesim.domain import Baseline, Recording
from voicesim.prosody import measure_prosody

LARGEST_MOVE = 3.0
RAISED, CALM = 0.6, 0.3
MEASURES = ("heat", "liveliness", "warmth")
EMOTIONS = {"heat": ({"angry"}, {"neutral", "calm"}), "liveliness": ({"happy", "surprised"}, {"neutral", "sad"}),
            "warmth": ({"happy", "calm"}, {"angry", "disgust"})}  # fmt: skip
RAVDESS = ("neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised")
SAVEE = {"a": "angry", "d": "disgust", "f": "fearful", "h": "happy", "n": "neutral", "sa": "sad", "su": "surprised"}
LABELS = {"neutral": "neutral+calm+flat", "calm": "calm+warm", "happy": "lively+warm", "sad": "flat",
          "angry": "heated+cold", "fearful": "other", "disgust": "cold", "surprised": "lively"}  # fmt: skip
TARGETS = {  # measure, enrolled, line: unseen actors, unseen corpus
    ("heat", True, "wide-band"): (0.99, 0.98), ("heat", True, "telephone"): (0.985, 0.97),
    ("heat", False, "wide-band"): (0.99, 0.93), ("liveliness", True, "wide-band"): (0.96, 0.95),
    ("liveliness", False, "wide-band"): (0.96, 0.95), ("warmth", True, "wide-band"): (0.96, 0.80),
    ("warmth", False, "wide-band"): (0.96, 0.80),
}  # fmt: skip
_LIVELINESS = "eGeMAPS 0.88 / 0.80-0.99; last layer 0.95 / 0.79-0.89"
_WARMTH = "eGeMAPS 0.87 / 0.47-0.60; last layer 0.96 / 0.67-0.69"
ANCHORS = {
    ("heat", True, "wide-band"): "eGeMAPS 0.99 / 0.95-0.98", ("heat", True, "telephone"): "eGeMAPS 0.99 / 0.96-0.98",
    ("heat", False, "wide-band"): "eGeMAPS 0.99 / 0.84-0.92; last layer 0.99 / 0.79-0.88",
    ("liveliness", True, "wide-band"): _LIVELINESS, ("liveliness", False, "wide-band"): _LIVELINESS,
    ("warmth", True, "wide-band"): _WARMTH, ("warmth", False, "wide-band"): _WARMTH,
}  # fmt: skip


@dataclass(frozen=True)
class Clip:
    """A clip of a corpus with its speaker and acted emotion."""

    path: Path
    speaker: str
    emotion: str
    sex: str
    strong: bool = False


Ears = tuple[SileroActivity, WhisperEncoder]


def ravdess(folder: Path) -> list[Clip]:
    clips = []
    for path in sorted(folder.glob("*.flac")):
        code = path.stem.split("-")
        sex = "man" if int(code[6]) % 2 else "woman"
        clips.append(Clip(path, code[6], RAVDESS[int(code[2]) - 1], sex, strong=code[3] == "02"))
    return clips


def savee(folder: Path) -> list[Clip]:
    clips = []
    for path in sorted(folder.glob("*.flac")):
        speaker, code = path.stem.split("_")
        clips.append(Clip(path, speaker, SAVEE[code.rstrip("0123456789")], "man"))
    return clips


def heard(clip: Clip, change: Callable[[Recording, str], Recording], ears: Ears) -> HeardClip:
    recording = change(resample(read_audio(clip.path).mono(), 16_000), clip.speaker)
    spans = ears[0].detect(recording)
    return recording, spans, measure_prosody(recording, spans), ears[1].encode(recording)


def values(sounds: Sequence[HeardClip], baselines: Sequence[Baseline | None], models: DeliveryModels) -> np.ndarray:
    rows = []
    for sound, baseline in zip(sounds, baselines, strict=True):
        delivery = measure_delivery(*sound, baseline, models)
        rows.append([getattr(delivery, measure) for measure in MEASURES])
    return np.array([[np.nan if value is None else value for value in row] for row in rows], dtype=float)


def enrolments(clips: Sequence[Clip], sounds: Sequence[HeardClip]) -> tuple[list[Baseline | None], np.ndarray]:
    """Each clip's speaker's baseline from two neutral clips (first and last of the list), and which clips were used."""
    made: dict[str, Baseline] = {}
    used = np.zeros(len(clips), dtype=bool)
    for speaker in {clip.speaker for clip in clips}:
        neutral = [i for i, clip in enumerate(clips) if clip.speaker == speaker and clip.emotion == "neutral"]
        made[speaker] = make_baseline([sounds[neutral[0]], sounds[neutral[-1]]])
        used[[neutral[0], neutral[-1]]] = True
    return [made[clip.speaker] for clip in clips], used


def auc(clips: Sequence[Clip], scores: np.ndarray, used: np.ndarray, measure: str) -> float:
    above, below = EMOTIONS[measure]
    wanted = np.array([clip.emotion in above | below for clip in clips]) & ~used & ~np.isnan(scores)
    target = np.array([clip.emotion in above for clip in clips])[wanted]
    return area_under_curve(scores[wanted], target)


def cross_validated(
    clips: Sequence[Clip], sounds: Sequence[HeardClip], baselines: Sequence[Baseline | None],
    heads: dict[str, DeliveryModels],
) -> np.ndarray:  # fmt: skip
    out = np.full((len(clips), len(MEASURES)), np.nan)
    for speaker, models in heads.items():
        mine = [i for i, clip in enumerate(clips) if clip.speaker == speaker]
        out[mine] = values([sounds[i] for i in mine], [baselines[i] for i in mine], models)
    return out


def left_out_heads(samples: Sequence[HeardSample], engine: str, voices: Voices) -> dict[str, DeliveryModels]:
    """For each actor, the head trained without that actor and one other."""
    actors = sorted({sample.speaker for sample in samples})
    out: dict[str, DeliveryModels] = {}
    for first in range(len(actors) // 2):
        pair = (actors[first], actors[first + len(actors) // 2])
        rest = [sample for sample in samples if sample.speaker not in pair]
        head = settle(fit_head(rest, name="left-out", encoder=engine, facts=""), voices)
        out |= dict.fromkeys(pair, DeliveryModels(load_models().cues, head))
    return out


def table(corpora: dict[str, list[Clip]], heads: dict[str, DeliveryModels], ears: Ears) -> dict[str, Any]:
    """AUC of every measure, line, enrolment and method on both corpora, and the gap between women and men."""
    rows: dict[tuple[str, bool, str, str], dict[str, float]] = {}
    gaps: dict[str, dict[str, float]] = {}
    raised: dict[str, float] = {}
    shipped = {"head": load_models(), "cues": load_models(cues_only=True)}
    for line, change in (("wide-band", as_recorded), ("telephone", by_telephone)):
        for corpus, clips in corpora.items():
            sounds = [heard(clip, change, ears) for clip in clips]
            own, used = enrolments(clips, sounds)
            for enrolled, method in ((True, "head"), (False, "head"), (True, "cues"), (False, "cues")):
                baselines = own if enrolled else [None] * len(clips)
                if (corpus, method) == ("RAVDESS", "head"):
                    scores = cross_validated(clips, sounds, baselines, heads)
                else:
                    scores = values(sounds, baselines, shipped[method])
                for index, measure in enumerate(MEASURES):
                    key = (measure, enrolled, line, method)
                    rows.setdefault(key, {})[corpus] = auc(clips, scores[:, index], used, measure)
                if (line, method) == ("wide-band", "head"):
                    kind = "enrolled" if enrolled else "not enrolled"
                    raised |= raised_heat(f"{corpus}, {kind}", clips, scores[:, 0])
                    gaps |= {kind: sex_gap(clips, scores)} if corpus == "RAVDESS" else {}
    names = ("measure", "enrolled", "line", "method")
    return {
        "auc": [dict(zip(names, key, strict=True)) | found for key, found in rows.items()],
        "sex_gap": gaps,
        "raised": raised,
    }


def stability(clips: Sequence[Clip], ears: Ears, models: DeliveryModels) -> dict[str, dict[str, list[float]]]:
    """How far a delivery value moves, in points of 100: mean and 95th percentile; the baseline stays as recorded."""

    def gain(decibel: float) -> Callable[[Recording, str], Recording]:
        return lambda r, _: replace(r, samples=(r.samples * 10 ** (decibel / 20)).astype(np.float32).clip(-1, 1))

    changes: dict[str, Callable[[Recording, str], Recording]] = {
        "gain +12 dB": gain(12), "gain -12 dB": gain(-12),
        "noise 20 dB below": lambda r, _: with_noise(r, 20.0), "another microphone": by_other_microphone,
        "telephone": by_telephone,
    }  # fmt: skip
    sounds = [heard(clip, as_recorded, ears) for clip in clips]
    own, _ = enrolments(clips, sounds)
    kinds: dict[str, list[Baseline | None]] = {"enrolled": own, "not enrolled": [None] * len(clips)}
    before = {kind: values(sounds, baselines, models) for kind, baselines in kinds.items()}
    out = {}
    for name, change in changes.items():
        after = [heard(clip, change, ears) for clip in clips]
        for kind, baselines in kinds.items():
            moved = 100 * np.abs(values(after, baselines, models) - before[kind])
            mean, most = np.nanmean(moved, axis=0), np.nanpercentile(moved, 95, axis=0)
            out[f"{name}, {kind}"] = {"mean": mean.tolist(), "most": most.tolist()}
    return out


def raised_heat(where: str, clips: Sequence[Clip], heat: np.ndarray) -> dict[str, float]:
    """Mean heat of acted anger, strongly acted apart where the corpus says so."""
    angry = {s: [i for i, c in enumerate(clips) if c.emotion == "angry" and c.strong is s] for s in (False, True)}
    return {f"{'strong ' * s}anger, {where}": float(np.nanmean(heat[mine])) for s, mine in angry.items() if mine}


def hottest_readers(voices: Voices, models: DeliveryModels) -> float:
    """Heat that nine in ten readers do not pass, each the mean of their clips as recorded."""
    assert models.head is not None
    model = models.head.models["heat", "unenrolled"]
    means = []
    for clips in (clips for name, clips in voices.items() if name.endswith(as_recorded.__name__)):
        vectors = [v for clip in clips if (v := models.head.vector(clip)) is not None]
        means.append(np.mean([1 / (1 + np.exp(-model.log_odds(vector, None))) for vector in vectors]))
    return float(np.percentile(means, 90))


def sex_gap(clips: Sequence[Clip], scores: np.ndarray) -> dict[str, float]:
    """Points of 100 between the mean scores of women and men, each emotion weighing alike."""
    out = {}
    for index, measure in enumerate(MEASURES):
        gaps = []
        for emotion in RAVDESS:
            women, men = (
                scores[[i for i, c in enumerate(clips) if c.emotion == emotion and c.sex == sex], index]
                for sex in ("woman", "man")
            )
            gaps.append(100 * (np.nanmean(women) - np.nanmean(men)))
        out[measure] = round(float(np.mean(gaps)), 1)
    return out


def cost(clips: Sequence[Clip], ears: Ears, models: DeliveryModels) -> float:
    """Seconds of one core a second of audio, voice activity left out (it runs anyway)."""
    recordings = [resample(read_audio(clip.path).mono(), 16_000) for clip in clips]
    spans = [ears[0].detect(recording) for recording in recordings]
    encoder = WhisperEncoder(threads=1)
    encoder.encode(recordings[0])
    start = time.process_time()
    for recording, found in zip(recordings, spans, strict=True):
        measure_delivery(recording, found, measure_prosody(recording, found), encoder.encode(recording), None, models)
    return (time.process_time() - start) / sum(recording.duration_s for recording in recordings)


def measured() -> dict[str, Any]:
    """Every number this script knows, by name."""
    folder = shared_data()
    ears = (SileroActivity(), WhisperEncoder(threads=2))
    corpora = {"RAVDESS": ravdess(folder / "ravdess"), "SAVEE": savee(folder / "savee")}
    rows = [Labelled(clip.path, clip.speaker, LABELS[clip.emotion]) for clip in corpora["RAVDESS"]]
    voices = ordinary_voices(folder / "librispeech", ears[1])
    heads = left_out_heads(list(hear(rows, *ears, CONDITIONS)), ears[1].name, voices)
    found = table(corpora, heads, ears)
    everyone = corpora["RAVDESS"] + corpora["SAVEE"]
    kept = {clip.path: clip for clip in everyone if clip.emotion == "neutral"} | {c.path: c for c in everyone[::9]}
    some = [kept[path] for path in sorted(kept)]
    return {
        "auc": found["auc"],
        "sex_gap": found["sex_gap"],
        "raised": found["raised"],
        "readers": hottest_readers(voices, load_models()),
        "stability": stability(some, ears, load_models()),
        "cost_s_per_s": cost(some, ears, load_models()),
    }


def rows() -> list[Row]:
    """The delivery rows of the table."""
    found = measured()
    out = []
    for row in found["auc"]:
        key = (row["measure"], row["enrolled"], row["line"])
        goal = TARGETS.get(key) if row["method"] == "head" else None
        name = f"{row['measure']}, {'enrolled' if row['enrolled'] else 'not enrolled'}, {row['line']}"
        today = f"{row['RAVDESS']:.3f} / {row['SAVEE']:.3f}"
        if goal is None:
            out.append(Row(f"{name}{', cues alone' * (row['method'] == 'cues')}: AUC", "-", "-", today))
            continue
        met = row["RAVDESS"] >= goal[0] and row["SAVEE"] >= goal[1]
        out.append(Row(f"{name}: AUC", ANCHORS[key], f">= {goal[0]} / {goal[1]}", today, met))
    for kind, gaps in found["sex_gap"].items():
        text = ", ".join(f"{measure} {gap:+.1f}" for measure, gap in gaps.items())
        met = max(map(abs, gaps.values())) <= LARGEST_MOVE
        out.append(Row(f"delivery, women less men, {kind}: points", "-", "<= 3, reported", text, met))
    for name, heat in found["raised"].items():
        goal_text, met = (">= 0.6", heat >= RAISED) if "strong" in name else ("-", None)
        out.append(Row(f"heat, mean of {name}", "-", goal_text, f"{heat:.2f}", met))
    calm, name = found["readers"], "heat, not enrolled: nine in ten LibriSpeech readers at most"
    out.append(Row(name, "-", "<= 0.3", f"{calm:.2f}", calm <= CALM))
    for name, moved in found["stability"].items():
        text = " / ".join(f"{value:.1f}" for value in moved["mean"])
        goal_text, met = ("<= 3", max(moved["mean"]) <= LARGEST_MOVE) if "telephone" not in name else ("-", None)
        out.append(Row(f"{name}: points heat / liveliness / warmth move, mean", "-", goal_text, text, met))
    seconds = found["cost_s_per_s"]
    out.append(Row("delivery: s of one core a second of audio", "-", "<= 0.03", f"{seconds:.4f}", seconds <= 0.03))
    return out


if __name__ == "__main__":
    print_rows(rows())
