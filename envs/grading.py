"""Scores of lessons and exams, checked before a teacher sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..core.isolation import isolated_rng
from ..domains import Domain, Task
from ..rewards import Reward, scores
from ..students import Student, Study, columns


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


def lesson_score(study: Study, tasks: Sequence[Task]) -> float:
    """Mean score of a lesson, in [0, 1].

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
    if values.ndim != 2 or len(values) != len(tasks):
        raise ValueError(
            f"Study.scores must have shape (tasks, completions), here ({len(tasks)}, …), not "
            f"{values.shape}"
        )
    counts = [-1 if isinstance(texts, str) else len(texts) for texts in study.completions]
    if counts != [values.shape[1]] * len(tasks):
        raise ValueError(
            f"Study.completions must list {values.shape[1]} answers (one for each score) for each "
            f"of the {len(tasks)} tasks"
        )
    return mean_score(values, "the lesson")


def answers_of(student: Student, tasks: Sequence[Task], of: str) -> list[str]:
    """Have the student answer without learning, with the global generators left alone.

    Args:
        student: Who answers.
        tasks: What is asked.
        of: What they are tasks of, for messages ("exam").

    Raises:
        ValueError: For a wrong number of answers.
        TypeError: For answers that are not strings.
    """
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
    return answers


def looked_at(student: Student, reward: Reward, tasks: Sequence[Task]) -> Study:
    """Have the student answer a lesson once, and score it; it learns nothing.

    Raises:
        ValueError: For a wrong number of answers, or a reward that misbehaves.
        TypeError: For answers that are not strings.
    """
    answers = answers_of(student, tasks, "lesson")
    values = scores(reward, [task.prompt for task in tasks], answers, columns(tasks))
    return Study([[answer] for answer in answers], values[:, None])


class Exam:
    """Fixed, held-out tasks that a student answers without learning from them.

    Args:
        domain: Where the tasks come from.
        size: Number of tasks, stratified over topics and levels.
        seed: The same seed gives the same tasks.
    """

    def __init__(self, domain: Domain, size: int, seed: int) -> None:
        self.domain = domain
        self.tasks = domain.exam(size, seed)
        self._prompts = [task.prompt for task in self.tasks]
        self._columns = columns(self.tasks)
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
        answers = answers_of(student, self.tasks, "exam")
        values = scores(reward, self._prompts, answers, self._columns)
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
