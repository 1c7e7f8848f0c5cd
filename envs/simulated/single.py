"""One simulated student as a Gymnasium environment."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np

from ...core.cells import Cell, difficulty_of
from ...core.names import lookup
from ...core.state import jsonable, save_state
from ...core.streams import Streams
from ..base import FILE, FORMAT, read_episode
from ..documentation import with_options
from .batch import Info, StudentBatch


class SimulatedEnv(gym.Env[np.ndarray, Any]):
    """A batch with one student.

    Args:
        render_mode: Only None: there is nothing to look at.
        options: Arguments of the batch.

    Raises:
        ValueError: For an unknown argument.

    Attributes:
        batch: The law of this environment.
    """

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012
    batch_type: ClassVar[type[StudentBatch]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.__signature__ = with_options(cls, cls.batch_type)  # type: ignore[attr-defined]

    def __init__(self, *, render_mode: None = None, **options: Any) -> None:
        check_render_mode(render_mode)
        check_names(self.batch_type, options)
        self.batch = self.batch_type(1, **options)
        given = {n: p.default for n, p in _arguments(self.batch_type).items()} | options
        self._options = jsonable(given)
        self.action_space = self.batch.action_space
        self.observation_space = self.batch.observation_space
        self._streams = Streams("starts", "lessons")
        self._ready = self._begun = self._looks_next = False
        self._last: Any = None

    @property
    def action_facts(self) -> dict[str, Any]:
        """What the environment knows of its actions, see `TeachingEnv.action_facts`."""
        return self.batch.action_facts

    @property
    def budget(self) -> int:
        """Lessons in an episode."""
        return self.batch.budget

    @property
    def exam_every(self) -> int | None:
        """Lessons between exams; None where there is one after each lesson."""
        return getattr(self.batch, "exam_every", None)

    @property
    def student(self) -> Any:
        """The model of the student: a `Cohort` of one, or a `Landscape`."""
        return next(part for name, part in self.batch.parts.items() if name != "records")

    @property
    def topics(self) -> tuple[str, ...]:
        """Names of what is taught."""
        return self.batch.topics

    @property
    def levels(self) -> int:
        """Number of difficulty levels."""
        return self.batch.levels

    @property
    def cell(self) -> Cell:
        """What the last lesson was about."""
        topic, level = self.batch.cell(self._last)
        return Cell(topic, level, difficulty_of(level, self.levels))

    def mastery(self) -> np.ndarray:
        """How well the student knows each cell now, shape (topics, levels), in [0, 1]."""
        return self.batch.mastery()[0]

    def examine(self) -> dict[str, Any]:
        """Mean mastery now as ``exam``, for environments that do not tell it after each lesson."""
        return {"exam": float(self.mastery().mean())}

    def save(self, folder: str | Path) -> None:
        """Write the state of the episode to a folder.

        Raises:
            TypeError: If the student's model can't be saved.
        """
        self._check_ready()
        state = {
            "format": FORMAT,
            "settings": self._settings(),
            "streams": self._streams.state_dict(),
            "batch": self.batch.state_dict(),
            "ready": self._ready,
        }
        Path(folder).mkdir(parents=True, exist_ok=True)
        save_state(state, Path(folder), FILE)

    def load(self, folder: str | Path) -> np.ndarray:
        """Continue the episode that `save` wrote; what follows is what would have followed.

        In an environment from `gym.make`, call `reset` first: its wrappers insist on it.

        Returns:
            The observation.

        Raises:
            TypeError: If the student's model can't be loaded.
            ValueError: If the folder holds no episode, or one with other settings.
        """
        state = read_episode(Path(folder), self._settings())
        self._streams.load_state_dict(state["streams"])
        # The arrays of the students are made by drawing some.
        self.batch.reset(np.random.default_rng(0))
        self.batch.load_state_dict(state["batch"])
        self._ready, self._begun, self._looks_next = state["ready"], True, False
        return self.batch.observe()[0]

    def _settings(self) -> dict[str, Any]:
        spaces = {"actions": repr(self.action_space), "observations": repr(self.observation_space)}
        own = {"environment": type(self).__name__, "budget": self.budget}
        return {**self._options, **own, **spaces}

    def _check_ready(self) -> None:
        if not self._begun:
            raise gym.error.ResetNeeded("call reset before anything else: env.reset(seed=0)")

    def look_next(self, mask: bool = True) -> None:
        """Make the next step a look: the student answers and is scored, but learns nothing.

        All else is as ever: the lesson counts, and time passes. It holds for the next step alone,
        also if that is refused. This is for teachers that look at tasks before they teach them, see
        `teachgym.teachers.Teacher.only_looks`.

        Args:
            mask: False takes it back.
        """
        self._looks_next = bool(mask)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[np.ndarray, dict[str, Any]]:
        """Begin an episode with a new student.

        Args:
            seed: Fixes the episode; None continues with the generators of the last one.
            options: Not used.
        """
        super().reset(seed=seed, options=options)
        self._streams.reset(seed, self.np_random_seed)
        self._looks_next = False
        info = self.batch.reset(self._streams["starts"])
        self._ready = self._begun = True
        return self.batch.observe()[0], _of_one(info)

    def step(self, action: Any) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """Give one lesson.

        Raises:
            gymnasium.error.ResetNeeded: Before the first reset and after the end of an episode.
            TypeError: For an action that is no number of the right kind.
            ValueError: For an action of another shape, or outside the space.
        """
        looks, self._looks_next = np.array([self._looks_next]), False
        if not self._ready:
            raise gym.error.ResetNeeded("the episode has not begun or is over: call reset")
        action = np.asarray(action)
        if action.shape != self.action_space.shape:
            raise ValueError(
                f"an action of {self.action_space} has the shape {self.action_space.shape}, not "
                f"{action.shape}"
            )
        rewards, terminated, info = self.batch.step(action[None], self._streams["lessons"], looks)
        self._last, ended = action, bool(terminated[0])
        self._ready = not ended
        return self.batch.observe()[0], float(rewards[0]), ended, False, _of_one(info)


def check_render_mode(render_mode: None) -> None:
    """Refuse any mode.

    Raises:
        ValueError: If it is not None.
    """
    if render_mode is not None:
        raise ValueError(f"simulated students are not rendered: leave out {render_mode=}")


def check_names(batch_type: type[StudentBatch], options: Iterable[str]) -> None:
    """Refuse arguments that a batch does not have.

    Raises:
        ValueError: For an unknown one; the message names the nearest known ones.
    """
    known = _arguments(batch_type)
    for name in options:
        lookup("argument of the environment", name, known)


def _arguments(batch_type: type[StudentBatch]) -> dict[str, inspect.Parameter]:
    """What a batch takes beside its size."""
    known = dict(inspect.signature(batch_type).parameters)
    del known["size"]
    return known


def _of_one(info: Info) -> dict[str, Any]:
    """The only student's values, as Python's own numbers."""
    return {
        key: array[0].item()
        for key, array in info.items()
        if not key.startswith("_") and info[f"_{key}"][0]
    }
