"""What is logged about a curriculum."""

from __future__ import annotations

import math

import numpy as np

from ...teachers import Teacher
from ...teachers.arm_teacher import DrawingTeacher
from .feedback import Feedback
from .sources import Source

LOG = "curriculum.jsonl"
"""File in a run's folder: a header, then a line per entry of the trainer's log."""

PREFIX = "curriculum"
MOST_ARMS = 24
"""More arms than this are put together by topic, or by level if there is one topic."""
MOST_GROUPS = 64
"""More topics than this are not logged one by one."""


def entropy(counts: np.ndarray) -> float:
    """Entropy of a distribution over its largest possible, in [0, 1]; 0 for a single arm.

    Args:
        counts: Shape (arms,), not negative, not all 0.
    """
    if len(counts) < 2:
        return 0.0
    shares = counts[counts > 0] / counts.sum()
    return max(0.0, -float((shares * np.log(shares)).sum()) / math.log(len(counts)))


def teacher_entropy(teacher: Teacher, recent: np.ndarray, arms: int) -> float:
    """How widely a teacher spreads its choice: 1 is uniform, 0 is always the same arm.

    Of the distribution that it draws from, where it has one over arms; else of what it chose last.

    Args:
        teacher: The teacher.
        recent: The arms that were asked for last, at least one.
        arms: How many arms there are.
    """
    if isinstance(teacher, DrawingTeacher):
        return entropy(teacher.probabilities())
    return entropy(np.bincount(recent, minlength=arms))


def group_names(source: Source) -> tuple[list[str], np.ndarray]:
    """How arms are put together for logging.

    Returns:
        Names of the groups, none if there would be too many, and the group of each arm.
    """
    arms = np.arange(source.arms)
    if source.arms <= MOST_ARMS:
        names, group = [source.arm_name(arm) for arm in range(source.arms)], arms
    elif len(source.topics) > 1:
        names, group = list(source.topics), arms // source.levels
    else:
        names, group = [f"level {level + 1}" for level in range(source.levels)], arms
    return (names, group) if len(names) <= MOST_GROUPS else ([], group)


def measures(source: Source, feedback: Feedback, batch: int) -> dict[str, float]:
    """Shares and mean scores by arm or topic, and how stale the choice was.

    Args:
        source: Where the rows come from.
        feedback: What was told.
        batch: How many rows are asked for at once.

    Returns:
        ``curriculum/share/NAME``: the part of the rows that was of this arm or topic;
        ``curriculum/score/NAME``: their mean score, where there was one;
        ``curriculum/staleness``: how many batches had no feedback yet when these rows were chosen.
    """
    names, group = group_names(source)
    rows = len(feedback.arms)
    values: dict[str, float] = {}
    if not rows:
        return values
    groups = group[feedback.arms]
    known = feedback.scores == feedback.scores
    counts = np.bincount(groups, minlength=len(names))
    scored = np.bincount(groups[known], minlength=len(names))
    sums = np.bincount(groups[known], feedback.scores[known], minlength=len(names))
    for index, name in enumerate(names):
        values[f"{PREFIX}/share/{name}"] = float(counts[index] / rows)
        if scored[index]:
            values[f"{PREFIX}/score/{name}"] = float(sums[index] / scored[index])
    values[f"{PREFIX}/staleness"] = float(feedback.staleness.mean()) / batch
    return values
