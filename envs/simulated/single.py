"""One simulated student as a Gymnasium environment."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np

from ...core.names import lookup
from ...core.streams import Streams
from .classroom import Classroom, Info


class ClassroomEnv(gym.Env[np.ndarray, Any]):
    """A classroom with one student.

    Args:
        render_mode: Only None: there is nothing to look at.
        options: Arguments of the classroom.

    Raises:
        ValueError: For an unknown argument.

    Attributes:
        classroom: The law of this environment.
    """

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012
    classroom_type: ClassVar[type[Classroom]]

    def __init__(self, *, render_mode: None = None, **options: Any) -> None:
        check_render_mode(render_mode)
        check_names(self.classroom_type, options)
        self.classroom = self.classroom_type(1, **options)
        self.action_space = self.classroom.action_space
        self.observation_space = self.classroom.observation_space
        self._streams = Streams("starts", "lessons")
        self._ready = False

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
        info = self.classroom.reset(self._streams["starts"])
        self._ready = True
        return self.classroom.observe()[0], _of_one(info)

    def step(self, action: Any) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """Give one lesson.

        Raises:
            gymnasium.error.ResetNeeded: Before the first reset and after the end of an episode.
            TypeError: For an action that is no number of the right kind.
            ValueError: For an action of another shape, or outside the space.
        """
        return self._lesson(action, None)

    def look(self, action: Any) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        """Give one lesson in which the student answers and is scored, but learns nothing.

        All else is as in `step`: the lesson counts, and time passes. This is for teachers that look
        at tasks before they teach them, see `teachgym.teachers.Teacher.only_looks`.

        Raises:
            gymnasium.error.ResetNeeded: As in `step`.
            TypeError: As in `step`.
            ValueError: As in `step`.
        """
        return self._lesson(action, np.ones(1, dtype=bool))

    def _lesson(
        self, action: Any, looks: np.ndarray | None
    ) -> tuple[np.ndarray, float, bool, bool, dict[str, Any]]:
        if not self._ready:
            raise gym.error.ResetNeeded("the episode has not begun or is over: call reset")
        action = np.asarray(action)
        if action.shape != self.action_space.shape:
            raise ValueError(
                f"an action of {self.action_space} has the shape {self.action_space.shape}, not "
                f"{action.shape}"
            )
        rewards, terminated, info = self.classroom.step(
            action[None], self._streams["lessons"], looks
        )
        ended = bool(terminated[0])
        self._ready = not ended
        return self.classroom.observe()[0], float(rewards[0]), ended, False, _of_one(info)


def check_render_mode(render_mode: None) -> None:
    """Refuse any mode.

    Raises:
        ValueError: If it is not None.
    """
    if render_mode is not None:
        raise ValueError(f"simulated students are not rendered: leave out {render_mode=}")


def check_names(classroom_type: type[Classroom], options: Iterable[str]) -> None:
    """Refuse arguments that a classroom does not have.

    Raises:
        ValueError: For an unknown one; the message names the nearest known ones.
    """
    known = dict(inspect.signature(classroom_type).parameters)
    del known["size"]
    for name in options:
        lookup("argument of the environment", name, known)


def _of_one(info: Info) -> dict[str, Any]:
    """The only student's values, as Python's own numbers."""
    return {
        key: array[0].item()
        for key, array in info.items()
        if not key.startswith("_") and info[f"_{key}"][0]
    }
