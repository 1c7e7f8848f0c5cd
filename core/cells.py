"""Cells of a curriculum, a topic at a level, and three ways of naming them by an action."""

from __future__ import annotations

from collections.abc import Callable, Sized
from functools import partial
from typing import Any, NamedTuple, Protocol

import gymnasium as gym
import numpy as np

from .spaces import arms


class Cell(NamedTuple):
    """What a lesson is about.

    Attributes:
        topic: Index into the topics.
        level: Difficulty level, 0 the lowest.
        difficulty: In [0, 1].
    """

    topic: int
    level: int
    difficulty: float


class Graded(Protocol):
    """Whatever has topics and levels, such as a domain."""

    @property
    def topics(self) -> Sized:
        """The topics."""

    @property
    def levels(self) -> int:
        """Number of difficulty levels."""


def difficulty_of(level: int, levels: int) -> float:
    """The difficulty of a level, 0 for the lowest and 1 for the highest."""
    return level / (levels - 1) if levels > 1 else 0.0


CELL_SPACES: dict[str, Callable[[int, int], gym.Space]] = {
    "multidiscrete": lambda topics, levels: gym.spaces.MultiDiscrete([topics, levels]),
    "discrete": lambda topics, levels: gym.spaces.Discrete(topics * levels),
    "box": lambda topics, levels: gym.spaces.Box(0.0, 1.0, (2,), np.float32),
}
"""Action spaces that name a cell, made from the numbers of topics and levels: (topic, level);
``topic · levels + level``; ``min(⌊x · topics⌋, topics - 1)`` as the topic, then the difficulty."""


class Actions:
    """Reads actions as cells.

    Args:
        kind: A name in `CELL_SPACES`.
        graded: Whose topics and levels they are.

    Attributes:
        space: The action space.
    """

    def __init__(self, kind: str, graded: Graded) -> None:
        self.kind = kind
        self._shape = (len(graded.topics), graded.levels)
        self.space = CELL_SPACES[kind](*self._shape)
        box = isinstance(self.space, gym.spaces.Box)
        self._arms = arms(self.space, levels=graded.levels, bins=self._shape if box else None)
        sizes = np.atleast_1d(getattr(self.space, "nvec", getattr(self.space, "n", 0)))
        self._highest = self.space.high if isinstance(self.space, gym.spaces.Box) else sizes - 1

    def facts(self) -> dict[str, Any]:
        """What a teacher has to be told of the space, as it does not show it."""
        if self.kind == "discrete":
            return {"levels": self._shape[1]}
        return {"bins": self._shape} if self.kind == "box" else {}

    def cell(self, action: Any) -> Cell:
        """The topic, level and difficulty that an action names.

        Raises:
            ValueError: For an action outside the space; booleans and fractions are no integers.
        """
        values = self._values(action)
        arm = self._arms.arm(values if self.kind != "discrete" else values[0])
        topic, level = divmod(arm, self._shape[1])
        if self.kind == "box":
            return Cell(topic, level, float(values[1]))
        return Cell(topic, level, difficulty_of(level, self._shape[1]))

    def _values(self, action: Any) -> np.ndarray:
        """The action as one row of numbers of the space's kind, each within its bounds."""
        try:
            box = self.kind == "box"
            values = np.asarray(action, dtype=float if box else None).ravel()
            if box or np.issubdtype(values.dtype, np.integer):
                inside = (values >= 0) & (values <= self._highest)
                if values.shape == self._highest.shape and inside.all():
                    return values
        except (TypeError, ValueError):  # no numbers, or of a shape that can't be compared
            pass
        raise ValueError(f"action {action!r} is not in the action space {self.space}")


ACTIONS: dict[str, Callable[[Graded], Actions]] = {
    kind: partial(Actions, kind) for kind in CELL_SPACES
}
"""What reads the actions of each kind of space."""
