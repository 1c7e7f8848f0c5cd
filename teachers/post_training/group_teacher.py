"""What teachers share that learn from the scores of single answers."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np

from ..arm_teacher import ArmTeacher
from .groups import as_groups

RECENT = 4
"""How many mean scores of an arm stand for a lesson whose answers' scores are not told."""


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
        groups = None if scores is None else as_groups(scores)
        arm = self.arms.arm(action)
        self.learn(arm, checked if groups is not None else self.stand_in(arm, checked), groups)

    def stand_in(self, arm: int, score: float) -> float:
        """The mean score to learn from where it is all that is known."""
        return score


class VarianceTeacher(GroupTeacher):
    """A teacher that learns from how much the scores of a lesson's answers vary.

    Without the scores variance is inferred from the mean p as that of right or wrong answers. A
    lesson of one answer, whose p is 0 or 1, would never seem to vary; so p is then the mean over
    the arm's last 4 lessons.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box`` (with `bins`).
        seed: Seeds the teacher's own generator.
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    state_fields: ClassVar[tuple[str, ...]] = ("recent", "heard")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        # Rings: an arm's i-th mean score is in column i modulo RECENT.
        self.recent = np.zeros((self.arms.n, RECENT))
        self.heard = np.zeros(self.arms.n, dtype=np.int64)

    def stand_in(self, arm: int, score: float) -> float:
        """The mean of the arm's last `RECENT` mean scores, this one among them."""
        self.recent[arm, self.heard[arm] % RECENT] = score
        self.heard[arm] += 1
        kept = min(int(self.heard[arm]), RECENT)
        return min(float(np.add.reduce(self.recent[arm])) / kept, 1.0)
