"""Gaussian mixtures with diagonal covariances: a model of all speech in a call, adapted to each voice.

Method: D. Reynolds, T. Quatieri, R. Dunn, "Speaker verification using adapted Gaussian mixture models", Digital Signal
Processing 10 (2000): expectation-maximisation, then maximum a posteriori adaptation of the means.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_ROUNDS = 12
_RELEVANCE = 8.0
_OWN_WEIGHTS = 0.3
"""Share of a voice's own weights in its model: two parties on very different lines use different components. With more,
one person's voice falls apart as two persons' do (two_voices.ONE_VOICE_BELOW)."""
_LEAST_VARIANCE = 0.05


@dataclass(frozen=True, eq=False)
class Mixture:
    """`weights` (k,), `means` (k, d), `variances` (k, d)."""

    weights: Floats
    means: Floats
    variances: Floats

    def joint(self, rows: Floats) -> Floats:
        """Log of weight times density of each component, shape (n, k)."""
        inverse = 1 / self.variances
        constant = np.log(self.weights) - 0.5 * np.log(2 * np.pi * self.variances).sum(axis=1)
        distance = rows**2 @ inverse.T - 2 * rows @ (self.means * inverse).T + (self.means**2 * inverse).sum(axis=1)
        joint: Floats = constant - 0.5 * distance
        return joint

    def log_likelihood(self, rows: Floats) -> Floats:
        """Log density of each row, shape (n,)."""
        return _log_sum(self.joint(rows))

    def adapted(self, rows: Floats, rounds: int = 2) -> Mixture:
        """The same mixture with its means and weights drawn towards `rows`, as far as there are enough of them."""
        now = self
        for _ in range(rounds):
            joint = now.joint(rows)
            share = np.exp(joint - _log_sum(joint)[:, None])
            count = share.sum(axis=0)
            trust = count / (count + _RELEVANCE)
            means = share.T @ rows / np.maximum(count, 1e-9)[:, None]
            now = replace(
                self,
                means=trust[:, None] * means + (1 - trust)[:, None] * self.means,
                weights=_OWN_WEIGHTS * count / count.sum() + (1 - _OWN_WEIGHTS) * self.weights,
            )
        return now


def fit_mixture(rows: Floats, components: int) -> Mixture:
    """A mixture of `components` fitted to `rows` (n, d); the same rows give the same mixture."""
    picked = np.random.default_rng(0).choice(len(rows), components, replace=False)
    spread = rows.var(axis=0)
    fitted = Mixture(np.full(components, 1 / components), rows[picked], np.tile(spread, (components, 1)))
    for _ in range(_ROUNDS):
        joint = fitted.joint(rows)
        share = np.exp(joint - _log_sum(joint)[:, None])
        count = share.sum(axis=0) + 1e-3
        means = share.T @ rows / count[:, None]
        variances = np.maximum(share.T @ rows**2 / count[:, None] - means**2, _LEAST_VARIANCE * spread)
        fitted = Mixture(count / count.sum(), means, variances)
    return fitted


def _log_sum(joint: Floats) -> Floats:
    top = joint.max(axis=1)
    total: Floats = top + np.log(np.exp(joint - top[:, None]).sum(axis=1))
    return total
