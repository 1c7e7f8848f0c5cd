"""Teach what the student sometimes gets right."""

from __future__ import annotations

from collections.abc import Sequence

import gymnasium as gym
import numpy as np

from ..core import checks
from ..core.spaces import require_levels
from .arm_teacher import DrawingTeacher, mix, normalise

SAMPLINGS = ("proportional", "top_k")


def learnability(
    scores: np.ndarray, success_power: float = 1.0, failure_power: float = 1.0
) -> np.ndarray:
    """p^success_power (1 - p)^failure_power.

    With powers of 1 it is the variance of a right-or-wrong answer, largest at one half; in general
    it is largest at p = success_power / (success_power + failure_power).
    """
    return scores**success_power * (1.0 - scores) ** failure_power


def top_k(values: np.ndarray, k: int) -> np.ndarray:
    """The uniform distribution over the k largest values, along the last axis of shape (..., n).

    Values that tie for the last places share these places' probability.
    """
    k = min(k, values.shape[-1])
    if k == 1:  # the same in fewer steps, for teachers that are asked before every lesson
        largest = values == np.maximum.reduce(values, axis=-1, keepdims=True)
        return largest / np.add.reduce(largest, axis=-1, keepdims=True)
    threshold = np.partition(values, -k)[..., -k, None]
    above, tied = values > threshold, values == threshold
    places = k - above.sum(axis=-1, keepdims=True)
    return (above + tied * places / tied.sum(axis=-1, keepdims=True)) / k


def level_kernel(levels: int, bandwidth: float) -> np.ndarray:
    """Gaussian weights exp(-(i - j)^2 / (2 bandwidth^2)), shape (levels, levels).

    A bandwidth of 0 gives the identity.
    """
    if bandwidth == 0:
        return np.eye(levels)
    distance = np.subtract.outer(np.arange(levels), np.arange(levels))
    return np.exp(-0.5 * (distance / bandwidth) ** 2)


class Learnability(DrawingTeacher):
    """Draws arms by learnability p(1 - p), p being the arm's mean score (Rutherford et al. 2024).

    "No Regrets: Investigating and Improving Regret Approximations for Curriculum Discovery" (arXiv
    2408.15099) rolls the learner out on many levels and trains on those with the largest p(1 - p).
    Here p is a running mean of the scores of each arm's lessons, so no extra rollouts are needed:

        weight <- (1 - smoothing) weight + 1
        total  <- (1 - smoothing) total + score
        p       = total / weight

    with weight = `prior_weight` and total = `prior_weight` * `prior` at first. The prior's part
    fades as the arm is visited; with the default of one half an arm that was never tried counts as
    the most learnable of all, so that all arms are tried early.

    With `neighbours` > 0 both sums are smoothed over the levels of a topic with a Gaussian kernel
    (a Nadaraya-Watson estimate) before p is taken: what a lesson shows about one level also informs
    the levels beside it. This helps where there are many more levels than lessons.

    With powers other than 1 arms are weighted by p^success_power (1 - p)^failure_power. Powers of
    one half give the mean absolute advantage of a GRPO group; a failure power above the success
    power moves practice to harder arms, whose skill includes that of the easier ones.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box`` (with `bins`).
        seed: Seeds the teacher's own generator.
        sampling: "proportional" draws arms in proportion to p(1 - p); "top_k" draws uniformly from
            the `k` largest.
        k: For "top_k": how many arms.
        exploration: Share of lessons drawn uniformly from all arms, in [0, 1].
        smoothing: Rate at which old scores of an arm fade, in [0, 1]; 0 gives the plain mean.
        prior: Expert knowledge: mean score of an arm before its first lesson, in [0, 1].
        prior_weight: How many lessons the prior counts for at first, > 0.
        neighbours: Bandwidth of the kernel in levels, >= 0; needs ordered levels unless 0.
        success_power: Power of p, > 0.
        failure_power: Power of 1 - p, > 0.
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    family = "progress"
    knowledge = ("prior",)
    state_fields = ("weight", "total")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        sampling: str = "proportional",
        k: int = 10,
        exploration: float = 0.1,
        smoothing: float = 0.2,
        prior: float = 0.5,
        prior_weight: float = 1.0,
        neighbours: float = 0.0,
        success_power: float = 1.0,
        failure_power: float = 1.0,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        self.sampling = checks.choice("sampling", sampling, SAMPLINGS)
        self.k = checks.whole("k", k)
        self.exploration = checks.share("exploration", exploration)
        self.smoothing = checks.share("smoothing", smoothing)
        prior = checks.share("prior", prior)
        prior_weight = checks.positive("prior_weight", prior_weight)
        self.success_power = checks.positive("success_power", success_power)
        self.failure_power = checks.positive("failure_power", failure_power)
        bandwidth = checks.non_negative("neighbours", neighbours)
        if bandwidth > 0:
            require_levels(self.arms, action_space)
        self.kernel = level_kernel(self.arms.shape[-1], bandwidth)
        self.weight = np.full(self.arms.n, prior_weight)
        self.total = np.full(self.arms.n, prior_weight * prior)

    def scores(self) -> np.ndarray:
        """The estimated mean score of every arm, shape (arms,), in [0, 1]."""
        levels = len(self.kernel)
        weight = self.weight.reshape(-1, levels) @ self.kernel
        total = self.total.reshape(-1, levels) @ self.kernel
        return np.clip(total / weight, 0.0, 1.0).ravel()

    def probabilities(self) -> np.ndarray:
        """The distribution that arms are drawn from, shape (arms,)."""
        values = learnability(self.scores(), self.success_power, self.failure_power)
        chosen = normalise(values) if self.sampling == "proportional" else top_k(values, self.k)
        return mix(chosen, self.exploration)

    def learn(self, arm: int, score: float) -> None:
        """Update the arm's running mean."""
        keep = 1.0 - self.smoothing
        self.weight[arm] = keep * self.weight[arm] + 1.0
        self.total[arm] = keep * self.total[arm] + score
