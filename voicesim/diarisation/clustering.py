"""Stretches of speech joined, nearest first, by how little one Gaussian for both explains less than one for each.

Method: S. Chen, P. Gopalakrishnan, "Speaker, environment and channel change detection and clustering via the Bayesian
information criterion", DARPA Broadcast News Workshop (1998): the generalised likelihood ratio of full Gaussians.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_RIDGE = 1e-2


def merge_down(stretches: Sequence[Floats], leave: int) -> list[list[int]]:
    """`stretches` (each (n, d)) joined until `leave` clusters remain: the indices in each."""
    moments = np.stack([_moments(rows) for rows in stretches])
    members = [[index] for index in range(len(stretches))]
    spread = _spread(moments)
    distance = np.full((len(stretches), len(stretches)), np.inf)
    for row in range(len(stretches) - 1):
        others = np.arange(row + 1, len(stretches))
        distance[row, others] = _spread(moments[row] + moments[others]) - spread[row] - spread[others]
    alive = list(range(len(stretches)))
    while len(alive) > leave:
        one, two = (int(i) for i in np.unravel_index(np.argmin(distance), distance.shape))
        moments[one] += moments[two]
        members[one] += members[two]
        spread[one] = _spread(moments[one][None])[0]
        alive.remove(two)
        distance[two, :] = distance[:, two] = np.inf
        others = np.array([i for i in alive if i != one], dtype=int)
        if len(others):
            joined = _spread(moments[one] + moments[others]) - spread[one] - spread[others]
            distance[np.minimum(one, others), np.maximum(one, others)] = joined
    return [sorted(members[i]) for i in alive]


def apartness(one: Floats, two: Floats) -> float:
    """How much better two Gaussians explain two sets of frames (each (n, d)) than one, in nepers a frame.

    Less what the parameters of the second may explain by chance (the Bayesian information criterion).
    """
    moments = np.stack([_moments(one), _moments(two)])
    first, second, both = _spread(np.concatenate([moments, moments.sum(axis=0, keepdims=True)]))
    count, width = len(one) + len(two), one.shape[1]
    parameters = width + width * (width + 1) / 2
    return float((both - first - second - 0.5 * parameters * np.log(count)) / count)


def _moments(rows: Floats) -> Floats:
    """Count, sum and sum of squares in one matrix (d + 1, d + 1), so that joining stretches is adding matrices."""
    extended = np.concatenate([np.ones((len(rows), 1)), rows], axis=1)
    both: Floats = extended.T @ extended
    return both


def _spread(moments: Floats) -> Floats:
    """Half the count times the log determinant of the covariance, for each of (m, d + 1, d + 1)."""
    count = moments[:, 0, 0]
    mean = moments[:, 0, 1:] / count[:, None]
    covariance = moments[:, 1:, 1:] / count[:, None, None] - mean[:, :, None] * mean[:, None, :]
    covariance += _RIDGE * np.eye(covariance.shape[1])
    spread: Floats = 0.5 * count * np.linalg.slogdet(covariance)[1]
    return spread
