"""VCRL: train where the scores of a group vary most."""

from __future__ import annotations

from collections.abc import Sequence

import gymnasium as gym
import numpy as np

from ...core import checks
from .group_teacher import VarianceTeacher
from .groups import relative_variance
from .sampling import draw


def priority(old: float, variance: float, momentum: float) -> float:
    """P <- m P + (1 - m) p, the priority of a task in the memory (Jiang et al. 2025).

    Args:
        old: P in [0, 1], NaN before the first lesson; P is then the variance.
        variance: p, the relative variance of the scores, in [0, 1].
        momentum: m in [0, 1].
    """
    return variance if np.isnan(old) else momentum * old + (1.0 - momentum) * variance


def distribution(
    variances: np.ndarray, priorities: np.ndarray, threshold: float, exploration: float
) -> np.ndarray:
    """Probabilities of a uniform candidate that may be replaced from the memory, shape (arms,).

    Args:
        variances: Shape (arms,): relative variances at each arm's last lesson, NaN before the
            first.
        priorities: Shape (arms,), in [0, 1].
        threshold: Arms with at least this variance are the memory. They are kept, as are arms
            that were never tried.
        exploration: Probability that another candidate is kept nevertheless.

    Returns:
        keep / n + replaced * priority / sum of the memory's priorities. Without a memory every
        candidate is kept.
    """
    arms = len(variances)
    memory = np.where(variances >= threshold, priorities, 0.0)  # NaN is not: comparison is False
    total = memory.sum()
    if total == 0.0:
        return np.full(arms, 1.0 / arms)
    keep = np.where(variances < threshold, exploration, 1.0)
    return keep / arms + (1.0 - keep.mean()) * memory / total


class VCRL(VarianceTeacher):
    """Keeps arms whose scores vary, and replaces others from a memory (Jiang et al. 2025).

    "VCRL: Variance-based Curriculum Reinforcement Learning for Large Language Models" (arXiv
    2509.19803) measures p = variance of a group's rewards / largest possible variance. Prompts with
    p below a threshold are not trained on but replaced by others from a memory of prompts with high
    variance, whose priorities follow p with a momentum. The threshold is low at first.

    Here this is done per arm, a (topic, level) cell, with p of the arm's last lesson: a candidate
    arm is drawn uniformly, kept if it was never tried or has p of at least the threshold, and else
    replaced by an arm from the memory, drawn in proportion to priority. The memory holds all arms
    with p of at least the threshold; while it is empty, every candidate is kept. The paper measures
    p anew for each candidate before it trains; here that would be a lesson, so that a candidate
    with a low p is tried again with probability `exploration`.

    It learns from the answers' scores; without them p = 4 q (1 - q), q being the mean score of the
    arm's last 4 lessons.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box`` (with `bins`).
        seed: Seeds the teacher's own generator.
        threshold: Least relative variance that is kept, in [0, 1].
        first_threshold: The same during the first `warmup` lessons.
        warmup: How many lessons these are, >= 0.
        momentum: How slowly priorities follow p, in [0, 1].
        exploration: Probability that a candidate with a low p is tried again, in [0, 1].
        levels: Number of ordered levels per topic, for a ``Discrete`` space; not needed.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    state_fields = (*VarianceTeacher.state_fields, "variances", "priorities", "lessons")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        threshold: float = 0.8,
        first_threshold: float = 0.3,
        warmup: int = 20,
        momentum: float = 0.9,
        exploration: float = 0.2,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        self.threshold = checks.share("threshold", threshold)
        self.first_threshold = checks.share("first_threshold", first_threshold)
        self.warmup = checks.whole("warmup", warmup, least=0)
        self.momentum = checks.share("momentum", momentum)
        self.exploration = checks.share("exploration", exploration)
        self.variances = np.full(self.arms.n, np.nan)
        self.priorities = np.full(self.arms.n, np.nan)
        self.lessons = 0

    def probabilities(self) -> np.ndarray:
        """The distribution that arms are drawn from, shape (arms,)."""
        threshold = self.first_threshold if self.lessons < self.warmup else self.threshold
        return distribution(self.variances, self.priorities, threshold, self.exploration)

    def choose(self) -> int:
        """Draw an arm."""
        return draw(self.probabilities(), self.rng)

    def learn(self, arm: int, score: float, groups: np.ndarray | None = None) -> None:
        """Note the variance, and move the priority."""
        self.variances[arm] = relative_variance(score, groups)
        self.priorities[arm] = priority(self.priorities[arm], self.variances[arm], self.momentum)
        self.lessons += 1
