"""A bandit within the zone of what the student is ready for."""

from __future__ import annotations

from collections.abc import Sequence

import gymnasium as gym
import numpy as np

from ...core import checks
from ...core.prerequisites import check_prerequisites
from ..arm_teacher import DrawingTeacher, mix, normalise

ROUNDING = 1e-9
"""By how much a mean may miss what is asked of it."""


def recent_gain(scores: np.ndarray) -> float:
    """Mean of the newer half of the scores minus mean of the older one (Clement et al. 2015).

    Args:
        scores: Shape (n,), oldest first, in [0, 1]. With an odd n the older half has one more.

    Returns:
        A number in [-1, 1], 0 for fewer than two scores.
    """
    half = len(scores) // 2
    if half == 0:
        return 0.0
    older = len(scores) - half
    return float(scores[older:].sum() / half - scores[:older].sum() / older)


def zone(mastered: np.ndarray, prerequisites: np.ndarray) -> np.ndarray:
    """The levels that the student is ready for and has not mastered.

    A topic is open when every level of all its prerequisites is mastered, and a level of an open
    topic when all lower ones are.

    Args:
        mastered: Bool of shape (topics, levels).
        prerequisites: Bool of shape (topics, topics): [i, j] says that i comes before j.

    Returns:
        Bool of shape (topics, levels), all False only if everything is mastered.
    """
    missing = ~np.all(mastered, axis=1)
    is_open = ~(prerequisites & missing[:, None]).any(axis=0)
    ready = np.repeat(is_open[:, None], mastered.shape[1], axis=1)
    ready[:, 1:] &= np.logical_and.accumulate(mastered[:, :-1], axis=1)
    return ready & ~mastered


class ZPDES(DrawingTeacher):
    """Learning progress within the zone of proximal development (Clement et al. 2015).

    "Multi-Armed Bandits for Intelligent Tutoring Systems" (arXiv 1310.3174). An arm is a level of a
    topic, or a topic where the space has no levels. An arm is mastered once it has `window` scores
    whose mean is at least `mastered_at`. The zone holds what is not mastered itself while all lower
    levels of the topic are, and every level of the topic's prerequisites. After a lesson

        r <- mean of the newer half of the arm's last `window` scores - mean of the older half
        w <- max(decay w + gain r, 0), from 1

    and an arm of the zone is drawn with probability (1 - exploration) w / sum of w + exploration /
    n, the sum and n being over the zone. Mastered arms leave it; one that bad scores show to be
    forgotten comes back. When everything is mastered, all arms are the zone.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box`` (with `bins`).
        seed: Seeds the teacher's own generator.
        prerequisites: Expert knowledge: a table of shape (topics, topics), true at [i, j] if topic
            i comes before topic j, without circles. None: all topics are open.
        window: How many scores of an arm are kept, >= 2.
        mastered_at: Mean score of a mastered arm, in [0, 1].
        decay: The paper's beta, in [0, 1].
        gain: The paper's eta, > 0.
        exploration: The share of uniform choice within the zone, the paper's gamma, in [0, 1].
        levels: Number of ordered levels per topic, for a ``Discrete`` space; not needed.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    knowledge = ("prerequisites", "mastered_at")
    state_fields = ("weight", "scores", "filled", "mastered")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        prerequisites: np.ndarray | Sequence[Sequence[int]] | None = None,
        window: int = 6,
        mastered_at: float = 0.8,
        decay: float = 0.9,
        gain: float = 0.4,
        exploration: float = 0.2,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        self.levels = self.arms.shape[-1] if self.arms.ordered else 1
        topics = self.arms.n // self.levels
        self.prerequisites = (
            np.zeros((topics, topics), dtype=bool)
            if prerequisites is None
            else check_prerequisites(prerequisites, topics)
        )
        self.window = checks.whole("window", window, 2)
        self.mastered_at = checks.share("mastered_at", mastered_at)
        self.decay = checks.share("decay", decay)
        self.gain = checks.positive("gain", gain)
        self.exploration = checks.share("exploration", exploration)
        self.weight = np.ones(self.arms.n)
        self.scores = np.zeros((self.arms.n, self.window))
        self.filled = np.zeros(self.arms.n, dtype=np.int64)
        self.mastered = np.zeros(self.arms.n, dtype=bool)

    def zone(self) -> np.ndarray:
        """The arms that may be drawn, bool of shape (arms,)."""
        active = zone(self.mastered.reshape(-1, self.levels), self.prerequisites).ravel()
        return active if active.any() else ~active

    def probabilities(self) -> np.ndarray:
        """The distribution that arms are drawn from, shape (arms,)."""
        active = self.zone()
        chances = np.zeros(self.arms.n)
        chances[active] = mix(normalise(self.weight[active]), self.exploration)
        return chances

    def learn(self, arm: int, score: float) -> None:
        """Weigh the arm by its gain, and see whether it is mastered."""
        scores = self.scores[arm]
        scores[:-1] = scores[1:]
        scores[-1] = score
        filled = self.filled[arm] = min(self.filled[arm] + 1, self.window)
        reward = recent_gain(scores[-filled:])
        self.weight[arm] = max(self.decay * self.weight[arm] + self.gain * reward, 0.0)
        self.mastered[arm] = filled == self.window and scores.mean() >= self.mastered_at - ROUNDING
