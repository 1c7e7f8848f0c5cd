"""Difficulties from the answers of a crowd."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...core import checks
from .irt import logistic

NODES = 41
"""Points of the Gauss-Hermite rule over abilities."""
ROUNDS = 2000
"""Most rounds of expectation and maximisation; a few dozen are the rule."""
TOLERANCE = 1e-6
"""The fit ends when no difficulty moves further, in logits."""


def rasch_difficulties(responses: Any, *, deviation: float = 2.0) -> np.ndarray:
    """Difficulties of items under the Rasch model, from a crowd's answers, shape (items,), logits.

    Marginal maximum likelihood by expectation and maximisation (Bock & Aitkin 1981, "Marginal
    maximum likelihood estimation of item parameters"): abilities are N(0, 1), which fixes where 0
    is, and are integrated out by a Gauss-Hermite rule with 41 points. A prior N(0, deviation^2)
    keeps difficulties finite where all answers are right, or all wrong.

    PUDF (arXiv 2408.05326) fits the same model, by variational inference, to the answers of an
    artificial crowd: many trained models, each a person. Difficulties then have the same scale as
    the abilities that teachers estimate with the prior N(0, 1).

    Args:
        responses: Shape (people, items), in [0, 1]: 1 for a right answer, 0 for a wrong one, or the
            share of right ones; NaN where a person did not answer.
        deviation: Standard deviation of the prior of difficulties, > 0.

    Raises:
        ValueError: For another shape, values outside [0, 1], or an item that nobody answered.
    """
    deviation = checks.positive("deviation", deviation)
    try:
        table = np.asarray(responses, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"responses must be numbers: {error}") from error
    if table.ndim != 2 or 0 in table.shape:
        raise ValueError(f"responses must have shape (people, items), not {table.shape}")
    answered = ~np.isnan(table)
    if not np.all((table[answered] >= 0.0) & (table[answered] <= 1.0)):
        raise ValueError("responses must be in [0, 1], or NaN where there is no answer")
    if not answered.any(axis=0).all():
        unanswered = np.flatnonzero(~answered.any(axis=0))
        raise ValueError(f"nobody answered items {', '.join(map(str, unanswered))}: leave them out")
    right = np.where(answered, table, 0.0)
    wrong = np.where(answered, 1.0 - table, 0.0)
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    log_prior = np.log(weights / weights.sum())
    difficulties = np.zeros(table.shape[1])
    for _ in range(ROUNDS):
        # Expectation: where on the nodes each person may be, and the answers expected from there.
        logits = np.subtract.outer(nodes, difficulties)
        log_likelihood = -np.logaddexp(0.0, -logits) @ right.T - np.logaddexp(0.0, logits) @ wrong.T
        log_joint = log_likelihood + log_prior[:, None]
        people = np.exp(log_joint - log_joint.max(axis=0))
        people /= people.sum(axis=0)
        asked = people @ answered  # (nodes, items)
        solved = people @ right
        # Maximisation: one Newton step for each difficulty, of which EM needs no more.
        chances = logistic(logits)
        slope = (asked * chances - solved).sum(axis=0) - difficulties / deviation**2
        bend = (asked * chances * (1.0 - chances)).sum(axis=0) + 1.0 / deviation**2
        step = np.clip(slope / bend, -1.0, 1.0)
        difficulties = difficulties + step
        if np.abs(step).max() < TOLERANCE:
            break
    return difficulties
