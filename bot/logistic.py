"""Logistic regression with a prior, by Newton's method."""

import numpy as np

from bot.arrays import Floats

_STEPS = 50
_CLOSE = 1e-9
# Beyond this, a chance is as good as 0 or 1.
_FAR = 30.0


def fit_logistic(
    evidence: Floats,
    labels: Floats,
    counts: Floats,
    prior: Floats,
    offsets: Floats | float = 0.0,
) -> Floats:
    """Fit weights to labels between 0 and 1, in which each row counts as often as `counts` says.

    `prior` pulls each weight towards 0. The logit of a row begins at its offset.
    """
    weights = np.zeros(evidence.shape[1])
    for _ in range(_STEPS):
        chances = chances_at(evidence @ weights + offsets)
        slope = evidence.T @ (counts * (chances - labels)) + prior * weights
        bends = (evidence * (counts * chances * (1 - chances))[:, None]).T @ evidence
        step = np.linalg.solve(bends + np.diag(prior), slope)
        weights = weights - step
        if np.abs(step).max(initial=0.0) < _CLOSE:
            break
    return weights


def chances_at(logits: Floats) -> Floats:
    """Turn logits into chances."""
    chances: Floats = 1 / (1 + np.exp(-np.clip(logits, -_FAR, _FAR)))
    return chances
