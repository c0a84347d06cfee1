"""Linear discriminants with few degrees of freedom, and their calibration on speakers they were not fitted to.

The direction is Fisher's, with the within-class scatter of every label drawn hard towards its diagonal: corpora
differ in the small directions of that scatter, and a model that trusts them does not carry over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicesim.delivery.features import Floats
from voicesim.delivery.head import LinearModel

FOLDS = 6
_RIDGE = 1e-2

Texts = NDArray[np.str_]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Examples:
    """Rows to fit to: `features` (n, d), NaN where unmeasured; `label` and `speaker` (n,) name its class and voice."""

    features: Floats
    label: Texts
    speaker: Texts


@dataclass(frozen=True, eq=False)
class Block:
    """Features (their `columns`) that make one discriminant. Blocks are added, each brought to the same spread first.

    `shrinkage` 0-1 draws the block's scatter to its diagonal; `share` is how much it counts beside the others.
    """

    columns: NDArray[np.intp]
    shrinkage: float
    share: float


@dataclass(frozen=True, eq=False)
class Fitted:
    """A calibrated model and its AUC on speakers that were left out, None with too few of them."""

    model: LinearModel
    auc: float | None


def fit(examples: Examples, above: Sequence[str], below: Sequence[str], blocks: Sequence[Block]) -> Fitted:
    """A model that tells the labels `above` from those `below`.

    Calibrated on the scores of left-out speakers, so that 0.5 is the boundary between the two.
    """
    held_out = np.full(len(examples.label), np.nan)
    for inside, outside in _folds(examples.speaker):
        weights, centre = _discriminant(examples, inside, above, below, blocks)
        held_out[outside] = _centred(examples.features[outside], centre) @ weights
    weights, centre = _discriminant(examples, np.ones(len(examples.label), dtype=bool), above, below, blocks)
    known = np.isin(examples.label, [*above, *below])
    target = np.isin(examples.label, above)[known]
    scores = held_out[known]
    if np.isnan(scores).any():
        scores = _centred(examples.features[known], centre) @ weights
    slope, offset = _calibrated(scores, target)
    auc = None if np.isnan(held_out[known]).any() else area_under_curve(scores, target)
    return Fitted(LinearModel(weights, centre, slope, offset), auc)


def area_under_curve(scores: Floats, target: Mask) -> float:
    """Area under the ROC curve: how often a row of the target scores above another, ties counting half."""
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    values, which = np.unique(scores, return_inverse=True)
    mean_rank = np.bincount(which, ranks) / np.bincount(which)
    if len(values) < len(scores):
        ranks = mean_rank[which]
    hits = int(target.sum())
    return float((ranks[target].sum() - hits * (hits + 1) / 2) / (hits * (len(scores) - hits)))


def _folds(speaker: Texts) -> Iterator[tuple[Mask, Mask]]:
    """Rows to fit and rows to score, no speaker in both; nothing with fewer than two speakers."""
    voices = np.unique(speaker)
    for first in range(min(FOLDS, len(voices)) if len(voices) > 1 else 0):
        outside = np.isin(speaker, voices[first::FOLDS])
        yield ~outside, outside


def _discriminant(
    examples: Examples, rows: Mask, above: Sequence[str], below: Sequence[str], blocks: Sequence[Block]
) -> tuple[Floats, Floats]:
    """Weights for features less their centre, and that centre."""
    features, label = examples.features[rows], examples.label[rows]
    centre = np.nanmean(features, axis=0)
    away = _centred(features, centre)
    weights = np.zeros(len(centre))
    for block in blocks:
        part = away[:, block.columns]
        direction = _direction(part, label, above, below, block.shrinkage)
        weights[block.columns] += block.share * direction / (part @ direction).std()
    return weights, centre


def _direction(features: Floats, label: Texts, above: Sequence[str], below: Sequence[str], shrinkage: float) -> Floats:
    """Fisher's direction between the means of two sets of labels, every label's scatter pooled."""
    scale = 1 / (features.std(axis=0) + 1e-6)
    scaled = features * scale
    names, which = np.unique(label, return_inverse=True)
    means = {str(name): scaled[which == index].mean(axis=0) for index, name in enumerate(names)}
    left = scaled - np.array([means[str(name)] for name in names])[which]
    scatter = left.T @ left / len(left)
    apart = _middle(means, above) - _middle(means, below)
    drawn = (1 - shrinkage) * scatter + shrinkage * np.trace(scatter) / len(scatter) * np.eye(len(scatter))
    direction: Floats = np.linalg.solve(drawn, apart) * scale
    return direction


def _middle(means: dict[str, Floats], names: Sequence[str]) -> Floats:
    middle: Floats = np.mean([means[name] for name in names if name in means], axis=0)
    return middle


def _centred(features: Floats, centre: Floats) -> Floats:
    away = features - centre
    return np.where(np.isnan(away), 0.0, away)


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
