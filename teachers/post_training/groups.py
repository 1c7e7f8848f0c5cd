"""What the scores of a lesson's answers say beyond their mean.

Curricula for the post-training of language models learn from groups: several answers to one prompt,
whose scores are compared with one another as in GRPO. Each function takes the lesson's mean score
and its groups. Without groups (None) the mean p is all that is known, and the lesson counts as one
large group of right or wrong answers of which the share p is right.
"""

from __future__ import annotations

from typing import Any

import numpy as np

NEGLIGIBLE = 1e-9
"""Deviations from the mean up to this are rounding errors."""


def as_groups(scores: Any) -> np.ndarray:
    """A lesson's scores as groups, shape (groups, answers), NaN where there is none.

    A task's answers are a group. Where each task was answered only once no such group could vary,
    so that all answers of the lesson, which are of one topic and level, are one group.

    Args:
        scores: Shape (tasks, completions), in [0, 1], NaN where an answer has no score.

    Raises:
        ValueError: For scores of another shape, out of range, or all missing.
    """
    values = np.asarray(scores, dtype=float)
    if values.ndim != 2:
        raise ValueError(f"scores must have shape (tasks, completions), not {values.shape}")
    inside = (values >= 0.0) & (values <= 1.0)
    if not inside.any() or not np.all(inside | np.isnan(values)):
        raise ValueError(
            "scores must be in [0, 1] or NaN, and one at least known; map a reward on another "
            f"scale first, not {scores!r}"
        )
    return values.T if values.shape[1] == 1 else values


def outcomes(score: float, groups: np.ndarray | None) -> tuple[float, float]:
    """Successes and failures: the sums of s and of 1 - s over all scores s.

    Without groups the lesson counts as one answer.
    """
    if groups is None:
        return score, 1.0 - score
    known = groups[~np.isnan(groups)]
    successes = float(known.sum())
    return successes, len(known) - successes


def variance(score: float, groups: np.ndarray | None) -> float:
    """Mean over groups of the scores' population variance, in [0, 1/4]; without groups p(1 - p)."""
    if groups is None:
        return score * (1.0 - score)
    deviations, counts = _deviations(groups)
    answered = counts > 0
    return float(np.mean((deviations**2).sum(axis=1)[answered] / counts[answered]))


def relative_variance(score: float, groups: np.ndarray | None) -> float:
    """Mean over groups of variance / largest variance for scores in [0, 1]; in [0, 1].

    The largest is that of G answers of which half are right: floor(G/2) ceil(G/2) / G^2. Groups of
    one answer can't vary and count as 0. Without groups it is 4 p (1 - p).
    """
    if groups is None:
        return 4.0 * score * (1.0 - score)
    deviations, counts = _deviations(groups)
    answered = counts[counts > 0]
    squares = (deviations**2).sum(axis=1)[counts > 0]
    # Sums of squares: the factors 1 / G of both variances cancel.
    largest = (answered // 2) * ((answered + 1) // 2) / answered
    return float(np.mean(squares / np.where(largest > 0, largest, 1.0)))


def absolute_advantages(score: float, groups: np.ndarray | None) -> np.ndarray:
    """|s - mean| / sd of every score s in its group, shape (answers,); 0 where a group is constant.

    The population's standard deviation is taken. Then the mean over a group of right and wrong
    answers is 2 sqrt(p (1 - p)), at most 1, whatever the group's size; that value is returned
    without groups.
    """
    if groups is None:
        return np.array([2.0 * np.sqrt(score * (1.0 - score))])
    deviations, counts = _deviations(groups)
    spread = np.sqrt((deviations**2).sum(axis=1) / np.maximum(counts, 1))
    scaled = np.abs(deviations) / np.where(spread > 0, spread, 1.0)[:, None]
    return scaled[~np.isnan(groups)]


def uninformative(score: float, groups: np.ndarray | None) -> bool:
    """Whether no group varies (all right or all wrong), so that no answer has an advantage."""
    if groups is None:
        return score in (0.0, 1.0)
    return not _deviations(groups)[0].any()


def _deviations(groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each score minus its group's mean, 0 where there is none; and the scores in each group."""
    known = ~np.isnan(groups)
    counts = known.sum(axis=1)
    means = np.where(known, groups, 0.0).sum(axis=1) / np.maximum(counts, 1)
    deviations = np.where(known, groups - means[:, None], 0.0)
    return np.where(np.abs(deviations) > NEGLIGIBLE, deviations, 0.0), counts
