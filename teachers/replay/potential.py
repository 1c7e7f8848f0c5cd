"""Learning potential: how much a student may have to learn from a task, told from its scores.

Jiang et al. take the mean absolute error of the student's value function (of its advantages), which
a teacher does not see. It sees scores; these stand for it.
"""

from __future__ import annotations

import numpy as np

from ..post_training.groups import variance

POTENTIALS = ("change", "learnability", "variance")
LARGEST = 1.0
"""The largest change of a score: that of a task that can't be compared with anything."""


def learning_potential(
    kind: str, score: float, before: float | None, mean: float, groups: np.ndarray | None
) -> float:
    """The learning potential that a lesson shows.

    ================  ==============================================================================
    kind              value
    ================  ==============================================================================
    "change"          abs(score - mean score before): the error of a value function that
                      predicts the task's mean score; 1 where there was none
    "learnability"    p (1 - p), p being the mean score after the lesson (Rutherford et al. 2024)
    "variance"        mean variance of the scores within the lesson's groups of answers; without
                      them s (1 - s), s being the lesson's score
    ================  ==============================================================================

    Args:
        kind: One of `POTENTIALS`.
        score: The lesson's mean score, in [0, 1].
        before: What was expected of it: the task's mean score before the lesson, or None.
        mean: The task's mean score after it.
        groups: The answers' scores as `as_groups` returns them, or None.
    """
    if kind == "change":
        return LARGEST if before is None else abs(score - before)
    if kind == "learnability":
        return mean * (1.0 - mean)
    return variance(score, groups)
