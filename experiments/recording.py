"""What a run leaves behind: watchers of the loop."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.state import jsonable, load_state, save_state
from .results import Result, read_result
from .rollout import Lesson
from .run_folder import EXAM, EXAMS, LESSONS, RunFolder, RunWarning, write_json

if TYPE_CHECKING:
    import numpy as np

    from ..envs import TeachingEnv
    from ..envs.simulated import SimulatedEnv
    from ..teachers import Teacher

    Env = TeachingEnv | SimulatedEnv

TEACHER = "teacher"
"""What the teacher's file in the checkpoint is called, without its ending."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        lesson: Lessons given.
        budget: Lessons to give; if the student has learned all there is before, those given.
        first: Mean score of the exam before the first lesson, in [0, 1].
        exam: Mean score of the last exam.
        score: Mean score of the last lesson, None before the first.
    """

    lesson: int
    budget: int
    first: float
    exam: float
    score: float | None


class Recorder:
    """Keeps lessons and exams of a run, in memory and in its folder.

    Args:
        env: Where the student is taught.
        teacher: Who teaches.
        settings: All that is needed to repeat the run.
        folder: Where lines are written; None keeps them in memory alone.
        exam_every: Lessons between the exams that are kept, where one is sat after each lesson.
    """

    def __init__(
        self,
        env: Env,
        teacher: Teacher,
        settings: dict[str, Any],
        folder: RunFolder | None,
        exam_every: int,
    ) -> None:
        self.env, self.teacher, self.folder, self.exam_every = env, teacher, folder, exam_every
        exam: Any = getattr(env, "exam", None)
        if exam is not None:
            there = len(exam.domain.topics), exam.domain.levels
            here = len(env.topics), env.levels
            if there != here:
                raise ValueError(
                    f"{type(env).__name__} keeps scores of {here[0]} topics at {here[1]} levels, "
                    f"and its exam is of {there[0]} at {there[1]}: give TeachingEnv the topics and "
                    "levels of the exam's domain"
                )
        tasks = [
            {
                "prompt": task.prompt,
                "answer": task.answer,
                "topic": task.topic,
                "level": exam.domain.level(task.difficulty),
            }
            for task in (exam.tasks if exam is not None else ())
        ]
        self.result = Result(
            settings,
            list(env.topics),
            env.levels,
            tasks,
            out=None if folder is None else folder.path,
            student=env.student,
        )

    def begin(self, info: Mapping[str, Any]) -> None:
        """Keep the first exam."""
        if self.folder is not None:
            result = self.result
            exam = {"topics": result.topics, "levels": result.levels, "tasks": result.tasks}
            write_json(self.folder.path / EXAM, exam)
        self._exam(0, info)

    def resume(self, folder: RunFolder) -> np.ndarray:
        """Go on from what the folder and its checkpoint hold; the observation there."""
        before = read_result(folder.path)
        self.result.lessons, self.result.exams = before.lessons, before.exams
        observation = self.env.load(folder.checkpoint)
        self.teacher.load_state_dict(load_state(folder.checkpoint, TEACHER))
        return observation

    def __call__(self, lessons: Sequence[Lesson | None]) -> None:
        """Keep a lesson, and the exam after it if one was sat."""
        (lesson,) = lessons
        assert lesson is not None
        info, cell = lesson.info, self.env.cell
        line = {
            "lesson": lesson.number,
            "action": lesson.action,
            "topic": cell.topic,
            "level": cell.level,
            "score": info["score"],
            "reward": lesson.reward,
            "stats": info.get("stats", {}),
        }
        counted = getattr(self.teacher, "counters", None)
        if isinstance(counted, Mapping):
            line["teacher"] = counted
        if lesson.looked:
            line["looked"] = True
        if lesson.ended and lesson.number < self.env.budget:
            line["ended"] = True
        if lesson.ended and "exam" not in info:  # the teacher has ended it before its time
            info = {**info, **self.env.examine()}
        due = lesson.ended or lesson.number % self.exam_every == 0
        if "exam" in info and due:
            line["exam"] = info["exam"]
            self._exam(lesson.number, info)
        line = jsonable(line)
        self.result.lessons.append(line)
        if self.folder is not None:
            self.folder.append(LESSONS, line)

    def _exam(self, lesson: int, info: Mapping[str, Any]) -> None:
        detail = info.get("exam_detail")
        if detail is None:  # a simulated student is not asked: what it knows is known
            mastery = self.env.mastery()  # type: ignore[union-attr]
            detail = {"mean": info["exam"], "cells": mastery}
        line = jsonable({"lesson": lesson, **detail})
        self.result.exams.append(line)
        if self.folder is not None:
            self.folder.append(EXAMS, line)


class Checkpoints:
    """Saves a run every few lessons, unless an update is half gathered, and at the end.

    Args:
        folder: Where.
        env: What is saved.
        teacher: What else is saved.
        every: Lessons between checkpoints.
        saved: Lessons given at the last one.
    """

    def __init__(
        self, folder: RunFolder, env: Env, teacher: Teacher, every: int, saved: int = 0
    ) -> None:
        self.folder, self.env, self.teacher = folder, env, teacher
        self.every, self.saved = every, saved

    def __call__(self, lessons: Sequence[Lesson | None]) -> None:
        """Save if it is time."""
        (lesson,) = lessons
        assert lesson is not None
        due = lesson.number // self.every > self.saved // self.every
        if (due and not getattr(self.env, "gathering", False)) or lesson.ended:
            self.folder.save_checkpoint(lesson.number, self._write)
            self.saved = lesson.number

    def _write(self, folder: Path) -> None:
        self.env.save(folder)
        save_state(self.teacher.state_dict(), folder, TEACHER)


class Report:
    """Tells how far a run is.

    Args:
        result: What was found so far.
        tell: Who is told.
    """

    def __init__(self, result: Result, tell: Callable[[Progress], None] | None) -> None:
        self.result, self.tell = result, tell

    def now(self, score: float | None = None) -> None:
        """Tell."""
        if self.tell is not None:
            result = self.result
            lessons = len(result.lessons)
            budget = lessons if result.finished else result.budget
            self.tell(Progress(lessons, budget, result.first, result.final, score))

    def __call__(self, lessons: Sequence[Lesson | None]) -> None:
        """Tell of a lesson."""
        (lesson,) = lessons
        assert lesson is not None
        self.now(lesson.info["score"])


def warn_unsaveable(student: Any, teacher: Any) -> None:
    """Say so if a run can't be saved, and therefore not resumed."""
    obstacle = unsaveable(student, teacher)
    if obstacle:
        message = f"the run will have no checkpoint and can't be resumed: {obstacle}"
        warnings.warn(message, RunWarning, stacklevel=4)


def unsaveable(student: Any, teacher: Any) -> str | None:
    """What stands in the way of checkpoints, None if nothing does."""
    from ..students.simulated.cohort import Cohort

    state = ("state_dict", "load_state_dict")
    refusals = (None, Cohort.state_dict, Cohort.load_state_dict)  # these only say that they lack
    kept = ("save", "load") if hasattr(student, "study") else state  # alone, or by the thousand
    for who, methods in ((student, kept), (teacher, state)):
        found = {method: getattr(who, method, None) for method in methods}
        missing = [m for m, call in found.items() if getattr(call, "__func__", call) in refusals]
        if missing:
            return f"{type(who).__name__} has no {' and no '.join(missing)} method"
    return None
