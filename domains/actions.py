"""Action spaces: three ways of naming the next lesson."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, NamedTuple

import gymnasium as gym
import numpy as np

from .base import Domain


class Cell(NamedTuple):
    """What a lesson is about.

    Attributes:
        topic: Index into the domain's topics.
        level: Difficulty level, 0 the lowest.
        difficulty: In [0, 1].
    """

    topic: int
    level: int
    difficulty: float


class Actions(ABC):
    """Reads actions as cells of a domain.

    Attributes:
        space: The action space.
    """

    space: gym.Space

    def __init__(self, domain: Domain) -> None:
        self.domain = domain

    @abstractmethod
    def cell(self, action: Any) -> Cell:
        """The topic, level and difficulty that an action names.

        Raises:
            ValueError: For an action outside the space.
        """

    def _refuse(self, action: Any) -> ValueError:
        return ValueError(f"action {action!r} is not in the action space {self.space}")

    def _integers(self, action: Any, size: int) -> tuple[int, ...]:
        """The action as so many Python integers; booleans and fractions are refused."""
        array = np.asarray(action)
        if array.size != size or not np.issubdtype(array.dtype, np.integer):
            raise self._refuse(action)
        return tuple(int(value) for value in array.ravel())


class MultiDiscreteActions(Actions):
    """``MultiDiscrete([topics, levels])``: topic, then level."""

    def __init__(self, domain: Domain) -> None:
        super().__init__(domain)
        self.space = gym.spaces.MultiDiscrete([len(domain.topics), domain.levels])

    def cell(self, action: Any) -> Cell:
        """Two integers: topic and level."""
        topic, level = self._integers(action, 2)
        if not (0 <= topic < len(self.domain.topics) and 0 <= level < self.domain.levels):
            raise self._refuse(action)
        return Cell(topic, level, self.domain.difficulty(level))


class DiscreteActions(Actions):
    """``Discrete(topics · levels)``: ``topic · levels + level``."""

    def __init__(self, domain: Domain) -> None:
        super().__init__(domain)
        self.space = gym.spaces.Discrete(len(domain.topics) * domain.levels)

    def cell(self, action: Any) -> Cell:
        """One integer."""
        (index,) = self._integers(action, 1)
        if not 0 <= index < len(self.domain.topics) * self.domain.levels:
            raise self._refuse(action)
        topic, level = divmod(index, self.domain.levels)
        return Cell(topic, level, self.domain.difficulty(level))


class BoxActions(Actions):
    """``Box(0, 1, (2,))``: the topic as ``min(⌊x·topics⌋, topics - 1)``, then the difficulty."""

    def __init__(self, domain: Domain) -> None:
        super().__init__(domain)
        self.space = gym.spaces.Box(0.0, 1.0, (2,), np.float32)

    def cell(self, action: Any) -> Cell:
        """Two numbers in [0, 1]."""
        try:
            x, difficulty = (float(value) for value in np.asarray(action, dtype=float).ravel())
        except (TypeError, ValueError):
            raise self._refuse(action) from None
        if not (0.0 <= x <= 1.0 and 0.0 <= difficulty <= 1.0):
            raise self._refuse(action)
        topics = len(self.domain.topics)
        topic = min(int(x * topics), topics - 1)
        return Cell(topic, self.domain.level(difficulty), difficulty)


ACTIONS: dict[str, type[Actions]] = {
    "multidiscrete": MultiDiscreteActions,
    "discrete": DiscreteActions,
    "box": BoxActions,
}
