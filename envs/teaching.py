"""Teaching rewards: what a teacher is paid for a lesson."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ..core.cells import Cell
from ..students import Study


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a lesson led to; what a teaching reward is a function of.

    Attributes:
        cell: Topic, level and difficulty of the lesson.
        score: Mean score of the lesson, in [0, 1].
        smoothed: Smoothed score of the cell before the lesson, None if it was never practised.
        exam: Mean score of the exam sat after this lesson, None if none was.
        previous_exam: Mean score of the exam before that.
        study: Completions, scores and statistics of the lesson.
    """

    cell: Cell
    score: float
    smoothed: float | None
    exam: float | None
    previous_exam: float
    study: Study


TeachingReward = Callable[[Outcome], float]


def gain(outcome: Outcome) -> float:
    """Change of the exam's mean score since the last exam; 0 where no exam was sat.

    Over an episode it adds up to what the student learned: last exam - first exam.
    """
    return 0.0 if outcome.exam is None else outcome.exam - outcome.previous_exam


def score(outcome: Outcome) -> float:
    """Mean score of the lesson."""
    return outcome.score


def progress(outcome: Outcome) -> float:
    """Absolute learning progress: ``|score - smoothed score of the cell before|``, at first 0."""
    return 0.0 if outcome.smoothed is None else abs(outcome.score - outcome.smoothed)


TEACHING_REWARDS: dict[str, TeachingReward] = {
    "gain": gain,
    "score": score,
    "progress": progress,
}
