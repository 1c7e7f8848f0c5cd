"""Scores of lessons and exams, checked before a teacher sees them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from ..core.isolation import isolated_rng
from ..domains import Domain, Task
from ..rewards import Reward, scores
from ..students import SelfScoring, Student, Study, columns


def mean_score(values: np.ndarray, of: str) -> float:
    """Mean of scores in [0, 1], without the missing ones (NaN).

    Args:
        values: Scores of any shape.
        of: What was scored, for messages ("the lesson").

    Raises:
        ValueError: If all scores are missing, or one is out of range.
    """
    known = values[~np.isnan(values)]
    if not len(known):
        raise ValueError(
            f"the reward gave no score for any answer of {of} (None for each); use a reward that "
            "applies to this domain's answers"
        )
    if known.min() < 0 or known.max() > 1:
        raise ValueError(
            f"scores must be in [0, 1], but {of} has {known.min():g} to {known.max():g}; map the "
            "reward to that range"
        )
    return float(known.mean())


def lesson_score(study: Study, tasks: int) -> float:
    """Mean score of a lesson, in [0, 1].

    Args:
        study: What came of it.
        tasks: How many tasks were asked, 0 for a lesson without tasks.

    Raises:
        TypeError: If `study` is not a `Study`.
        ValueError: If completions or scores do not fit the tasks, or `mean_score` refuses them.
    """
    if not isinstance(study, Study):
        raise TypeError(
            "a student's study must return teachgym.students.Study(completions, scores), not "
            f"{type(study).__name__}"
        )
    values = np.asarray(study.scores, dtype=float)
    tasks = tasks or len(values)
    if values.ndim != 2 or len(values) != tasks:
        raise ValueError(
            f"Study.scores must have shape (tasks, completions), here ({tasks}, …), not "
            f"{values.shape}"
        )
    counts = [-1 if isinstance(texts, str) else len(texts) for texts in study.completions]
    if counts != [values.shape[1]] * tasks:
        raise ValueError(
            f"Study.completions must list {values.shape[1]} answers (one for each score) for each "
            f"of the {tasks} tasks"
        )
    return mean_score(values, "the lesson")


def looked_at(student: Student, reward: Reward, tasks: Sequence[Task], of: str = "lesson") -> Study:
    """Have the student answer once and be scored; it learns nothing, and no global generator moves.

    A student that scores itself does so (`SelfScoring`).

    Args:
        student: Who answers.
        reward: What scores.
        tasks: What is asked.
        of: What they are tasks of, for messages ("exam").

    Returns:
        Answers and scores; of shape (tasks, 1), unless the student scores itself.

    Raises:
        ValueError: For a wrong number of answers, or a reward that misbehaves.
        TypeError: For answers that are not strings.
    """
    if isinstance(student, SelfScoring):
        with isolated_rng():
            study = student.sit(tasks, reward)
        lesson_score(study, len(tasks))
        return study
    with isolated_rng():
        answers = list(student.answer(tasks))
    if len(answers) != len(tasks):
        raise ValueError(
            f"the student gave {len(answers)} answers to {len(tasks)} {of} tasks; answer must "
            "return one string for each task"
        )
    for answer in answers:
        if not isinstance(answer, str):
            raise TypeError(f"answer must return strings, not {type(answer).__name__}")
    values = scores(reward, [task.prompt for task in tasks], answers, columns(tasks))
    return Study([[answer] for answer in answers], values[:, None])


class Exam:
    """Fixed, held-out tasks that a student answers without learning from them.

    Args:
        domain: Where the tasks come from.
        size: Number of tasks, stratified over topics and levels.
        seed: The same seed gives the same tasks.
        topics: Indices of the topics whose tasks are kept; None for all of them.
    """

    def __init__(
        self, domain: Domain, size: int, seed: int, topics: Collection[int] | None = None
    ) -> None:
        self.domain = domain
        self.tasks = [
            task for task in domain.exam(size, seed) if topics is None or task.topic in topics
        ]
        self._cells = [(task.topic, domain.level(task.difficulty)) for task in self.tasks]

    def sit(self, student: Student, reward: Reward) -> dict[str, Any]:
        """Have the student answer, and score it.

        Returns:
            Plain JSON-able values: ``mean`` (float in [0, 1]); ``scores`` and ``answers``, one for
            each task of `tasks`; ``cells``, a list by topic of lists by level of mean scores. None
            stands for a missing score, and for a cell without one.

        Raises:
            ValueError: For a wrong number of answers, or scores that `mean_score` refuses.
            TypeError: For answers that are not strings.
        """
        study = looked_at(student, reward, self.tasks, "exam")
        answers = [texts[0] if texts else "" for texts in study.completions]
        values = _row_means(np.asarray(study.scores, dtype=float))
        mean = mean_score(values, "the exam")
        return {
            "mean": mean,
            "scores": [None if np.isnan(value) else float(value) for value in values],
            "answers": answers,
            "cells": self._by_cell(values),
        }

    def _by_cell(self, values: np.ndarray) -> list[list[float | None]]:
        shape = (len(self.domain.topics), self.domain.levels)
        known = ~np.isnan(values)
        index = np.array(self._cells)[known]
        total, count = np.zeros(shape), np.zeros(shape)
        np.add.at(total, (index[:, 0], index[:, 1]), values[known])
        np.add.at(count, (index[:, 0], index[:, 1]), 1)
        return [
            [float(t / n) if n else None for t, n in zip(*row, strict=True)]
            for row in zip(total, count, strict=True)
        ]


def _row_means(values: np.ndarray) -> np.ndarray:
    """Mean score of each task, shape (tasks,), NaN where it has none."""
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return np.where(known, values, 0.0).sum(axis=1) / known.sum(axis=1)
