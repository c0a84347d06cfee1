"""The direction that tells two poles apart where they are hard to tell, held back by how features scatter anyway.

Fisher's direction leads from the middle of one pole to that of the other, whatever lies between; logistic regression
looks at the clips near the boundary, such as a loud sob beside a quiet joy. Its prior is the scatter within classes: a
direction is dear where speakers, sentences and lines scatter (the within-class covariance as regulariser: Hatch,
Kajarekar & Stolcke 2006). The dearer, the nearer to Fisher's direction.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cholesky, solve_triangular
from scipy.optimize import minimize

from voicesim.delivery.features import Floats

_MOST_STEPS = 300
_SMALLEST_SLOPE = 1e-7
_FURTHEST = 50.0


def logistic_direction(
    rows: NDArray[np.float32], target: NDArray[np.bool_], weight: Floats, scatter: Floats, prior: float
) -> Floats:
    """Weights (d,) of a logistic regression of `target` (n,) on `rows` (n, d), its intercept left out.

    `weight` (n,) is each row's share of the likelihood, summing to one; `prior` times the scatter (d, d), positive
    definite, is the precision of the weights' Gaussian prior.
    """
    # in the scatter's own units the prior is the same in every direction, and few steps are enough
    lower = cholesky(scatter, lower=True)
    sign = np.where(target, 1.0, -1.0)

    def weights_of(units: Floats) -> Floats:
        direction: Floats = solve_triangular(lower, units, lower=True, trans="T")
        return direction

    def loss(given: Floats) -> tuple[float, Floats]:
        units, intercept = given[:-1], given[-1]
        margin = sign * (rows @ weights_of(units).astype(np.float32) + intercept)
        pull = -weight * sign / (1 + np.exp(np.clip(margin, -_FURTHEST, _FURTHEST)))
        slope = solve_triangular(lower, (pull.astype(np.float32) @ rows).astype(np.float64), lower=True)
        missed = float(weight @ np.logaddexp(0.0, -margin)) + 0.5 * prior * float(units @ units)
        return missed, np.append(slope + prior * units, pull.sum())

    start = np.zeros(rows.shape[1] + 1)
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _MOST_STEPS, "gtol": _SMALLEST_SLOPE}
    )
    return weights_of(np.asarray(found.x[:-1], dtype=np.float64))
