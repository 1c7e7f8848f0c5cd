"""What the scores of a lesson's answers say beyond their mean.

Curricula for the post-training of language models learn from groups: several answers to one prompt,
whose scores are compared with one another as in GRPO. Each function takes the lesson's mean score
and its groups. Without groups (None) the mean p is all that is known, and the lesson counts as one
large group of right or wrong answers of which the share p is right.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

NEGLIGIBLE = 1e-9
"""Standard deviations up to this are rounding errors."""


def as_groups(scores: Any) -> np.ndarray:
    """A lesson's scores as groups, shape (groups, answers), NaN where there is none.

    Each group has a score: tasks without any are left out.

    A task's answers are a group. Where each task was answered only once no such group could vary,
    so that all answers of the lesson, which are of one topic and level, are one group.

    Args:
        scores: Shape (tasks, completions), in [0, 1], NaN where an answer has no score.

    Raises:
        ValueError: For scores of another shape, out of range, or all missing.
    """
    try:
        values = np.asarray(scores, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(
            f"scores must be numbers of shape (tasks, completions), not {scores!r}"
        ) from None
    if values.ndim != 2:
        raise ValueError(f"scores must have shape (tasks, completions), not {values.shape}")
    if values.size and values.min() >= 0.0 and values.max() <= 1.0:  # all known: fails for NaN
        return values.T if values.shape[1] == 1 else values
    answered = (values == values).any(axis=1)  # NaN does not equal itself
    if not answered.any() or ((values < 0.0) | (values > 1.0)).any():
        raise ValueError(
            "scores must be in [0, 1] or NaN, and one at least known; map a reward on another "
            f"scale first, not {scores!r}"
        )
    return values.T if values.shape[1] == 1 else values[answered]


def outcomes(score: float, groups: np.ndarray | None) -> tuple[float, float]:
    """Successes and failures: the sums of s and of 1 - s over all scores s.

    Without groups the lesson counts as one answer.
    """
    if groups is None:
        return score, 1.0 - score
    known = groups[groups == groups]
    successes = float(np.add.reduce(known))
    return successes, len(known) - successes


def variance(score: float, groups: np.ndarray | None) -> float:
    """Mean over groups of the scores' population variance, in [0, 1/4]; without groups p(1 - p)."""
    if groups is None:
        return score * (1.0 - score)
    _, squares, counts = _deviations(groups)
    return float(np.add.reduce(squares / counts)) / len(groups)


def relative_variance(score: float, groups: np.ndarray | None) -> float:
    """Mean over groups of variance / largest variance for scores in [0, 1]; in [0, 1].

    The largest is that of G answers of which half are right: floor(G^2 / 4) / G^2. Groups of
    one answer can't vary and count as 0. Without groups it is 4 p (1 - p).
    """
    if groups is None:
        return 4.0 * score * (1.0 - score)
    _, squares, counts = _deviations(groups)
    # Sums of squares: the factors 1 / G of both variances cancel.
    largest = np.maximum(counts * counts // 4, 1) / counts
    return float(np.add.reduce(squares / largest)) / len(groups)


def absolute_advantages(score: float, groups: np.ndarray | None) -> np.ndarray:
    """|s - mean| / sd of every score s in its group, shape (answers,); 0 where a group is constant.

    The population's standard deviation is taken. Then the mean over a group of right and wrong
    answers is 2 sqrt(p (1 - p)), at most 1, whatever the group's size; that value is returned
    without groups.
    """
    if groups is None:
        return np.array([mean_absolute_advantage(score, None)])
    deviations, squares, counts = _deviations(groups)
    spread = np.sqrt(squares / counts)
    scale = np.where(spread > NEGLIGIBLE, spread, np.inf)
    advantages = np.abs(deviations) / scale[:, None]
    return advantages.ravel() if isinstance(counts, int) else advantages[groups == groups]


def mean_absolute_advantage(score: float, groups: np.ndarray | None) -> float:
    """Mean of `absolute_advantages` over all answers, in [0, 1]."""
    if groups is None:
        return 2.0 * math.sqrt(score * (1.0 - score))
    values = absolute_advantages(score, groups)
    return float(np.add.reduce(values)) / len(values)


def uninformative(score: float, groups: np.ndarray | None) -> bool:
    """Whether no group varies (all right or all wrong), so that no answer has an advantage."""
    if groups is None:
        return score in (0.0, 1.0)
    return not np.any(np.fmax.reduce(groups, axis=1) > np.fmin.reduce(groups, axis=1))


def _deviations(groups: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray | int]:
    """Deviations from the group's mean, the sum of their squares, and the number of scores.

    Returns:
        Shape (groups, answers), 0 where there is no score; (groups,); (groups,), or one number
        where no score is missing.
    """
    means = np.add.reduce(groups, axis=1) / groups.shape[1]
    total = np.add.reduce(means)
    if total == total:  # NaN, which does not equal itself, would be in it
        deviations = groups - means[:, None]
        return deviations, np.einsum("ij,ij->i", deviations, deviations), groups.shape[1]
    known = groups == groups
    counts = np.add.reduce(known, axis=1)
    means = np.add.reduce(groups, axis=1, where=known) / counts
    deviations = np.where(known, groups - means[:, None], 0.0)
    return deviations, np.einsum("ij,ij->i", deviations, deviations), counts
