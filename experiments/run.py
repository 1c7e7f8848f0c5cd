"""One run: the loop between teacher and environment, and what it leaves behind."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.state import load_state, save_state
from .feedback import details, only_looks
from .results import Result, read_result
from .run_folder import EXAM, EXAMS, LESSONS, RunFolder, RunWarning, write_json
from .values import jsonable

if TYPE_CHECKING:
    import numpy as np

    from ..envs import CurriculumEnv
    from ..teachers import Teacher

TEACHER = "teacher"
"""What the teacher's files in the checkpoint are called, without their endings."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Attributes:
        lesson: Lessons given.
        budget: Lessons to give.
        first: Mean score of the exam before the first lesson, in [0, 1].
        exam: Mean score of the last exam.
        score: Mean score of the last lesson, None before the first.
    """

    lesson: int
    budget: int
    first: float
    exam: float
    score: float | None


class Run:
    """The loop, and what it leaves behind."""

    def __init__(
        self,
        env: CurriculumEnv,
        teacher: Teacher,
        settings: dict[str, Any],
        folder: RunFolder | None,
        every: int | None,
    ) -> None:
        self.env = env
        self.teacher = teacher
        self.folder = folder
        self.every = every
        self.saved = 0
        tasks = [
            {
                "prompt": task.prompt,
                "answer": task.answer,
                "topic": task.topic,
                "level": env.domain.level(task.difficulty),
            }
            for task in env.exam.tasks
        ]
        self.result = Result(
            settings,
            list(env.domain.topics),
            env.domain.levels,
            tasks,
            out=None if folder is None else folder.path,
            student=env.student,
        )

    def teach(
        self, progress: Callable[[Progress], None] | None, start: int | None = None
    ) -> Result:
        """Give lessons until the budget is spent, from the start or from a checkpoint."""
        observation = self._begin() if start is None else self._continue(start)
        lesson, score = len(self.result.lessons), None
        done = lesson == self.env.budget
        while True:
            if progress is not None:
                result = self.result
                progress(Progress(lesson, self.env.budget, result.first, result.final, score))
            if done:
                return self.result
            action = self.teacher.act(observation)
            looks = only_looks(self.teacher)
            give = self.env.look if looks else self.env.step
            observation, reward, terminated, truncated, info = give(action)
            score = info["score"]
            self.teacher.observe(
                action,
                score,
                observation=observation,
                reward=reward,
                **details(self.teacher, info.get("scores")),
            )
            lesson += 1
            done = terminated or truncated
            self._record(lesson, action, reward, info, looks)
            self._checkpoint(lesson)

    def _begin(self) -> np.ndarray:
        observation, info = self.env.reset(seed=self.result.settings["seed"])
        if self.folder is not None:
            result = self.result
            exam = {"topics": result.topics, "levels": result.levels, "tasks": result.tasks}
            write_json(self.folder.path / EXAM, exam)
        self._record_exam(0, info["exam"])
        return observation

    def _continue(self, lesson: int) -> np.ndarray:
        assert self.folder is not None
        before = read_result(self.folder.path)
        self.result.lessons, self.result.exams = before.lessons, before.exams
        self.saved = lesson
        observation = self.env.load(self.folder.checkpoint)
        self.teacher.load_state_dict(load_state(self.folder.checkpoint, TEACHER))
        return observation

    def _record(
        self, lesson: int, action: Any, reward: float, info: dict[str, Any], looks: bool
    ) -> None:
        task = info["tasks"][0]
        line = {
            "lesson": lesson,
            "action": action,
            "topic": task.topic,
            "level": self.env.domain.level(task.difficulty),
            "score": info["score"],
            "reward": reward,
            "stats": info["stats"],
        }
        counted = getattr(self.teacher, "counters", None)
        if isinstance(counted, Mapping):
            line["teacher"] = counted
        if looks:
            line["looked"] = True
        if "exam" in info:
            line["exam"] = info["exam"]["mean"]
            self._record_exam(lesson, info["exam"])
        line = jsonable(line)
        self.result.lessons.append(line)
        if self.folder is not None:
            self.folder.append(LESSONS, line)

    def _record_exam(self, lesson: int, exam: dict[str, Any]) -> None:
        line = jsonable({"lesson": lesson, **exam})
        self.result.exams.append(line)
        if self.folder is not None:
            self.folder.append(EXAMS, line)

    def _checkpoint(self, lesson: int) -> None:
        """Save, if it is time and no update is half gathered."""
        if self.folder is None or self.every is None:
            return
        due = lesson // self.every > self.saved // self.every
        if (due and not self.env.gathering) or lesson == self.env.budget:
            self.folder.save_checkpoint(lesson, self._write_state)
            self.saved = lesson

    def _write_state(self, folder: Path) -> None:
        self.env.save(folder)
        save_state(self.teacher.state_dict(), folder, TEACHER)


def warn_unsaveable(student: Any, teacher: Any) -> None:
    """Say so if a run can't be saved, and therefore not resumed."""
    obstacle = unsaveable(student, teacher)
    if obstacle:
        message = f"the run will have no checkpoint and can't be resumed: {obstacle}"
        warnings.warn(message, RunWarning, stacklevel=4)


def unsaveable(student: Any, teacher: Any) -> str | None:
    """What stands in the way of checkpoints, None if nothing does."""
    for who, methods in ((student, ("save", "load")), (teacher, ("state_dict", "load_state_dict"))):
        missing = [method for method in methods if not hasattr(who, method)]
        if missing:
            return f"{type(who).__name__} has no {' and no '.join(missing)} method"
    return None
