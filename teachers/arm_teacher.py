"""What teachers that choose among arms share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import gymnasium as gym
import numpy as np

from ..core.spaces import arms, require_levels
from .checked import CheckedTeacher


class ArmTeacher(CheckedTeacher):
    """A teacher that chooses among the arms of a space, see `teachgym.core.spaces`.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box``.
        seed: Seeds the teacher's own generator.
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed)
        self.arms = arms(action_space, levels=levels, bins=bins)
        self.cells = self.arms.shape
        if self.needs_levels:
            require_levels(self.arms, action_space)

    @abstractmethod
    def choose(self) -> int:
        """Choose an arm."""

    @abstractmethod
    def learn(self, arm: int, score: float) -> None:
        """Learn from one lesson's score in [0, 1]."""

    def act(self, observation: Any = None) -> Any:
        """Choose an element of the action space."""
        return self.arms.action(self.choose(), self.rng)

    def observe(
        self,
        action: Any,
        score: float,
        *,
        observation: Any = None,
        reward: float | None = None,
        scores: Any = None,
    ) -> None:
        """Learn from a lesson: its action and its mean score in [0, 1]."""
        checked = self.check(action, score)
        self.learn(self.arms.arm(action), checked)


class DrawingTeacher(ArmTeacher):
    """A teacher that draws every arm from a distribution."""

    @abstractmethod
    def probabilities(self) -> np.ndarray:
        """The distribution that the next arm is drawn from, shape (arms,)."""

    def choose(self) -> int:
        """Draw an arm."""
        return draw(self.probabilities(), self.rng)


def draw(probabilities: np.ndarray, rng: np.random.Generator) -> int:
    """An index drawn with these probabilities of shape (n,); faster than `Generator.choice`.

    They need not add up to 1: they are taken in proportion.
    """
    bounds = np.cumsum(probabilities)
    index = int(bounds.searchsorted(rng.random() * bounds[-1], side="right"))
    return min(index, len(bounds) - 1)  # for a product that is rounded up to the last bound


def mix(probabilities: np.ndarray, exploration: float) -> np.ndarray:
    """A distribution mixed with the uniform one: (1 - e) p + e / n, shape (n,)."""
    if exploration == 0.0:
        return probabilities
    return (1.0 - exploration) * probabilities + exploration / len(probabilities)


def normalise(weights: np.ndarray) -> np.ndarray:
    """Probabilities proportional to non-negative weights, uniform if all are 0; shape (n,)."""
    total = weights.sum()
    return weights / total if total > 0 else np.full(len(weights), 1.0 / len(weights))
