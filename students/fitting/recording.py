"""Logs of simulated students, whose true parameters are known."""

from __future__ import annotations

import numpy as np

from ...core.checks import at_least
from ..simulated.cohort import Cohort
from .logs import InteractionLog


def record(
    cohort: Cohort, lessons: int, rng: np.random.Generator, *, gap: float | None = None
) -> InteractionLog:
    """Give every student random lessons, and log the answers.

    Concepts are called by the number of the topic; so are items of models without levels, others
    ``topic/level``.

    Args:
        cohort: The students, after their reset; they learn.
        lessons: How many lessons each gets; topic and level are drawn uniformly.
        rng: All is drawn from it.
        gap: Mean days between two lessons, which are exponential; the first comes at once. None
            lets no time pass, and the log knows no times.

    Raises:
        ValueError: If there are no lessons.
    """
    at_least("lessons", lessons, 1)
    shape = (lessons, cohort.size)
    topic = rng.integers(cohort.topics, size=shape)
    level = rng.integers(cohort.levels, size=shape)
    waits = np.zeros(shape) if gap is None else rng.exponential(gap, size=shape)
    correct = np.empty(shape, dtype=bool)
    waits[0] = 0
    for lesson in range(lessons):
        if gap is not None:
            cohort.wait(waits[lesson])
        correct[lesson] = cohort.practise(topic[lesson], level[lesson], rng) > 0.5
    names = tuple(str(k) for k in range(cohort.topics))
    items = names
    if cohort.levels > 1:
        items = tuple(f"{k}/{i}" for k in range(cohort.topics) for i in range(cohort.levels))
    days = np.cumsum(waits, axis=0) if gap is not None else np.full(shape, np.nan)
    return InteractionLog(
        offsets=np.arange(cohort.size + 1) * lessons,
        item=(topic * cohort.levels + level).T.ravel(),
        tags=topic.T.ravel(),
        tag_offsets=np.arange(topic.size + 1),
        correct=correct.T.ravel(),
        days=days.T.ravel(),
        students=tuple(str(i) for i in range(cohort.size)),
        items=items,
        concepts=names,
    )
