"""The law of an environment, for many students at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, NamedTuple

import gymnasium as gym
import numpy as np

from ...core.checks import at_least

Info = dict[str, np.ndarray]
"""Gymnasium's format for vectors: an array ``key`` and a bool mask ``_key``, students first."""


class Outcome(NamedTuple):
    """What one lesson for each student led to; no array is used again by the batch.

    Attributes:
        rewards: Shape (size,), float32.
        finished: Whether the student has nothing left to learn, bool of shape (size,), or None
            where no student ever has. The budget ends an episode too, without being told here.
        info: Arrays and masks, of shape (size,) each.
    """

    rewards: np.ndarray
    finished: np.ndarray | None
    info: Info


class StudentBatch(ABC):
    """Students side by side, each in an episode of its own, and a teacher who sees what they show.

    One class serves the single environment (``size=1``) and the vector environment: both follow
    the same law. All randomness comes from the generators that `reset` and `step` are given.

    Args:
        size: Number of students, at least 1.
        budget: Lessons in an episode, at least 1.
        action_space: Of one student.
        observation_space: Of one student, a float32 `Box`.

    Attributes:
        lessons: Lessons taught so far in each student's episode, int32 of shape (size,).
        looks: Who only looks in the lesson that is being given: answers and is scored, but does not
            learn. A bool mask of shape (size,); None is nobody.
    """

    def __init__(
        self,
        size: int,
        budget: int,
        action_space: gym.Space,
        observation_space: gym.spaces.Box,
    ) -> None:
        self.size, self.budget = at_least("num_envs", size, 1), at_least("budget", budget, 1)
        self.action_space, self.observation_space = action_space, observation_space
        self.lessons = np.zeros(self.size, dtype=np.int32)
        self.looks: np.ndarray | None = None

    kept: ClassVar[tuple[str, ...]] = ()
    """Names of further arrays that change, with the students first."""
    topics: tuple[str, ...]
    """Names of what is taught."""
    levels: int = 1
    """Number of difficulty levels."""

    @property
    @abstractmethod
    def parts(self) -> dict[str, Any]:
        """What else changes: objects with `state_dict` and `load_state_dict`, by name."""

    @abstractmethod
    def mastery(self) -> np.ndarray:
        """How well each cell is known, shape (size, topics, levels), in [0, 1]."""

    def cell(self, action: Any) -> tuple[int, int]:
        """The topic and the level that one student's action names; by default it is the topic."""
        return int(action), 0

    def state_dict(self) -> dict[str, Any]:
        """All that changes, as arrays in nested mappings.

        Raises:
            TypeError: If the students' model can't be saved.
        """
        return {
            "lessons": self.lessons.copy(),
            **{name: getattr(self, name).copy() for name in self.kept},
            **{name: part.state_dict() for name, part in self.parts.items()},
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from what `state_dict` returned."""
        for name in ("lessons", *self.kept):
            setattr(self, name, np.array(state[name]))
        for name, part in self.parts.items():
            part.load_state_dict(state[name])

    @property
    def action_facts(self) -> dict[str, Any]:
        """What is known of the actions, by the names of the teachers' arguments."""
        space = self.action_space
        arms = isinstance(space, gym.spaces.Discrete) and space.n == len(self.topics)
        return {"topic_names": self.topics} if arms else {}

    def reset(self, rng: np.random.Generator, students: np.ndarray | None = None) -> Info:
        """Replace students by new, untaught ones.

        Args:
            rng: The new students are drawn from it.
            students: Bool mask of shape (size,); None, or a mask without a gap, replaces all.

        Returns:
            The new students' info.
        """
        mask = np.ones(self.size, dtype=bool) if students is None else students.copy()
        if mask.all():
            students = None
        self.lessons[mask] = 0
        return self._begin(rng, students, mask)

    def step(
        self, actions: Any, rng: np.random.Generator, looks: Any = None
    ) -> tuple[np.ndarray, np.ndarray, Info]:
        """Give each student a lesson.

        Args:
            actions: One action per student, shape ``(size, *action_space.shape)``.
            rng: Answers and learning are drawn from it.
            looks: Who answers and is scored, but does not learn: bools of shape (size,). None is
                nobody. All else goes on for them as well: the lesson counts, and time passes.

        Returns:
            Rewards (float32), whether the episode has ended (bool), both of shape (size,), and the
            info.

        Raises:
            TypeError: For actions that are no numbers of the right kind, or looks that are no
                bools; and if some look and others learn where the students' model can't do that.
            ValueError: For actions or looks of another shape, or actions outside the action space.
                No student has had a lesson then.
        """
        actions = checked_actions(self.action_space, actions, self.size)
        self.looks = checked_looks(looks, self.size)
        self.lessons += 1
        rewards, finished, info = self._teach(actions, rng)
        terminated = self.lessons >= self.budget
        if finished is not None:
            terminated |= finished
        return rewards, terminated, info

    @abstractmethod
    def observe(self) -> np.ndarray:
        """What the teacher sees now: a new float32 array of shape (size, observation)."""

    @abstractmethod
    def _begin(
        self, rng: np.random.Generator, students: np.ndarray | None, mask: np.ndarray
    ) -> Info:
        """Replace students; their `lessons` are 0 already.

        Args:
            rng: The new students are drawn from it.
            students: Bool mask of shape (size,), None for all.
            mask: The same, but always a mask, which may be kept.
        """

    @abstractmethod
    def _teach(self, actions: np.ndarray, rng: np.random.Generator) -> Outcome:
        """Give the lessons; the actions are checked, and `lessons` counts these lessons already.

        Who is in `looks` learns nothing.

        Args:
            actions: As `checked_actions` returns them.
            rng: Answers and learning are drawn from it.
        """


def checked_actions(space: gym.Space, actions: Any, size: int) -> np.ndarray:
    """The actions as an array, intp for discrete spaces and float64 for a `Box`.

    Args:
        space: `Discrete`, `MultiDiscrete` or `Box`, of one student.
        actions: Array-like of shape ``(size, *space.shape)``.
        size: Number of students.

    Raises:
        TypeError: For another kind of number than the space's.
        ValueError: For another shape, or an action outside the space.
    """
    array = np.asarray(actions)
    shape = (size, *(space.shape or ()))
    if array.shape != shape:
        raise ValueError(
            f"actions must have shape {shape}, one of {space} for each student, not {array.shape}"
        )
    if isinstance(space, gym.spaces.Box):
        if array.dtype.kind not in "fiu":
            raise TypeError(f"actions of {space} must be numbers, not of dtype {array.dtype}")
        # Written so that NaN is outside.
        inside = (array >= space.low) & (array <= space.high)
        result = array.astype(np.float64)
    else:
        if array.dtype.kind not in "iu":
            raise TypeError(f"actions of {space} must be integers, not of dtype {array.dtype}")
        counts = space.nvec if isinstance(space, gym.spaces.MultiDiscrete) else space.n  # type: ignore[attr-defined]
        inside = (array >= 0) & (array < counts)
        result = array.astype(np.intp)
    if not inside.all():
        student = int(np.flatnonzero(~inside.reshape(size, -1).all(axis=1))[0])
        raise ValueError(f"action {array[student]} of student {student} is not in {space}")
    return result


def checked_looks(looks: Any, size: int) -> np.ndarray | None:
    """The mask of those who only look, None if nobody does.

    Raises:
        TypeError: If it does not hold bools.
        ValueError: If it has another shape than (size,).
    """
    if looks is None:
        return None
    mask = np.asarray(looks)
    if mask.dtype != np.bool_:
        raise TypeError(f"looks must hold bools, one a student, not {mask.dtype}")
    if mask.shape != (size,):
        raise ValueError(f"looks must have shape ({size},), one a student, not {mask.shape}")
    return mask if mask.any() else None


def everyone(size: int, **values: np.ndarray) -> Info:
    """An info that tells each value of all students."""
    info: Info = {}
    for key, array in values.items():
        info[key], info[f"_{key}"] = array, np.ones(size, dtype=bool)
    return info


def only(info: Info, students: np.ndarray) -> Info:
    """The part of an info that is about some students; what then is about nobody is left out.

    Args:
        info: Arrays and masks.
        students: Bool mask of shape (size,).

    Returns:
        New arrays, zero where the mask is False.
    """
    part: Info = {}
    for key, array in info.items():
        if not key.startswith("_"):
            mask = info[f"_{key}"] & students
            if mask.any():
                part[key] = np.where(mask, array, array.dtype.type())
                part[f"_{key}"] = mask
    return part


def merged(first: Info, second: Info) -> Info:
    """Both infos; where both tell something of a student, the second counts."""
    both = dict(first)
    for key, array in second.items():
        if key.startswith("_"):
            continue
        mask = second[f"_{key}"]
        if key in first:
            array, mask = np.where(mask, array, first[key]), mask | first[f"_{key}"]
        both[key], both[f"_{key}"] = array, mask
    return both
