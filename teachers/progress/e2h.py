"""From easy to hard along a fixed schedule."""

from __future__ import annotations

import math
from collections.abc import Sequence

import gymnasium as gym
import numpy as np

from ...core import checks
from ..arm_teacher import ArmTeacher, draw, mix

SCHEDULES = ("cosine", "gaussian")


def cosine_schedule(progress: float, levels: int) -> np.ndarray:
    """From weights that fall with the level to weights that rise (Parashar et al. 2025, E2H-C).

    p_i = a (K - i) / Z + (1 - a) (i + 1) / Z with a = (1 + cos(pi t)) / 2, Z = K (K + 1) / 2.

    Args:
        progress: t, the share of the schedule that has passed, in [0, 1].
        levels: K, the number of levels.

    Returns:
        Probabilities of shape (levels,).
    """
    rising = np.arange(1, levels + 1) / (levels * (levels + 1) / 2)
    falling = 0.5 * (1.0 + math.cos(math.pi * progress))
    return falling * rising[::-1] + (1.0 - falling) * rising


def gaussian_schedule(progress: float, levels: int, exponent: float, width: float) -> np.ndarray:
    """A Gaussian over the levels whose mean moves up (Parashar et al. 2025, E2H-G).

    p_i is proportional to exp(-(i - mu)^2 / (2 width^2)) with mu = t^exponent (K - 1).

    Args:
        progress: t, the share of the schedule that has passed, in [0, 1].
        levels: K, the number of levels.
        exponent: Below 1 the mean is fast at first, above 1 slow.
        width: Standard deviation in levels.

    Returns:
        Probabilities of shape (levels,).
    """
    distance = np.arange(levels) - progress**exponent * (levels - 1)
    logits = -0.5 * (distance / width) ** 2
    weights = np.exp(logits - logits.max())  # one level stays in reach of a narrow Gaussian
    return weights / weights.sum()


class E2H(ArmTeacher):
    """Easy to hard: levels by a schedule over time, topics uniformly (Parashar et al. 2025).

    "Curriculum Reinforcement Learning from Easy to Hard Tasks Improves LLM Reasoning" (E2H
    Reasoner, arXiv 2506.06632). With K levels i = 0..K-1 and t lessons of T observed:

        cosine:    p_i = a (K - i) / Z + (1 - a) (i + 1) / Z,  a = (1 + cos(pi t / T)) / 2
        gaussian:  p_i ~ exp(-(i - mu)^2 / (2 width^2)),  mu = (t / T)^exponent (K - 1)

    Scores are not looked at. From lesson T on the schedule stays at its end.

    Args:
        action_space: A space with ordered levels: ``MultiDiscrete([topics, levels])``, ``Discrete``
            with `levels`, or ``Box`` with `bins`.
        seed: Seeds the teacher's own generator.
        schedule: "cosine" or "gaussian".
        lessons: T, how many lessons the schedule takes: mostly the budget.
        exponent: For "gaussian": > 0; below 1 easy levels are left sooner.
        width: For "gaussian": standard deviation in levels, > 0.
        exploration: Share of lessons drawn uniformly from all levels, in [0, 1].
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    needs_levels = True
    state_fields = ("taught",)

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        schedule: str = "gaussian",
        lessons: int = 1000,
        exponent: float = 0.5,
        width: float = 0.5,
        exploration: float = 0.0,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        self.schedule = checks.choice("schedule", schedule, SCHEDULES)
        self.lessons = checks.whole("lessons", lessons)
        self.exponent = checks.positive("exponent", exponent)
        self.width = checks.positive("width", width)
        self.exploration = checks.share("exploration", exploration)
        self.levels = self.arms.shape[-1]
        self.taught = 0

    def level_probabilities(self) -> np.ndarray:
        """The distribution of the next lesson's level, shape (levels,)."""
        progress = min(self.taught / self.lessons, 1.0)
        if self.schedule == "cosine":
            chosen = cosine_schedule(progress, self.levels)
        else:
            chosen = gaussian_schedule(progress, self.levels, self.exponent, self.width)
        return mix(chosen, self.exploration)

    def choose(self) -> int:
        """Draw a topic and a level."""
        topic = int(self.rng.integers(self.arms.n // self.levels))
        level = draw(self.level_probabilities(), self.rng)
        return topic * self.levels + level

    def learn(self, arm: int, score: float) -> None:
        """Let a lesson pass."""
        self.taught += 1
