"""BMC: Thompson sampling down a tree of tasks."""

from __future__ import annotations

import math
from collections.abc import Sequence

import gymnasium as gym
import numpy as np

from ...core import checks
from .group_teacher import VarianceTeacher
from .groups import mean_absolute_advantage

MARGIN = 0.01
"""Mean absolute advantages are kept this far from 0 and 1, where the logit is infinite."""


def productivity(advantage: float) -> float:
    """The logit of a mean absolute advantage in [0, 1], clipped to [MARGIN, 1 - MARGIN]."""
    mean = min(max(advantage, MARGIN), 1.0 - MARGIN)
    return math.log(mean / (1.0 - mean))


def update(mean: float, variance: float, value: float, noise: float) -> tuple[float, float]:
    """Mean and variance of a Normal belief after a value with Normal noise (Bayes' rule).

    Args:
        mean: Mean of the belief.
        variance: Its variance, > 0.
        value: What was observed.
        noise: Variance of the observation's noise, > 0.
    """
    gain = variance / (variance + noise)
    return mean + gain * (value - mean), (1.0 - gain) * variance


class BMC(VarianceTeacher):
    """Bayesian manifold curriculum: Normal beliefs in a tree of tasks (McKenzie et al. 2026).

    "Manifold Bandits: Bayesian Curriculum Learning over the Latent Geometry of Large Language
    Models" (arXiv 2606.19750) arranges problems in a tree, has a belief on how productive each node
    is (the logit of its mean absolute advantage), and goes down the tree by Thompson sampling: at
    each node it draws from the children's beliefs and follows the largest.

    The paper builds the tree from the model's hidden states. A teacher knows the space alone, so
    that here the tree has topics, and below them their levels; arms without levels are all below
    one topic. A lesson x updates the beliefs of its arm and of its topic,

        gain = v / (v + noise),   m <- m + gain (x - m),   v <- (1 - gain) v

    and before it every variance grows by `drift`, for the student changes. Prior, noise and drift
    are of this library.

    It learns from the answers' scores; without them absolute advantage is 2 sqrt(p (1 - p)), p
    being the mean score of the arm's last 4 lessons.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box`` (with `bins`).
        seed: Seeds the teacher's own generator.
        prior_mean: Mean of every belief at first; 0 stands for a mean absolute advantage of 1/2.
        prior_variance: Its variance, > 0; no variance grows beyond it.
        noise: Variance of a lesson's noise, > 0.
        drift: What a variance grows by in a lesson, >= 0.
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    state_fields = (
        *VarianceTeacher.state_fields,
        "means",
        "variances",
        "topic_means",
        "topic_variances",
    )

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        prior_mean: float = 0.0,
        prior_variance: float = 4.0,
        noise: float = 1.0,
        drift: float = 0.02,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        self.prior_variance = checks.positive("prior_variance", prior_variance)
        self.noise = checks.positive("noise", noise)
        self.drift = checks.non_negative("drift", drift)
        if not math.isfinite(prior_mean):
            raise ValueError(f"prior_mean must be a finite number, not {prior_mean!r}")
        shape = (self.arms.n // self.arms.shape[-1], self.arms.shape[-1])
        self.means = np.full(shape, float(prior_mean))
        self.variances = np.full(shape, self.prior_variance)
        self.topic_means = np.full(shape[0], float(prior_mean))
        self.topic_variances = np.full(shape[0], self.prior_variance)

    def choose(self) -> int:
        """Go down the tree."""
        topic = self._thompson(self.topic_means, self.topic_variances)
        level = self._thompson(self.means[topic], self.variances[topic])
        return topic * self.means.shape[1] + level

    def learn(self, arm: int, score: float, groups: np.ndarray | None = None) -> None:
        """Update the beliefs of the arm and its topic."""
        for variances in (self.variances, self.topic_variances):
            np.minimum(variances + self.drift, self.prior_variance, out=variances)
        value = productivity(mean_absolute_advantage(score, groups))
        topic, level = divmod(arm, self.means.shape[1])
        self.means[topic, level], self.variances[topic, level] = update(
            self.means[topic, level], self.variances[topic, level], value, self.noise
        )
        self.topic_means[topic], self.topic_variances[topic] = update(
            self.topic_means[topic], self.topic_variances[topic], value, self.noise
        )

    def _thompson(self, means: np.ndarray, variances: np.ndarray) -> int:
        draws = means + np.sqrt(variances) * self.rng.standard_normal(len(means))
        return int(np.argmax(draws))
