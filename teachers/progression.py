"""Level by level, as a school would."""

from __future__ import annotations

from collections.abc import Sequence

import gymnasium as gym
import numpy as np

from ..core import checks
from .arm_teacher import ArmTeacher

TOPIC_ORDERS = ("round_robin", "uniform")


def next_level(
    level: int, levels: int, scores: np.ndarray, raise_at: float, lower_at: float
) -> int:
    """The level after a full window of scores.

    Args:
        level: The level the scores were won at, in 0..levels-1.
        levels: Number of levels.
        scores: Shape (window,), in [0, 1].
        raise_at: A mean of at least this goes one level up, to the highest at most.
        lower_at: A mean of at most this goes one level down, to the lowest at most.
    """
    mean = float(np.mean(scores))
    if mean >= raise_at:
        return min(level + 1, levels - 1)
    if mean <= lower_at:
        return max(level - 1, 0)
    return level


class Progression(ArmTeacher):
    """Raises a topic's level after a window of good scores and lowers it after one of bad scores.

    Each topic has a level of its own, `start_level` at first. Once the topic's last `window`
    lessons at that level have a mean of at least `raise_at` the level rises by one; at `lower_at`
    or less it falls by one; either way the window starts anew. Otherwise it slides. Lessons at
    another level than the topic's current one (proposed before it changed, or by somebody else) do
    not count.

    The rule is mastery learning as in adaptive learning systems: up at 0.8, down at 0.3. Its form
    here is this library's own.

    Expert knowledge: the scores that count as success and as failure, and a level to begin with.

    Args:
        action_space: A space with ordered levels: ``MultiDiscrete([topics, levels])``, ``Discrete``
            with `levels`, or ``Box`` with `bins`.
        seed: Seeds the teacher's own generator.
        raise_at: Mean score that raises the level, in [0, 1].
        lower_at: Mean score that lowers it, below `raise_at`.
        window: How many lessons the mean is over.
        start_level: Every topic's level at first, from 0.
        topics: "round_robin" takes the topics in turn, "uniform" draws one.
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    family = "progress"
    knowledge = ("raise_at", "lower_at", "start_level")
    needs_levels = True
    state_fields = ("level", "scores", "filled", "turn")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        raise_at: float = 0.8,
        lower_at: float = 0.3,
        window: int = 5,
        start_level: int = 0,
        topics: str = "round_robin",
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        self.raise_at = checks.share("raise_at", raise_at)
        self.lower_at = checks.share("lower_at", lower_at)
        if self.lower_at >= self.raise_at:
            raise ValueError(f"lower_at={lower_at!r} must be below raise_at={raise_at!r}")
        self.window = checks.whole("window", window)
        self.order = checks.choice("topics", topics, TOPIC_ORDERS)
        self.levels = self.arms.shape[-1]
        self.topics = self.arms.n // self.levels
        start = checks.whole("start_level", start_level, 0)
        if start >= self.levels:
            raise ValueError(
                f"start_level={start} must be below the number of levels, {self.levels}"
            )
        self.level = np.full(self.topics, start, dtype=np.int64)
        self.scores = np.zeros((self.topics, self.window))
        self.filled = np.zeros(self.topics, dtype=np.int64)
        self.turn = 0

    def choose(self) -> int:
        """The next topic's current level."""
        if self.order == "uniform":
            topic = int(self.rng.integers(self.topics))
        else:
            topic = self.turn
            self.turn = (self.turn + 1) % self.topics
        return topic * self.levels + int(self.level[topic])

    def learn(self, arm: int, score: float) -> None:
        """Move the topic's level once its window is full."""
        topic, level = divmod(arm, self.levels)
        if level != self.level[topic]:
            return
        self.scores[topic] = np.append(self.scores[topic, 1:], score)
        self.filled[topic] = min(self.filled[topic] + 1, self.window)
        if self.filled[topic] < self.window:
            return
        self.level[topic] = next_level(
            level, self.levels, self.scores[topic], self.raise_at, self.lower_at
        )
        if self.level[topic] != level:
            self.filled[topic] = 0
