"""SEC: a bandit on the advantages that each arm's answers have."""

from __future__ import annotations

from collections.abc import Sequence

import gymnasium as gym
import numpy as np

from ...core import checks
from .group_teacher import VarianceTeacher
from .groups import mean_absolute_advantage
from .sampling import draw, softmax


def update(values: np.ndarray, rewards: np.ndarray, learning_rate: float) -> np.ndarray:
    """Q <- (1 - alpha) Q + alpha r for every arm, shape (arms,) (Chen et al. 2025).

    Args:
        values: Shape (arms,): Q.
        rewards: Shape (arms,): mean absolute advantage of the arm's answers in the batch, 0 for
            arms that are absent from it.
        learning_rate: The paper's alpha, in (0, 1].
    """
    return (1.0 - learning_rate) * values + learning_rate * rewards


class SEC(VarianceTeacher):
    """Draws arms from a softmax of their recent mean absolute advantage (Chen et al. 2025).

    "Self-Evolving Curriculum for LLM Reasoning" (arXiv 2505.14970) takes a category of problems for
    an arm, pays it with the mean absolute advantage r of its answers, and draws from
    softmax(Q / tau) with

        Q <- (1 - alpha) Q + alpha r

    after each batch, Q = 0 at first. Arms that are absent from the batch have r = 0. Here an arm is
    a (topic, level) cell, and a batch is made of `batch` lessons; an arm with several of them is
    paid the mean of its lessons.

    It learns from the answers' scores; without them absolute advantage is 2 sqrt(p (1 - p)), p
    being the mean score of the arm's last 4 lessons.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box`` (with `bins`).
        seed: Seeds the teacher's own generator.
        learning_rate: The paper's alpha, in (0, 1].
        temperature: The paper's tau, > 0; it takes 0.2 to 0.4 for hard problems.
        batch: Lessons in a batch.
        levels: Number of ordered levels per topic, for a ``Discrete`` space; not needed.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    state_fields = (*VarianceTeacher.state_fields, "values", "totals", "lessons")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        learning_rate: float = 0.5,
        temperature: float = 1.0,
        batch: int = 8,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        self.learning_rate = checks.rate("learning_rate", learning_rate)
        self.temperature = checks.positive("temperature", temperature)
        self.batch = checks.whole("batch", batch)
        self.values = np.zeros(self.arms.n)
        self.totals = np.zeros(self.arms.n)
        self.lessons = np.zeros(self.arms.n, dtype=np.int64)

    def probabilities(self) -> np.ndarray:
        """The distribution that arms are drawn from, shape (arms,)."""
        return softmax(self.values, self.temperature)

    def choose(self) -> int:
        """Draw an arm."""
        return draw(self.probabilities(), self.rng)

    def learn(self, arm: int, score: float, groups: np.ndarray | None = None) -> None:
        """Add the lesson to the batch, and learn from the batch when it is full."""
        self.totals[arm] += mean_absolute_advantage(score, groups)
        self.lessons[arm] += 1
        if self.lessons.sum() < self.batch:
            return
        rewards = self.totals / np.maximum(self.lessons, 1)
        self.values = update(self.values, rewards, self.learning_rate)
        self.totals[:] = 0.0
        self.lessons[:] = 0
