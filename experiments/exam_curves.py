"""How the exams of many students go while they are taught."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.checks import at_least
from .evaluation import TeacherFactory, as_students, told
from .rollout import Lesson, Students, rollout

if TYPE_CHECKING:
    from gymnasium.vector import VectorEnv


@dataclass(frozen=True, slots=True)
class ExamCurves:
    """The exams of students side by side.

    Attributes:
        lessons: Lessons given when the exams were sat, rising from 0.
        exams: Float64 of shape (students, len(lessons)): each student's latest exam by then.
        returns: Float64 of shape (students,): the sum of the teacher's rewards.
    """

    lessons: list[int]
    exams: np.ndarray
    returns: np.ndarray


def exam_curves(
    make: Callable[[int], VectorEnv | Students],
    teacher: TeacherFactory,
    students: int,
    seed: int | Sequence[int],
    every: int,
    progress: Callable[[int, int], None] | None = None,
) -> ExamCurves:
    """Teach one episode to each of some students, and keep how their exams go.

    Args:
        make: As `evaluate` takes it.
        teacher: Makes a teacher; it is seeded by its student's number.
        students: How many.
        seed: As `evaluate` takes it.
        every: Lessons between the points of the curves; the first lesson's start and the end are
            points too. Where no exam is sat, a student keeps the latest one.
        progress: As `evaluate` takes it.

    Raises:
        ValueError: If the environment tells no exam, or `every` is below 1; else as `evaluate`.
    """
    at_least("every", every, 1)
    taught = as_students(make(students))
    try:
        teachers = [teacher(taught.action_space, number) for number in range(students)]
        watcher = _Watcher(taught.reset(seed), every)
        returns = rollout(taught, teachers, [watcher, told(taught, progress)])
    finally:
        taught.close()
    return ExamCurves(*watcher.curves(), returns)


class _Watcher:
    """Keeps each student's latest exam until the episode ends, and a copy every few lessons."""

    def __init__(self, starts: Sequence[Mapping[str, Any]], every: int) -> None:
        self.every = every
        self.latest = np.array([start.get("exam", np.nan) for start in starts], dtype=float)
        self.lesson = 0
        self.points: list[tuple[int, np.ndarray]] = [(0, self.latest.copy())]

    def __call__(self, lessons: Sequence[Lesson | None]) -> None:
        for student, lesson in enumerate(lessons):
            if lesson is not None:
                self.lesson = lesson.number
                self.latest[student] = lesson.info.get("exam", self.latest[student])
        if self.lesson % self.every == 0:
            self.points.append((self.lesson, self.latest.copy()))

    def curves(self) -> tuple[list[int], np.ndarray]:
        """Lessons, and exams of shape (students, lessons)."""
        if self.points[-1][0] != self.lesson:
            self.points.append((self.lesson, self.latest.copy()))
        exams = np.stack([exams for _, exams in self.points], axis=1)
        if np.isnan(exams).any():
            raise ValueError("the environment's info holds no exam of each student at the start")
        return [lesson for lesson, _ in self.points], exams
