"""A window of difficulties that moves up as the student masters the hardest of them."""

from __future__ import annotations

from collections.abc import Sequence

import gymnasium as gym
import numpy as np

from ...core import checks
from ..arm_teacher import ArmTeacher

ROUNDING = 1e-9
"""By how much a mean may miss what is asked of it."""


def window_distribution(highest: np.ndarray, levels: int, width: int) -> np.ndarray:
    """Topics alike, and within a topic the levels max(h - width + 1, 0)..h alike.

    Args:
        highest: Shape (topics,): h, each topic's highest level so far.
        levels: Number of levels.
        width: How many levels the window holds.

    Returns:
        Probabilities of shape (topics, levels).
    """
    level = np.arange(levels)
    inside = (level <= highest[:, None]) & (level > highest[:, None] - width)
    return inside / inside.sum(axis=1, keepdims=True) / len(highest)


class RLVE(ArmTeacher):
    """Adapts each topic's window of levels to the student (Zeng et al. 2025).

    "RLVE: Scaling Up Reinforcement Learning for Language Models with Adaptive Verifiable
    Environments" (arXiv 2511.07317): each topic has a window [l, h] of levels, a lesson draws a
    topic and one of its levels uniformly, and scores at level h are counted. After `lessons` of
    them

        h <- h + 1  if their mean is at least raise_at

    up to the highest level, with l = max(h - width + 1, 0), and the count starts anew either way.
    The window never moves down. Lessons at another level than h do not count.

    Args:
        action_space: A space with ordered levels: ``MultiDiscrete([topics, levels])``, ``Discrete``
            with `levels`, or ``Box`` with `bins`.
        seed: Seeds the teacher's own generator.
        raise_at: Mean score at the highest level that moves the window up, in [0, 1].
        lessons: How many lessons at the highest level the mean is over.
        width: How many levels the window holds.
        start_level: Expert knowledge: every topic's h at first, from 0.
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    knowledge = ("raise_at", "start_level")
    needs_levels = True
    state_fields = ("highest", "total", "count")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        raise_at: float = 0.9,
        lessons: int = 8,
        width: int = 4,
        start_level: int = 0,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        self.raise_at = checks.share("raise_at", raise_at)
        self.lessons = checks.whole("lessons", lessons)
        self.width = checks.whole("width", width)
        self.levels = self.arms.shape[-1]
        start = checks.whole("start_level", start_level, 0)
        if start >= self.levels:
            raise ValueError(
                f"start_level={start} must be below the number of levels, {self.levels}"
            )
        topics = self.arms.n // self.levels
        self.highest = np.full(topics, start, dtype=np.int64)
        self.total = np.zeros(topics)
        self.count = np.zeros(topics, dtype=np.int64)

    def probabilities(self) -> np.ndarray:
        """The distribution that arms are drawn from, shape (arms,)."""
        return window_distribution(self.highest, self.levels, self.width).ravel()

    def choose(self) -> int:
        """Draw a topic, and a level of its window."""
        topic = int(self.rng.integers(len(self.highest)))
        highest = int(self.highest[topic])
        level = int(self.rng.integers(max(highest - self.width + 1, 0), highest + 1))
        return topic * self.levels + level

    def learn(self, arm: int, score: float) -> None:
        """Count a score at the topic's highest level, and move the window if there are enough."""
        topic, level = divmod(arm, self.levels)
        if level != self.highest[topic]:
            return
        self.total[topic] += score
        self.count[topic] += 1
        if self.count[topic] < self.lessons:
            return
        if self.total[topic] / self.count[topic] >= self.raise_at - ROUNDING:
            self.highest[topic] = min(level + 1, self.levels - 1)
        self.total[topic], self.count[topic] = 0.0, 0
