"""The environment in which a teacher meets a student."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np

from ..core.cells import ACTIONS, Cell
from ..core.checks import at_least
from ..core.isolation import isolated_rng
from ..core.names import lookup
from ..core.streams import Streams
from ..domains import Domain, Task
from ..rewards import Reward, checked
from ..students import Student, Study
from . import checkpoint, rendering
from .factories import (
    StudentSource,
    check_student,
    resolve_domain,
    resolve_reward,
    student_factory,
)
from .grading import Exam, lesson_score, looked_at
from .observation import LessonRecord, observation_space
from .teaching import TEACHING_REWARDS, Outcome, TeachingReward


class CurriculumEnv(gym.Env[np.ndarray, Any]):
    """One student's life: a teacher picks the lessons, and is paid by what the student learns.

    ## Description
    Each step is a lesson: the student answers `lesson_size` practice tasks of the topic and the
    difficulty that the action names, is scored, and learns. A fixed exam of held-out tasks, the
    same in every episode, shows what it has learned.

    ## Action Space
    | `action` | space | meaning |
    |---|---|---|
    | `"multidiscrete"` | `MultiDiscrete([topics, levels])` | topic, level |
    | `"discrete"` | `Discrete(topics * levels)` | `topic * levels + level` |
    | `"box"` | `Box(0, 1, (2,))` | topic `min(floor(x * topics), topics - 1)`; difficulty |

    ## Observation Space
    `Box(0, 1, (2 * topics * levels + 1,))`, float32. First the smoothed score of each (topic,
    level), by topic, then level (the cell's first score, then `s += 0.2 * (score - s)`; 0 while
    never practised), then each one's share of the lessons so far, then the share of the budget that
    is left. Text is in `info`.

    ## Rewards
    | `teaching_reward` | reward of a step |
    |---|---|
    | `"gain"` | change of the exam's mean score since the last exam, 0 where none was sat |
    | `"score"` | mean score of the lesson |
    | `"progress"` | `abs(score - smoothed score of the cell before)`, 0 at its first lesson |
    | a callable | what it returns for an `Outcome` |

    With `"gain"`, the return of an episode is exactly what the student learned: last exam - first.

    `info` holds `score` (mean score of the lesson, in [0, 1]), `tasks` (list of `Task`),
    `completions` (for each task, the student's answers), `scores` (of these answers, an array of
    shape (tasks, completions), NaN where the reward gave none), `stats` (numbers of the update)
    and, whenever an exam was sat, `exam` (see `Exam.sit`).

    ## Starting State
    The untaught student, which sits the exam (`info["exam"]`). The same seed and actions repeat
    everything, text included. Models are loaded at the first reset.

    ## Episode End
    The episode terminates when the budget of lessons is spent. It is never truncated.

    ## Arguments
    | argument | default | meaning |
    |---|---|---|
    | `domain` | | what is taught: a name or a `Domain` |
    | `student` | | a name, or a factory that returns a student (see `student_factory`) |
    | `update` | `None` | name of a language model's learning rule; `None` is `"grpo"` |
    | `update_options` | `None` | arguments of the learning rule |
    | `student_options` | `None` | arguments of a named student |
    | `reward` | `None` | scores the answers: a name or a callable; by default the domain's own |
    | `budget` | `200` | lessons in an episode |
    | `lesson_size` | `8` | tasks in a lesson |
    | `lessons_per_update` | `1` | lessons that share one weight update |
    | `action` | `"multidiscrete"` | kind of action space |
    | `teaching_reward` | `"gain"` | what the teacher is paid |
    | `exam_size` | `200` | tasks in the exam |
    | `exam_every` | `10` | lessons between exams; one is also sat at reset and at the end |
    | `exam_seed` | `0` | fixes the exam's tasks |
    | `render_mode` | `None` | `"ansi"` or `"rgb_array"` |

    Unknown names, values out of range and unfit objects raise ValueError or TypeError.

    ## References
    Portelas et al., "Teacher algorithms for curriculum learning of deep RL in continuously
    parameterized environments", 2019 (arXiv 1910.07224); Matiisen et al., "Teacher-student
    curriculum learning", 2017 (arXiv 1707.00183).

    ## Version History
    v0: initial version.
    """

    metadata: dict[str, Any] = {"render_modes": ["ansi", "rgb_array"], "render_fps": 4}  # noqa: RUF012

    def __init__(
        self,
        domain: str | Domain,
        student: StudentSource,
        *,
        update: str | None = None,
        update_options: Mapping[str, Any] | None = None,
        student_options: Mapping[str, Any] | None = None,
        reward: str | Reward | None = None,
        budget: int = 200,
        lesson_size: int = 8,
        lessons_per_update: int = 1,
        action: str = "multidiscrete",
        teaching_reward: str | TeachingReward = "gain",
        exam_size: int = 200,
        exam_every: int = 10,
        exam_seed: int = 0,
        render_mode: str | None = None,
    ) -> None:
        self.domain = resolve_domain(domain)
        self._make_student = student_factory(
            student,
            update=update,
            update_options=update_options,
            student_options=student_options,
        )
        self.reward = resolve_reward(self.domain.reward if reward is None else reward)
        self.budget = at_least("budget", budget, 1)
        self.lesson_size = at_least("lesson_size", lesson_size, 1)
        self.lessons_per_update = at_least("lessons_per_update", lessons_per_update, 1)
        self.exam_size = at_least("exam_size", exam_size, 1)
        self.exam_every = at_least("exam_every", exam_every, 1)
        self.exam_seed = at_least("exam_seed", exam_seed, 0)
        self._actions = lookup("action", action, ACTIONS)(self.domain)
        self.action_kind = action
        self.action_space = self._actions.space
        if isinstance(teaching_reward, str):
            teaching_reward = lookup("teaching_reward", teaching_reward, TEACHING_REWARDS)
        elif not callable(teaching_reward):
            raise TypeError(
                "teaching_reward must be a name or a callable that takes an Outcome, not "
                f"{teaching_reward!r}"
            )
        self._teaching_reward = teaching_reward
        if render_mode is not None:
            lookup("render_mode", render_mode, dict.fromkeys(self.metadata["render_modes"]))
        self.render_mode = render_mode
        shape = (len(self.domain.topics), self.domain.levels)
        self.observation_space = observation_space(*shape)
        self.record = LessonRecord(*shape)
        self.exam_result: dict[str, Any] = {}
        self.last_lesson: dict[str, Any] | None = None
        self._exam: Exam | None = None
        self._student: Student | None = None
        self._ready = False
        self._gathered = 0
        self._student_seed = 0
        self._streams = Streams("student", "tasks")
        self._task_rng = np.random.default_rng(0)

    @property
    def exam(self) -> Exam:
        """The exam; `exam.tasks` are its tasks, the same in every episode."""
        if self._exam is None:
            self._exam = Exam(self.domain, self.exam_size, self.exam_seed)
        return self._exam

    @property
    def student(self) -> Student:
        """The student, made when first asked for.

        Raises:
            TypeError: If the factory returns no student.
            ValueError: If lessons shall share updates, and the student can't.
        """
        if self._student is None:
            with isolated_rng():
                student = check_student(self._make_student())
            if self.lessons_per_update > 1 and not _takes_update(student):
                raise ValueError(
                    f"lessons_per_update={self.lessons_per_update} needs a student whose study "
                    f"takes the keyword 'update'; {type(student).__name__} lacks it: define "
                    "study(self, tasks, reward, *, update=True), or use lessons_per_update=1"
                )
            self._student = student
        return self._student

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Restore the untaught student, and have it sit the exam.

        Args:
            seed: Fixes the episode; None continues with the generators of the last one.
            options: Not used.

        Returns:
            The observation, and an `info` with the first `exam`.
        """
        super().reset(seed=seed, options=options)
        self._ready = False
        self._streams.reset(seed, self.np_random_seed)
        student, tasks = (self._streams[part].integers(2**31) for part in ("student", "tasks"))
        self._begin(int(student), int(tasks))
        self.exam_result = self.exam.sit(self.student, self.reward)
        self._ready = True
        return self.record.vector(self.budget), {"exam": self.exam_result}

    def step(self, action: Any) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """Give one lesson.

        Raises:
            gymnasium.error.ResetNeeded: Before the first reset and after the end of an episode.
            ValueError: For an action outside the space, or a student or reward that misbehaves;
                a lesson that is refused does not count.
        """
        return self._lesson(action, self._study)

    def look(self, action: Any) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """Give one lesson that the student does not learn from.

        It answers practice tasks as it does in an exam, and is scored; a language model answers
        greedily, once. All else is as in `step`: the lesson counts against the budget and in the
        observation. This is for teachers that look at tasks before they teach them, see
        `teachgym.teachers.Teacher.only_looks`.

        Lessons that share a weight update are those of `step`: a look is none of them. If the
        budget ends with a look, what they have gathered by then is not learned.

        Raises:
            gymnasium.error.ResetNeeded: As in `step`.
            ValueError: As in `step`.
            TypeError: For answers that are not strings.
        """
        return self._lesson(action, self._answer)

    @property
    def gathering(self) -> bool:
        """Whether the last lessons still wait for the weight update that they share."""
        return self._gathered > 0

    def _lesson(
        self, action: Any, give: Callable[[list[Task]], Study]
    ) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """Give one lesson; `give` has the student take it."""
        self._check_ready()
        if self.record.lessons >= self.budget:
            raise gym.error.ResetNeeded(
                f"the budget of {self.budget} lessons is spent; call reset to start anew"
            )
        cell = self._actions.cell(action)
        tasks = [
            self.domain.sample(cell.topic, cell.difficulty, self._task_rng)
            for _ in range(self.lesson_size)
        ]
        study = give(tasks)
        score = lesson_score(study, tasks)
        smoothed = self.record.smoothed(cell.topic, cell.level)
        self.record.add(cell.topic, cell.level, score)
        terminated = self.record.lessons == self.budget
        info: dict[str, Any] = {
            "score": score,
            "tasks": tasks,
            "completions": study.completions,
            "scores": np.array(study.scores, dtype=float),
            "stats": dict(study.stats),
        }
        previous, exam = self.exam_result["mean"], None
        if terminated or self.record.lessons % self.exam_every == 0:
            self.exam_result = info["exam"] = self.exam.sit(self.student, self.reward)
            exam = self.exam_result["mean"]
        self._remember(cell, tasks[0], study.completions[0][0], score)
        reward = float(self._teaching_reward(Outcome(cell, score, smoothed, exam, previous, study)))
        if not math.isfinite(reward):
            raise ValueError(f"the teaching reward must be a finite number, not {reward}")
        return self.record.vector(self.budget), reward, terminated, False, info

    def render(self) -> Any:
        """The classroom: a string for ``"ansi"``, a uint8 image for ``"rgb_array"``."""
        self._check_ready()
        if self.render_mode is None:
            gym.logger.warn("render needs a render_mode: pass render_mode='ansi' or 'rgb_array'")
            return None
        if self.render_mode == "ansi":
            return rendering.classroom(
                self.domain, self.record, self.budget, self.exam_result, self.last_lesson
            )
        return rendering.heat_map(self.record, self.exam_result, self.budget)

    def save(self, folder: str | Path) -> None:
        """Write the state of the episode to a folder, the student's files included.

        Raises:
            TypeError: If the student can't be saved.
        """
        self._check_ready()
        checkpoint.save(self, Path(folder))

    def load(self, folder: str | Path) -> np.ndarray:
        """Continue the episode that `save` wrote; what follows is what would have followed.

        In an environment from `gym.make`, call `reset` first: its wrappers insist on it.

        Returns:
            The observation.

        Raises:
            TypeError: If the student can't be loaded.
            ValueError: If the folder holds no episode, or one with other settings.
        """
        checkpoint.load(self, Path(folder))
        return self.record.vector(self.budget)

    def _begin(self, student_seed: int, task_seed: int) -> None:
        """Start an episode that has had no lesson."""
        self._student_seed = student_seed
        self._task_rng = np.random.default_rng(task_seed)
        self.record = LessonRecord(len(self.domain.topics), self.domain.levels)
        self.last_lesson = None
        self._gathered = 0
        with isolated_rng():
            self.student.reset(seed=student_seed)

    def _study(self, tasks: list[Task]) -> Study:
        """Have the student study; its weights move at the end of each group of lessons."""
        options: dict[str, Any] = {}
        gathered = self._gathered + 1
        ends = gathered == self.lessons_per_update or self.record.lessons + 1 == self.budget
        if self.lessons_per_update > 1:
            options["update"] = ends
        with isolated_rng():
            study = self.student.study(tasks, checked(self.reward), **options)
        self._gathered = 0 if ends else gathered
        return study

    def _answer(self, tasks: list[Task]) -> Study:
        """Have the student answer without learning."""
        return looked_at(self.student, self.reward, tasks)

    def _remember(self, cell: Cell, task: Task, completion: str, score: float) -> None:
        """Keep one task of the lesson for rendering."""
        self.last_lesson = {
            "topic": cell.topic,
            "level": cell.level,
            "prompt": task.prompt,
            "answer": task.answer,
            "completion": completion,
            "score": score,
        }

    def _check_ready(self) -> None:
        if not self._ready:
            raise gym.error.ResetNeeded("call reset before anything else: env.reset(seed=0)")


def _takes_update(student: Student) -> bool:
    parameters = inspect.signature(student.study).parameters
    return "update" in parameters or any(p.kind is p.VAR_KEYWORD for p in parameters.values())
