"""DUMP: optimism about the advantages of data that was seen little."""

from __future__ import annotations

import math
from collections.abc import Sequence

import gymnasium as gym
import numpy as np

from ...core import checks
from .group_teacher import VarianceTeacher
from .groups import absolute_advantages
from .sampling import draw, softmax


def upper_bounds(learnability: np.ndarray, answers: np.ndarray) -> np.ndarray:
    """L + sqrt(2 ln(N + 1) / (n + 1)), shape (arms,) (Wang et al. 2025).

    Args:
        learnability: Shape (arms,): L, the recent mean absolute advantage, 0 for an arm without
            answers.
        answers: Shape (arms,): n, how many answers each arm has had; N is their sum.
    """
    return learnability + np.sqrt(2.0 * math.log(answers.sum() + 1.0) / (answers + 1.0))


class DUMP(VarianceTeacher):
    """Draws arms from a softmax of bounds on their mean absolute advantage (Wang et al. 2025).

    "DUMP: Automated Distribution-Level Curriculum Learning for RL-based LLM Post-training" (arXiv
    2504.09710) keeps for each distribution of prompts the mean L of its last 300 absolute
    advantages and the number n of all it has had, N altogether, and draws from

        softmax((L + sqrt(2 ln(N + 1) / (n + 1))) / tau)

    Here a distribution is an arm, a (topic, level) cell.

    It learns from the answers' scores; without them a lesson counts as one answer whose absolute
    advantage is 2 sqrt(p (1 - p)), p being the mean score of the arm's last 4 lessons.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box`` (with `bins`).
        seed: Seeds the teacher's own generator.
        temperature: The paper's tau, > 0.
        window: How many absolute advantages of each arm L is the mean of.
        levels: Number of ordered levels per topic, for a ``Discrete`` space; not needed.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    state_fields = (*VarianceTeacher.state_fields, "advantages", "answers", "learnability")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        temperature: float = 0.1,
        window: int = 300,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        self.temperature = checks.positive("temperature", temperature)
        # Rings: an arm's i-th absolute advantage is in column i modulo the window.
        self.advantages = np.zeros((self.arms.n, checks.whole("window", window)))
        self.answers = np.zeros(self.arms.n, dtype=np.int64)
        self.learnability = np.zeros(self.arms.n)

    def probabilities(self) -> np.ndarray:
        """The distribution that arms are drawn from, shape (arms,)."""
        return softmax(upper_bounds(self.learnability, self.answers), self.temperature)

    def choose(self) -> int:
        """Draw an arm."""
        return draw(self.probabilities(), self.rng)

    def learn(self, arm: int, score: float, groups: np.ndarray | None = None) -> None:
        """Add the lesson's absolute advantages to the arm's window."""
        new = absolute_advantages(score, groups)
        ring, seen = self.advantages[arm], int(self.answers[arm])
        window, end = len(ring), seen % len(ring) + len(new)
        if end <= window:
            ring[end - len(new) : end] = new
        else:
            places = (seen + np.arange(len(new))) % window
            ring[places[-window:]] = new[-window:]
        self.answers[arm] = seen + len(new)
        kept = ring[: seen + len(new)]
        self.learnability[arm] = np.add.reduce(kept) / len(kept)
