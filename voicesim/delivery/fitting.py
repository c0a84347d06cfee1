"""Linear discriminants with few degrees of freedom, and their calibration on speakers they were not fitted to.

The direction is Fisher's, or that of a logistic regression held back by the same scatter, with the within-class scatter
of every label drawn hard towards its diagonal: corpora differ in the small directions of that scatter, and a model that
trusts them does not carry over. What another line, microphone or room does to the same clip counts as scatter too, many
times over, so that it moves no value, and so does what high voices have and low ones have not. Sums and products are
kept by speaker, so that leaving speakers out costs no second pass over the clips.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicesim.delivery.features import Floats
from voicesim.delivery.logistic import logistic_direction

FOLDS = 6
_RIDGE = 1e-2
_TINY = 1e-6

Texts = NDArray[np.str_]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Block:
    """Features (their `columns`) that make one discriminant. Blocks are added, each brought to the same spread first.

    `shrinkage` 0-1 draws the block's scatter to its diagonal; `share` is how much it counts beside the others;
    `steadiness` how often the scatter between lines counts beside that between clips, `alike` how often that between
    high and low voices. `prior` is how often the scatter counts against what is told apart near the boundary; with None
    the direction is Fisher's.
    """

    columns: NDArray[np.intp]
    shrinkage: float
    share: float
    steadiness: float = 0.0
    alike: float = 0.0
    prior: float | None = None


@dataclass(frozen=True, eq=False)
class Discriminant:
    """`weights` (d,) for features less `centre` (d,), and `scores` (n,), each row's from the voices other than its own.

    Scores have a spread of one.
    """

    weights: Floats
    centre: Floats
    scores: Floats


@dataclass(frozen=True)
class Scale:
    """Log odds = slope * score + offset; AUC of the scores."""

    slope: float
    offset: float
    auc: float


class Examples:
    """Rows to fit to, an unmeasured feature (NaN) taken as the mean of all.

    `features` (n, d); `label` and `speaker` (n,) name each row's class and voice. `lines` (d, d) is the mean outer
    product of what another line does to a clip's features, None where every clip was heard on one line; `pitch_column`
    is the feature that tells high voices from low ones, None where that is of no concern.
    """

    def __init__(
        self,
        features: Floats,
        label: Texts,
        speaker: Texts,
        lines: Floats | None = None,
        pitch_column: int | None = None,
    ) -> None:
        self.lines, self.pitch_column = lines, pitch_column
        self.label, self.speaker = label, speaker
        self.centre: Floats = np.nanmean(features, axis=0)
        away = features - self.centre
        self.away: NDArray[np.float32] = np.where(np.isnan(away), 0.0, away).astype(np.float32)
        self.labels = [str(name) for name in np.unique(label)]
        self.voices = [str(name) for name in np.unique(speaker)]
        self._products = {voice: self._product(speaker == voice) for voice in self.voices}
        self._of_all: NDArray[np.float32] = np.sum(list(self._products.values()), axis=0)

    def _product(self, rows: Mask) -> NDArray[np.float32]:
        product: NDArray[np.float32] = self.away[rows].T @ self.away[rows]
        return product

    def products(self, voices: Sequence[str], columns: NDArray[np.intp]) -> Floats:
        """Sum over the rows of these voices of the outer product of some columns."""
        at = np.ix_(columns, columns)
        total: Floats = self._of_all[at].astype(np.float64)
        for voice in set(self.voices).difference(voices):
            total -= self._products[voice][at]
        return total

    def register(self, voices: Sequence[str]) -> Floats:
        """What one spread of a voice's own pitch goes with in every feature, shape (d,); each label weighs alike."""
        if self.pitch_column is None:
            return np.zeros(self.away.shape[1])
        middles = np.array([self._voice_middle(voice) for voice in voices])
        middles -= middles.mean(axis=0)
        pitch = middles[:, self.pitch_column]
        direction: Floats = middles.T @ pitch / (np.sqrt(len(voices) * float(pitch @ pitch)) + _TINY)
        return direction

    def _voice_middle(self, voice: str) -> Floats:
        mine = self.speaker == voice
        labels = np.unique(self.label[mine])
        middle: Floats = np.mean(
            [self.away[mine & (self.label == name)].mean(axis=0, dtype=np.float64) for name in labels], axis=0
        )
        return middle


def discriminate(
    examples: Examples, above: Sequence[str], below: Sequence[str], blocks: Sequence[Block]
) -> Discriminant:
    """The direction that tells the labels `above` from those `below`, also fitted without some voices in turn."""
    weights = _discriminant(examples, examples.voices, above, below, blocks)
    scores = examples.away @ weights
    spread = float(scores.std()) + _TINY
    for out in folds(examples.voices):
        kept = [voice for voice in examples.voices if voice not in out]
        rows = np.isin(examples.speaker, out)
        scores[rows] = examples.away[rows] @ _discriminant(examples, kept, above, below, blocks)
    return Discriminant(weights / spread, examples.centre, scores / spread)


def folds(voices: Sequence[str]) -> list[Sequence[str]]:
    """The voices to leave out in turn, of `voices` in alphabetical order; none where there is one voice alone."""
    return [voices[first::FOLDS] for first in range(min(FOLDS, len(voices)))] if len(voices) > 1 else []


def calibrate(scores: Floats, label: Texts, above: Sequence[str], below: Sequence[str]) -> Scale:
    """The scale on which 0.5 is the boundary between the labels `above` and those `below`."""
    known = np.isin(label, [*above, *below])
    target = np.isin(label, above)[known]
    slope, offset = _calibrated(scores[known], target)
    return Scale(slope, offset, area_under_curve(scores[known], target))


def area_under_curve(scores: Floats, target: Mask) -> float:
    """Area under the ROC curve: how often a row of the target scores above another, ties counting half."""
    _, which, counts = np.unique(scores, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(counts) - (counts - 1) / 2
    hits = int(target.sum())
    return float((mean_rank[which][target].sum() - hits * (hits + 1) / 2) / (hits * (len(scores) - hits)))


def _discriminant(
    examples: Examples, voices: Sequence[str], above: Sequence[str], below: Sequence[str], blocks: Sequence[Block]
) -> Floats:
    """Weights for features less the examples' centre, from the rows of some voices."""
    rows = np.isin(examples.speaker, list(voices))
    count = int(rows.sum())
    inside = {name: rows & (examples.label == name) for name in examples.labels}
    size = {name: int(mask.sum()) for name, mask in inside.items() if mask.any()}
    means = {name: examples.away[inside[name]].mean(axis=0, dtype=np.float64) for name in size}
    middle = np.sum([size[name] * means[name] for name in size], axis=0) / count
    weights = np.zeros(examples.away.shape[1])
    register = examples.register(voices)
    for block in blocks:
        at = block.columns
        raw = examples.products(voices, at) / count
        total = raw - np.outer(middle[at], middle[at])
        within = raw - sum(size[name] / count * np.outer(means[name][at], means[name][at]) for name in size)
        kept_out = block.alike * np.outer(register[at], register[at])
        if examples.lines is not None:
            kept_out += block.steadiness * examples.lines[np.ix_(at, at)]
        scale = 1 / (np.sqrt(np.maximum(np.diag(total), 0.0)) + _TINY)
        scatter = _drawn(within * np.outer(scale, scale), block.shrinkage) + kept_out * np.outer(scale, scale)
        if block.prior is None:
            apart = (_middle(means, above) - _middle(means, below))[at] * scale
            direction = np.linalg.solve(scatter, apart) * scale
        else:
            told = rows & np.isin(examples.label, [*above, *below])
            target, weight = np.isin(examples.label[told], above), _weighing_alike(examples.label[told], above)
            features = examples.away[np.ix_(told, at)] * scale.astype(np.float32)
            direction = logistic_direction(features, target, weight, scatter, block.prior) * scale
        weights[at] += block.share * direction / (np.sqrt(max(0.0, float(direction @ total @ direction))) + _TINY)
    return weights


def _drawn(scatter: Floats, shrinkage: float) -> Floats:
    """Drawn to its diagonal, which is brought to one height."""
    drawn: Floats = (1 - shrinkage) * scatter + shrinkage * np.trace(scatter) / len(scatter) * np.eye(len(scatter))
    return drawn


def _weighing_alike(label: Texts, above: Sequence[str]) -> Floats:
    """Shares of one, the same for both sides and on each side for every label."""
    names, which, sizes = np.unique(label, return_inverse=True, return_counts=True)
    upper = np.isin(names, above)
    labels_on_side = np.where(upper, upper.sum(), (~upper).sum())
    share: Floats = (0.5 / labels_on_side / sizes)[which]
    return share


def _middle(means: dict[str, Floats], names: Sequence[str]) -> Floats:
    middle: Floats = np.mean([means[name] for name in names if name in means], axis=0)
    return middle


def _calibrated(scores: Floats, target: Mask) -> tuple[float, float]:
    """Slope and offset of a logistic curve through the scores, both sides weighing alike (Platt 1999, Newton steps)."""
    scale = float(np.abs(scores).max()) or 1.0
    rows = np.column_stack([scores / scale, np.ones(len(scores))])
    weight = np.where(target, 0.5 / max(1, target.sum()), 0.5 / max(1, (~target).sum())) * len(scores)
    line = np.zeros(2)
    for _ in range(50):
        share = 1 / (1 + np.exp(-np.clip(rows @ line, -30, 30)))
        gradient = rows.T @ (weight * (share - target)) + _RIDGE * line
        bend = (rows.T * (weight * share * (1 - share))) @ rows + _RIDGE * np.eye(2)
        step = np.linalg.solve(bend, gradient)
        line -= step
        if np.abs(step).max() < 1e-8:
            break
    return float(line[0] / scale), float(line[1])
