"""Which of a student's scored answers are preferred to which, and which are right."""

from __future__ import annotations

import numpy as np


def best_and_worst(scores: np.ndarray) -> list[tuple[int, int, int]]:
    """For each task the answer with the highest score, preferred to that with the lowest.

    Missing scores are left out, and of equal ones the first is taken. A task whose scores are all
    equal is a tie and gives no pair.

    Args:
        scores: Shape (tasks, answers), NaN where missing.

    Returns:
        Triples (task, preferred answer, other answer), in the order of the tasks.
    """
    pairs = []
    for task, row in enumerate(np.asarray(scores, dtype=float)):
        known = np.flatnonzero(~np.isnan(row))
        if not len(known):
            continue
        best = int(known[row[known].argmax()])
        worst = int(known[row[known].argmin()])
        if row[best] > row[worst]:
            pairs.append((task, best, worst))
    return pairs


def above_draft(scores: np.ndarray, reference: np.ndarray) -> list[tuple[int, int]]:
    """For each task the student's worst answer, if the teacher's scores higher.

    Args:
        scores: Of the student's answers, shape (tasks, answers), NaN where missing.
        reference: Of the teacher's answers, shape (tasks,), NaN where missing.

    Returns:
        Pairs (task, the student's answer), in the order of the tasks.
    """
    pairs = []
    for task, row in enumerate(np.asarray(scores, dtype=float)):
        known = np.flatnonzero(~np.isnan(row))
        if not len(known):
            continue
        worst = int(known[row[known].argmin()])
        if reference[task] > row[worst]:  # a missing score is above nothing
            pairs.append((task, worst))
    return pairs


def desirable(scores: np.ndarray, threshold: float) -> list[tuple[int, int, bool]]:
    """Each scored answer, and whether it is right.

    Neighbours belong to different tasks where there are several: KTO estimates its reference point
    from each answer beside its neighbour's prompt, which must not be its own.

    Args:
        scores: Shape (tasks, answers), NaN where missing.
        threshold: Scores at or above it are right.

    Returns:
        Triples (task, answer, whether it is right), the first answers of all tasks first.
    """
    array = np.asarray(scores, dtype=float)
    return [
        (task, answer, bool(array[task, answer] >= threshold))
        for answer in range(array.shape[1])
        for task in range(array.shape[0])
        if not np.isnan(array[task, answer])
    ]
