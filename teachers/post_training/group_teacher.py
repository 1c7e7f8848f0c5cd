"""What teachers share that learn from the scores of single answers."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np

from ..arm_teacher import ArmTeacher
from .groups import as_groups


class GroupTeacher(ArmTeacher):
    """A teacher of arms whose `observe` takes the keyword `scores`, see `Teacher.takes_scores`."""

    takes_scores = True

    @abstractmethod
    def learn(self, arm: int, score: float, groups: np.ndarray | None = None) -> None:
        """Learn from one lesson: its mean score, and its groups as `as_groups` returns them."""

    def observe(
        self,
        action: Any,
        score: float,
        *,
        observation: Any = None,
        reward: float | None = None,
        scores: Any = None,
    ) -> None:
        """Learn from a lesson.

        Args:
            action: The lesson's action.
            score: Its mean score in [0, 1].
            observation: Not used.
            reward: Not used.
            scores: Shape (tasks, completions): the scores of all its answers in [0, 1], NaN where
                there is none. Without them the teacher makes do with the mean score.

        Raises:
            ValueError: For an action outside the space, or scores that are not in [0, 1].
        """
        checked = self.check(action, score)
        self.learn(self.arms.arm(action), checked, None if scores is None else as_groups(scores))
