"""Logistic regression on sparse features."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


def fit_weights(features: csr_matrix, correct: np.ndarray, penalty: float) -> np.ndarray:
    """Weights that minimise the negative log-likelihood + penalty/2 · the sum of their squares.

    Args:
        features: Shape (answers, weights); there is no intercept beside them.
        correct: Bool of shape (answers,).
        penalty: Above 0; without one, weights of topics with right answers alone would be infinite.

    Returns:
        Shape (weights,).

    Raises:
        ValueError: If the answers are all alike, or the penalty is not above 0.
    """
    from sklearn.linear_model import LogisticRegression

    if not penalty > 0:
        raise ValueError(f"penalty must be above 0, not {penalty}")
    if correct.all() or not correct.any():
        raise ValueError(
            f"all answers are {'right' if correct.any() else 'wrong'}; need some of both"
        )
    model = LogisticRegression(
        C=1 / penalty, fit_intercept=False, solver="newton-cg", tol=1e-6, max_iter=1000
    )
    return model.fit(features, correct).coef_[0]


def log_likelihood(correct: np.ndarray, chances: np.ndarray) -> float:
    """Mean log-likelihood of an answer; chances of shape (answers,) are kept 1e-12 from 0 and 1."""
    return float(np.log(np.clip(np.where(correct, chances, 1 - chances), 1e-12, None)).mean())
