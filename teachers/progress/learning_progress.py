"""Learning progress as the gap between a fast and a slow mean of the scores."""

from __future__ import annotations

import math
from collections.abc import Sequence

import gymnasium as gym
import numpy as np

from ...core import checks
from ..arm_teacher import DrawingTeacher, mix


def follow(fast: float, slow: float, score: float, rate: float) -> tuple[float, float]:
    """Both means after a score: the fast one follows the score, the slow one the fast one."""
    fast += rate * (score - fast)
    return fast, slow + rate * (fast - slow)


def reweight(p: np.ndarray, theta: float) -> np.ndarray:
    """Spread small probabilities out: f(p) = p (1 - theta) / (p + theta (1 - 2p)).

    0 and 1 stay, theta becomes one half (Kanitscheider et al. 2021).

    Args:
        p: Of any shape, in [0, 1].
        theta: In (0, 1).
    """
    return p * (1.0 - theta) / (p + theta * (1.0 - 2.0 * p))


def distribution(progress: np.ndarray, active: np.ndarray) -> np.ndarray:
    """Sigmoid of the z-scores of progress, normalised, over the active arms alone.

    Args:
        progress: Shape (arms,), >= 0.
        active: Bool of shape (arms,); if no arm is active, all are taken to be.

    Returns:
        Probabilities of shape (arms,).
    """
    if not active.any():
        active = np.ones_like(active)
    chosen = progress[active]
    deviation = chosen - chosen.sum() / len(chosen)
    spread = math.sqrt(deviation @ deviation / len(chosen))
    # The mean of equal numbers may miss them by rounding; this is no spread.
    z = deviation / spread if spread > 1e-15 else np.zeros(len(chosen))
    weights = np.zeros(len(progress))
    weights[active] = 1.0 / (1.0 + np.exp(-z))
    return weights / weights.sum()


class LearningProgress(DrawingTeacher):
    """Draws arms by the gap between a fast and a slow mean of their scores.

    The curriculum of "Multi-task curriculum learning in a complex, visual, hard-exploration domain:
    Minecraft" (Kanitscheider et al. 2021, arXiv 2106.14876), as in the library Syllabus:

        p        = max(score - baseline, 0) / (1 - baseline)
        fast     <- fast + rate (p - fast)
        slow     <- slow + rate (fast - slow)
        progress = ``|f(fast) - f(slow)|``,  f(p) = p (1 - theta) / (p + theta (1 - 2p))

    An arm is active if its progress or its mean score is above 0. The progress of the active arms
    is z-scored, put through a sigmoid and normalised; the others have probability 0, and if none is
    active, all are drawn alike.

    Syllabus has every task evaluated now and then. A teacher that sees the scores of its own
    lessons alone tries every arm once at first, and draws a share of its lessons, `exploration`,
    from all of them. An arm's first score sets both means.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box`` (with `bins`).
        seed: Seeds the teacher's own generator.
        rate: Rate of both means, in (0, 1]; at 1 they never differ.
        theta: Where f is one half, in (0, 1).
        exploration: Share of lessons drawn uniformly from all arms, in [0, 1].
        baseline: Expert knowledge: the score of a student who only guesses, in [0, 1).
        levels: Number of ordered levels per topic, for a ``Discrete`` space; not needed.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    knowledge = ("baseline",)
    state_fields = ("fast", "slow")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        rate: float = 0.1,
        theta: float = 0.1,
        exploration: float = 0.1,
        baseline: float = 0.0,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        self.rate = checks.rate("rate", rate)
        self.theta = checks.share("theta", theta)
        if self.theta in (0.0, 1.0):
            raise ValueError(f"theta must be a number in (0, 1), not {theta!r}")
        self.exploration = checks.share("exploration", exploration)
        self.baseline = checks.share("baseline", baseline)
        if self.baseline == 1.0:
            raise ValueError("baseline must be below 1, so that there is something to learn")
        self.fast = np.full(self.arms.n, np.nan)
        self.slow = np.full(self.arms.n, np.nan)

    def progress(self) -> np.ndarray:
        """The learning progress of every arm, shape (arms,), in [0, 1]; NaN for one not tried."""
        return np.abs(reweight(self.fast, self.theta) - reweight(self.slow, self.theta))

    def probabilities(self) -> np.ndarray:
        """The distribution that arms are drawn from, shape (arms,)."""
        untried = np.isnan(self.fast)
        if untried.any():
            return untried / untried.sum()
        progress = self.progress()
        return mix(distribution(progress, (progress > 0) | (self.fast > 0)), self.exploration)

    def learn(self, arm: int, score: float) -> None:
        """Move the arm's means."""
        p = max(score - self.baseline, 0.0) / (1.0 - self.baseline)
        if np.isnan(self.fast[arm]):
            self.fast[arm] = self.slow[arm] = p
        self.fast[arm], self.slow[arm] = follow(self.fast[arm], self.slow[arm], p, self.rate)
