"""The teacher that every other one is compared with."""

from __future__ import annotations

from typing import Any

import gymnasium as gym

from ..core.spaces import Cells, Cube
from .checked import CheckedTeacher


class Uniform(CheckedTeacher):
    """Draws every lesson uniformly from the action space and learns nothing.

    This library's own: the baseline of every comparison.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box``.
        seed: Seeds the teacher's own generator.
    """

    family = "baseline"

    def __init__(self, action_space: gym.Space, *, seed: int | None = None) -> None:
        super().__init__(action_space, seed=seed)
        box = isinstance(action_space, gym.spaces.Box)
        self._space = Cube(action_space) if box else Cells(action_space)

    def act(self, observation: Any = None) -> Any:
        """Draw an element of the action space."""
        if isinstance(self._space, Cube):
            return self._space.action(self.rng.random(self._space.dimensions))
        return self._space.action(int(self.rng.integers(self._space.n)))

    def observe(
        self,
        action: Any,
        score: float,
        *,
        observation: Any = None,
        reward: float | None = None,
        scores: Any = None,
    ) -> None:
        """Check the lesson, and forget it."""
        self.check(action, score)
