"""A head from labelled recordings: RAVDESS for the shipped one, or an organisation's own calls and judgements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voicesim.audio import read_audio, resample
from voicesim.content import csv_rows
from voicesim.delivery.blocks import blocks_for
from voicesim.delivery.conditions import CONDITIONS, Condition
from voicesim.delivery.features import Features, Floats, stretch_features
from voicesim.delivery.fitting import Discriminant, Examples, Scale, Texts, calibrate, discriminate, folds
from voicesim.delivery.head import Head, LinearModel, save_head
from voicesim.domain import Recording
from voicesim.errors import ContentError
from voicesim.ports import SpeechDetector, SpeechEncoder
from voicesim.prosody import measure_prosody
from voicesim.prosody.cues import CUE_NAMES

WORKING_RATE_HZ = 16_000
POLES = {"heat": ("heated", "calm"), "liveliness": ("lively", "flat"), "warmth": ("warm", "cold")}
"""The two words of each measure that a label may hold; "neutral" marks a resting voice."""
NEUTRAL = "neutral"
WORDS = frozenset(word for pair in POLES.values() for word in pair) | {NEUTRAL, "other"}
_COLUMNS = ("path", "speaker", "label")
ENROLMENT_CLIPS = 2
_DRAWS = 2
_AMONG_MANY = 0.25
"""How much an enrolled voice's place among many speakers counts beside its distance from its own rest: two clips tell a
resting voice only roughly."""
_PITCH = CUE_NAMES.index("pitch_median_st")


@dataclass(frozen=True)
class Labelled:
    """A clip, its speaker, and what was heard in it: words of `WORDS` joined by "+", e.g. "heated+cold"."""

    path: Path
    speaker: str
    label: str

    @property
    def words(self) -> list[str]:
        """The label's words."""
        return self.label.split("+")


@dataclass(frozen=True, eq=False)
class HeardSample:
    """One clip under one condition, as features."""

    features: Features
    speaker: str
    label: str
    condition: str
    clip: str = ""


def train_head(
    labelled: Path, output: Path, detector: SpeechDetector, encoder: SpeechEncoder | None, *, name: str = "own"
) -> str:
    """Train on a folder with labels.csv (path, speaker, label) or that CSV, write `output`, return its card.

    Without an encoder the head hears cues alone. Raises ContentError naming file and line for labels that are not valid
    or too few, AudioError for a clip that cannot be read.
    """
    rows = read_labels(labelled)
    samples = list(hear(rows, detector, encoder))
    heard = {sample.clip for sample in samples}
    _check_enough(_labels_file(labelled), [row for row in rows if str(row.path) in heard], "clip with speech")
    facts = f"Trained by `voicesim train-delivery` on {len(rows)} clips of {len({r.speaker for r in rows})} speakers."
    head = fit_head(samples, name=name, encoder=encoder.name if encoder else None, facts=facts)
    save_head(head, output)
    return head.card


def read_labels(path: Path) -> list[Labelled]:
    """The rows of a labels file; paths are relative to it. Raises ContentError naming line and field."""
    file = _labels_file(path)
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        raise ContentError(file, f"no such file; it names {', '.join(_COLUMNS)} of every clip") from None
    except OSError as error:
        raise ContentError(file, f"cannot be read ({error.strerror}); check its permissions") from error
    rows = [_row(file, line, given) for line, given in csv_rows(file, content, _COLUMNS)]
    _check_enough(file, rows)
    return rows


def hear(
    rows: Sequence[Labelled],
    detector: SpeechDetector,
    encoder: SpeechEncoder | None,
    conditions: Sequence[Condition] = CONDITIONS,
) -> Iterator[HeardSample]:
    """The features of every clip under every condition; clips without speech are left out."""
    for row in rows:
        clip = resample(read_audio(row.path).mono(), WORKING_RATE_HZ)
        for condition in conditions:
            sample = _heard(condition(clip, row.speaker), row, condition.__name__, detector, encoder)
            if sample is not None:
                yield sample


def fit_head(samples: Sequence[HeardSample], *, name: str, encoder: str | None, facts: str, version: str = "1") -> Head:
    """A head from features heard before; `facts` begins its card (by what, on what, under which licence)."""
    table = np.array([_vector(sample, encoder is not None) for sample in samples])
    label = np.array([sample.label for sample in samples])
    speaker = np.array([sample.speaker for sample in samples])
    between = _between_lines(samples, table)
    everybody = Examples(table, label, speaker, between, _PITCH)
    compared, rows = _less_rest(samples, table, between)
    rest = np.nanmean(table[_neutral(label)], axis=0)
    models: dict[tuple[str, str], LinearModel] = {}
    reliability: dict[tuple[str, str], float] = {}
    lines = [f"# Delivery head `{name}`, version {version}", "", facts, ""]
    for measure, (high, low) in POLES.items():
        above, below = (_holding(label, word) for word in (high, low))
        blocks = blocks_for(measure, table.shape[1])
        alone = discriminate(everybody, above, below, blocks)
        own = discriminate(compared, above, below, blocks)
        own_scale = calibrate(own.scores + _AMONG_MANY * alone.scores[rows], label[rows], above, below)
        scale = calibrate(alone.scores, label, above, below)
        models[measure, "enrolled"] = _enrolled(own, alone, rest, own_scale)
        models[measure, "unenrolled"] = LinearModel(alone.weights, alone.centre, scale.slope, scale.offset)
        for kind, auc in (("enrolled", own_scale.auc), ("unenrolled", scale.auc)):
            left_out = auc if len(everybody.voices) > 1 else None
            reliability[measure, kind] = 0.5 if left_out is None else max(0.0, 2 * left_out - 1)
            lines.append(f"- {measure}, {kind}: AUC {_number(left_out)} on speakers left out of training")
    return Head(name, version, CUE_NAMES, encoder, models, reliability, "\n".join([*lines, ""]))


def _labels_file(path: Path) -> Path:
    return path / "labels.csv" if path.is_dir() else path


def _check_enough(file: Path, rows: Sequence[Labelled], what: str = "clip") -> None:
    """Raises ContentError unless both words of each measure are left whoever is left out of a fit, beside rest too."""
    speakers = {row.speaker for row in rows}
    rested = {row.speaker for row in rows if NEUTRAL in row.words}
    compared = _beside_rest(rows, rested)
    for measure, pair in POLES.items():
        for word in pair:
            having = [row for row in rows if word in row.words]
            if not having:
                raise ContentError(
                    file, f"no {what} is labelled {word!r}, so {measure} cannot be learned", field="label"
                )
            everywhere = _always_left({row.speaker for row in having}, speakers)
            if not (everywhere and _always_left(_beside_rest(having, rested), compared)):
                needed = (
                    f"a {what} each of two or more speakers who have others labelled {NEUTRAL!r}, their resting voice"
                )
                raise ContentError(file, f"{word!r} needs {needed}, or {measure} cannot be learned", field="label")
    if len(speakers) < 2:
        raise ContentError(file, "at least two speakers are needed, or one voice would be learned", field="speaker")


def _beside_rest(rows: Sequence[Labelled], rested: set[str]) -> set[str]:
    """The speakers of whom a clip is left once their resting voice is taken from their neutral ones."""
    neutral = Counter(row.speaker for row in rows if NEUTRAL in row.words)
    others = {row.speaker for row in rows if row.speaker in rested and NEUTRAL not in row.words}
    return others | {speaker for speaker, count in neutral.items() if count > ENROLMENT_CLIPS}


def _always_left(holders: set[str], speakers: set[str]) -> bool:
    return bool(holders) and all(holders.difference(out) for out in folds(sorted(speakers)))


def _row(file: Path, line: int, given: dict[str, str]) -> Labelled:
    for field in _COLUMNS:
        if not given[field]:
            raise ContentError(file, "is missing or empty", line=line, field=field)
    words = sorted(word.strip().lower() for word in given["label"].replace(" ", "+").split("+") if word.strip())
    unknown = [word for word in words if word not in WORDS]
    if unknown:
        raise ContentError(file, f"{unknown[0]!r} is not one of {', '.join(sorted(WORDS))}", line=line, field="label")
    clip = file.parent / given["path"]
    if not clip.is_file():
        raise ContentError(file, f"there is no clip {given['path']!r}", line=line, field="path")
    return Labelled(clip, given["speaker"], "+".join(words))


def _heard(
    clip: Recording, row: Labelled, condition: str, detector: SpeechDetector, encoder: SpeechEncoder | None
) -> HeardSample | None:
    spans = detector.detect(clip)
    prosody = measure_prosody(clip, spans)
    frames = encoder.encode(clip) if encoder is not None else None
    features = stretch_features(CUE_NAMES, prosody.cues, spans, frames, encoder.name if encoder else None)
    if np.isnan(features.cues).all() or (encoder is not None and features.encoder is None):
        return None
    return HeardSample(features, row.speaker, row.label, condition, str(row.path))


def _between_lines(samples: Sequence[HeardSample], table: Floats) -> Floats | None:
    """Mean outer product of what each condition changes in a clip against the clip's first; None with one condition."""
    first: dict[str, int] = {}
    changes = []
    for row, sample in enumerate(samples):
        before = first.setdefault(sample.clip, row)
        if before != row:
            changes.append(np.nan_to_num(table[row] - table[before]).astype(np.float32))
    if not changes:
        return None
    moved = np.array(changes)
    product: Floats = (moved.T @ moved / len(moved)).astype(np.float64)
    return product


def _less_rest(
    samples: Sequence[HeardSample], table: Floats, lines: Floats | None
) -> tuple[Examples, NDArray[np.intp]]:
    """Rows less their speaker's resting voice under the same condition, drawn more than once; and which rows of all."""
    label = np.array([sample.label for sample in samples])
    speaker = np.array([sample.speaker for sample in samples])
    setting = np.array([f"{sample.speaker}\n{sample.condition}" for sample in samples])
    neutral = _neutral(label)
    random = np.random.default_rng(0)
    kept, away = [], []
    for _ in range(_DRAWS):
        for one in np.unique(setting):
            rest = np.flatnonzero((setting == one) & neutral)
            if len(rest) == 0:
                continue
            drawn = random.choice(rest, min(ENROLMENT_CLIPS, len(rest)), replace=False)
            rows = np.setdiff1d(np.flatnonzero(setting == one), drawn)
            kept.append(rows)
            away.append(table[rows] - np.nanmean(table[drawn], axis=0))
    chosen = np.concatenate(kept)
    return Examples(np.concatenate(away), label[chosen], speaker[chosen], lines), chosen


def _enrolled(own: Discriminant, alone: Discriminant, rest: Floats, scale: Scale) -> LinearModel:
    """The model whose score is `own` of features less the resting voice, and `alone` of the features as they are.

    Its centre is `rest`, the one to fall back on where a feature of the resting voice is unknown.
    """
    constant = _AMONG_MANY * float(alone.weights @ (rest - alone.centre)) - float(own.weights @ own.centre)
    weights = own.weights + _AMONG_MANY * alone.weights
    return LinearModel(weights, rest, scale.slope, scale.offset + scale.slope * constant, own.weights)


def _neutral(label: Texts) -> NDArray[np.bool_]:
    return np.array([NEUTRAL in str(text).split("+") for text in label])


def _vector(sample: HeardSample, with_encoder: bool) -> Floats:
    if with_encoder and sample.features.encoder is not None:
        return np.concatenate([sample.features.cues, sample.features.encoder])
    return sample.features.cues


def _holding(label: Texts, word: str) -> list[str]:
    return [str(text) for text in np.unique(label) if word in str(text).split("+")]


def _number(auc: float | None) -> str:
    return "not measured (too few speakers)" if auc is None else f"{auc:.3f}"
