"""The one seam of every environment with a student who is taught lesson by lesson."""

from __future__ import annotations

import inspect
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np

from ..core.cells import Cell
from ..core.checks import at_least
from ..core.isolation import isolated_rng
from ..core.names import lookup
from ..core.state import load_state, save_state
from ..core.streams import Streams
from ..domains import Task
from ..rewards import Reward, checked
from ..students import Student, Study
from .documentation import complete
from .factories import StudentSource, check_student, resolve_reward, student_factory
from .grading import Exam, lesson_score, looked_at
from .observation import LessonRecord
from .teaching import TEACHING_REWARDS, Outcome, TeachingReward

FILE = "env"
"""What the environment's own file in a checkpoint is called, without its ending."""
FORMAT = 2
"""Of that file; 1 is teachgym 0.1.0 before random streams were separate."""


class TeachingEnv(gym.Env[np.ndarray, Any], ABC):
    """One student's life. A subclass says what a lesson is and what the teacher sees.

    The rest is here: the student, seeds, the budget, the exam and when it is sat, checked scores,
    the teaching reward, `info`, checkpoints, and lessons that a teacher only looks at. A subclass
    sets `action_space` and `observation_space`, and defines `lesson` and `observation`.

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
    and, whenever an exam was sat, `exam` (its mean score) and `exam_detail` (see `Exam.sit`).

    ## Starting State
    The untaught student, which sits the exam (`info["exam"]`). The same seed and actions repeat
    everything, text included. Models are loaded at the first reset.

    ## Episode End
    The episode terminates when the budget of lessons is spent. It is never truncated.

    Args:
        student: A name, or a factory that returns a student (see `student_factory`).
        reward: Scores the answers: a name or a callable.
        exam: Makes the exam when it is first needed.
        topics: Names of the topics of which scores are kept, at each level.
        levels: Number of levels.
        update: Name of a language model's learning rule; None is ``"grpo"``.
        update_options: Arguments of the learning rule.
        student_options: Arguments of a named student.
        budget: Lessons in an episode, at least 1.
        lessons_per_update: Lessons that share one weight update, at least 1.
        teaching_reward: What the teacher is paid.
        exam_every: Lessons between exams, at least 1; one is also sat at reset and at the end.
        render_mode: One of those in `metadata`, which a subclass with a `picture` names, or None.

    Raises:
        ValueError: For unknown names and values out of range.
        TypeError: For things of the wrong kind.

    Attributes:
        record: Scores and practice of each cell in this episode.
        cell: What the lesson is about; a subclass with cells sets it in `lesson`.
        looks: Whether the lesson that is being given is only looked at.
        tasks: What was asked in the lesson.
        rng: The tasks' generator.
        exam_result: What came of the last exam, see `Exam.sit`.
        last_lesson: One task of the last lesson and its answer, for rendering.
    """

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        complete(cls, next(base for base in cls.__mro__[1:] if issubclass(base, TeachingEnv)))

    def __init__(
        self,
        student: StudentSource,
        *,
        reward: str | Reward,
        exam: Callable[[], Exam],
        topics: Sequence[str] = ("all",),
        levels: int = 1,
        update: str | None = None,
        update_options: Mapping[str, Any] | None = None,
        student_options: Mapping[str, Any] | None = None,
        budget: int = 200,
        lessons_per_update: int = 1,
        teaching_reward: str | TeachingReward = "gain",
        exam_every: int = 10,
        render_mode: str | None = None,
    ) -> None:
        self._make_student = student_factory(
            student,
            update=update,
            update_options=update_options,
            student_options=student_options,
        )
        self.reward = resolve_reward(reward)
        self.budget = at_least("budget", budget, 1)
        self.lessons_per_update = at_least("lessons_per_update", lessons_per_update, 1)
        self.exam_every = at_least("exam_every", exam_every, 1)
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
        self._make_exam = exam
        self._exam: Exam | None = None
        self._student: Student | None = None
        self._streams = Streams("student", "tasks")
        self._looks_next = self.looks = False
        self.topics, self.levels = tuple(topics), levels
        self.exam_result: dict[str, Any] = {}
        self.last_lesson: dict[str, Any] | None = None
        self._gathered = 0
        self._begin(0, 0)

    @abstractmethod
    def lesson(self, action: Any) -> Study:
        """Give the lesson that an action names, usually by `ask`.

        Raises:
            ValueError: For an action outside the space; a lesson that is refused does not count.
        """

    @abstractmethod
    def observation(self) -> np.ndarray:
        """What the teacher sees now: an element of the observation space."""

    def picture(self, mode: str) -> Any:
        """What `render` shows in a mode: a string for ``"ansi"``, else a uint8 image."""
        raise NotImplementedError(f"{type(self).__name__} can't be rendered as {mode!r}")

    def settings(self) -> dict[str, Any]:
        """What must agree for a saved episode to be continued, JSON-able."""
        return {
            "budget": self.budget,
            "lessons_per_update": self.lessons_per_update,
            "exam_every": self.exam_every,
        }

    @property
    def action_facts(self) -> dict[str, Any]:
        """What the environment knows of its actions, by the names of the teachers' arguments.

        Such as ``levels``, ``bins``, ``topic_names`` and ``interval``; a teacher that is made by
        its name is told those that it takes and was not given.
        """
        return {}

    @property
    def exam(self) -> Exam:
        """The exam; `exam.tasks` are its tasks, the same in every episode."""
        if self._exam is None:
            self._exam = self._make_exam()
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

    @property
    def gathering(self) -> bool:
        """Whether the last lessons still wait for the weight update that they share."""
        return self._gathered > 0

    def look_next(self, mask: bool = True) -> None:
        """Make the next step a look: the student answers and is scored, but does not learn.

        It answers practice tasks as it does in an exam; a language model answers greedily, once.
        All else is as ever: the lesson counts against the budget and in the observation. It holds
        for the next step alone, also if that is refused. This is for teachers that look at tasks
        before they teach them, see `teachgym.teachers.Teacher.only_looks`.

        Lessons that share a weight update are those that are learned from: a look is none of them.
        If the budget ends with a look, what they have gathered by then is not learned.

        Args:
            mask: False takes it back.
        """
        self._looks_next = bool(mask)

    def ask(self, tasks: Sequence[Task]) -> Study:
        """Set the student tasks, which it answers and learns from, or only answers in a look.

        Its weights move in the last of the lessons that share an update. A lesson may ask several
        times; `tasks` are then those of the last time, and so is the study that it returns.
        """
        self.tasks = list(tasks)
        if self.looks:
            return looked_at(self.student, self.reward, self.tasks)
        self._asked = True
        options = {"update": self._updates()} if self.lessons_per_update > 1 else {}
        with isolated_rng():
            return self.student.study(self.tasks, checked(self.reward), **options)

    def _updates(self) -> bool:
        """Whether a lesson that is given now is the last of those that share an update."""
        last = self.record.lessons + 1 == self.budget
        return last or self._gathered + 1 == self.lessons_per_update

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Restore the untaught student, and have it sit the exam.

        Args:
            seed: Fixes the episode; None continues with the generators of the last one.
            options: Not used.

        Returns:
            The observation, and an `info` with the first `exam` and its `exam_detail`.
        """
        super().reset(seed=seed, options=options)
        self._streams.reset(seed, self.np_random_seed)
        student, tasks = (self._streams[part].integers(2**31) for part in ("student", "tasks"))
        self._begin(int(student), int(tasks))
        with isolated_rng():
            self.student.reset(seed=self._student_seed)
        info = self.examine()
        self._ready = True
        return self.observation(), info

    def step(self, action: Any) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """Give one lesson.

        Raises:
            gymnasium.error.ResetNeeded: Before the first reset and after the end of an episode.
            TypeError: For a student that misbehaves.
            ValueError: For an action outside the space, or a student or reward that misbehaves;
                a lesson that is refused does not count.
        """
        self.looks, self._looks_next = self._looks_next, False
        self._check_ready()
        if self.record.lessons >= self.budget:
            raise gym.error.ResetNeeded(
                f"the budget of {self.budget} lessons is spent; call reset to start anew"
            )
        self.tasks, self._asked = [], False
        study = self.lesson(action)
        score = lesson_score(study, len(self.tasks))
        if self._asked:
            self._gathered = 0 if self._updates() else self._gathered + 1
        topic, level = self.cell.topic, self.cell.level
        smoothed = self.record.smoothed(topic, level)
        self.record.add(topic, level, score)
        terminated = self.record.lessons == self.budget
        info: dict[str, Any] = {
            "score": score,
            "tasks": self.tasks,
            "completions": study.completions,
            "scores": np.array(study.scores, dtype=float),
            "stats": dict(study.stats),
        }
        previous, exam = self.exam_result["mean"], None
        if terminated or self.record.lessons % self.exam_every == 0:
            info |= self.examine()
            exam = info["exam"]
        self._remember(study, score)
        outcome = Outcome(self.cell, score, smoothed, exam, previous, study)
        reward = float(self._teaching_reward(outcome))
        if not math.isfinite(reward):
            raise ValueError(f"the teaching reward must be a finite number, not {reward}")
        return self.observation(), reward, terminated, False, info

    def examine(self) -> dict[str, Any]:
        """Have the student sit the exam now; it learns nothing.

        Returns:
            ``exam``, the mean score in [0, 1], and ``exam_detail``, see `Exam.sit`.
        """
        self.exam_result = self.exam.sit(self.student, self.reward)
        return {"exam": self.exam_result["mean"], "exam_detail": self.exam_result}

    def render(self) -> Any:
        """The classroom: a string for ``"ansi"``, a uint8 image for ``"rgb_array"``."""
        self._check_ready()
        if self.render_mode is None:
            gym.logger.warn("render needs a render_mode: pass render_mode='ansi' or 'rgb_array'")
            return None
        return self.picture(self.render_mode)

    def save(self, folder: str | Path) -> None:
        """Write the state of the episode to a folder, the student's files included.

        Raises:
            TypeError: If the student can't be saved.
        """
        self._check_ready()
        folder, student = Path(folder), self._student_with("save")
        folder.mkdir(parents=True, exist_ok=True)
        with isolated_rng():
            student.save(folder)
        state = {
            "format": FORMAT,
            "settings": self.settings(),
            "student_seed": self._student_seed,
            "streams": self._streams.state_dict(),
            "rng": self.rng.bit_generator.state,
            "record": self.record.state(),
            "exam_result": self.exam_result,
            "last_lesson": self.last_lesson,
            "gathered": self._gathered,
        }
        save_state(state, folder, FILE)

    def load(self, folder: str | Path) -> np.ndarray:
        """Continue the episode that `save` wrote; what follows is what would have followed.

        In an environment from `gym.make`, call `reset` first: its wrappers insist on it.

        Returns:
            The observation.

        Raises:
            TypeError: If the student can't be loaded.
            ValueError: If the folder holds no episode, or one with other settings.
        """
        folder = Path(folder)
        state = read_episode(folder, self.settings())
        student = self._student_with("load")
        self._ready = False
        self._begin(state["student_seed"], 0)
        with isolated_rng():
            student.reset(seed=self._student_seed)
            student.load(folder)
        self._streams.load_state_dict(state["streams"])
        self.rng.bit_generator.state = state["rng"]
        self.record.load(state["record"])
        self.exam_result = state["exam_result"]
        self.last_lesson = state["last_lesson"]
        self._gathered = state["gathered"]
        self._ready = True
        return self.observation()

    def _begin(self, student_seed: int, task_seed: int) -> None:
        """Set all that belongs to an episode to how it is before the first lesson."""
        self._student_seed = student_seed
        self.rng = np.random.default_rng(task_seed)
        self.record = LessonRecord(len(self.topics), self.levels)
        self.cell, self.tasks = Cell(0, 0, 0.0), list[Task]()
        self.exam_result, self.last_lesson, self._gathered = {}, None, 0
        self._ready = self._asked = self._looks_next = False

    def _remember(self, study: Study, score: float) -> None:
        """Keep one task of the lesson for rendering."""
        if self.tasks:
            self.last_lesson = {
                "topic": self.cell.topic,
                "level": self.cell.level,
                "prompt": self.tasks[0].prompt,
                "answer": self.tasks[0].answer,
                "completion": study.completions[0][0],
                "score": score,
            }

    def _student_with(self, method: str) -> Any:
        if not hasattr(self.student, method):
            raise TypeError(
                f"{type(self.student).__name__} has no {method}(folder), so an episode with it "
                "can't be saved or resumed; give it save(folder) and load(folder)"
            )
        return self.student

    def _check_ready(self) -> None:
        if not self._ready:
            raise gym.error.ResetNeeded("call reset before anything else: env.reset(seed=0)")


def read_episode(folder: Path, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Read the state of a saved episode.

    Args:
        folder: Where it is.
        settings: What must agree.

    Raises:
        ValueError: If the folder holds no episode, or one of another version or other settings.
    """
    if not (folder / f"{FILE}.json").is_file():
        raise ValueError(f"{str(folder)!r} holds no saved episode (no {FILE}.json)")
    state = load_state(folder, FILE)
    if state.get("format", 1) != FORMAT:
        raise ValueError(
            f"the episode in {str(folder)!r} was saved in format {state.get('format', 1)} (1 is "
            f"teachgym 0.1.0 before its random streams were separate), and this version continues "
            f"format {FORMAT} alone; begin anew"
        )
    differ = [
        f"{name} {state['settings'].get(name)!r} (here {value!r})"
        for name, value in settings.items()
        if state["settings"].get(name) != value
    ]
    if differ:
        raise ValueError(
            f"the episode in {str(folder)!r} was saved with other settings: {', '.join(differ)}; "
            "make the environment with the same ones"
        )
    return dict(state)


def _takes_update(student: Student) -> bool:
    parameters = inspect.signature(student.study).parameters
    return "update" in parameters or any(p.kind is p.VAR_KEYWORD for p in parameters.values())
