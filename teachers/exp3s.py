"""EXP3.S, a bandit for rewards that change over time."""

from __future__ import annotations

from collections.abc import Sequence

import gymnasium as gym
import numpy as np

from ..core import checks
from .arm_teacher import DrawingTeacher, mix
from .reservoir import Reservoir, percentile


def rescale(gain: float, low: float, high: float) -> float:
    """A gain on the scale [-1, 1] of earlier gains (Graves et al. 2017, equation 6).

    Args:
        gain: The gain.
        low: The 20th percentile of all gains, this one among them.
        high: The 80th.

    Returns:
        -1 below the 20th percentile, 1 above the 80th, linear in between; 0 if the two coincide
        and the gain with them.
    """
    if low == high:
        return float(gain > low) - float(gain < low)
    return min(max(2.0 * (gain - low) / (high - low) - 1.0, -1.0), 1.0)


def policy(log_weights: np.ndarray, exploration: float) -> np.ndarray:
    """Softmax mixed with the uniform distribution, shape (arms,) (Graves et al. 2017, eq. 4)."""
    weights = np.exp(log_weights - np.maximum.reduce(log_weights))
    return mix(weights / np.add.reduce(weights), exploration)


def update(
    log_weights: np.ndarray,
    arm: int,
    reward: float,
    probabilities: np.ndarray,
    *,
    learning_rate: float,
    beta: float,
    share: float,
) -> np.ndarray:
    """The weights after one reward (Graves et al. 2017, equation 5; Auer et al. 2002, Exp3.S).

    Args:
        log_weights: Shape (arms,).
        arm: The arm that was pulled.
        reward: In [-1, 1].
        probabilities: Shape (arms,): the policy.
        learning_rate: The paper's eta.
        beta: Added to every arm's reward before it is divided by the arm's probability.
        share: The paper's alpha: what each arm gives to all others, in [0, 1].

    Returns:
        New log weights of shape (arms,).
    """
    arms = len(log_weights)
    if arms == 1:
        return log_weights.copy()
    grown = log_weights + learning_rate * beta / probabilities if beta else log_weights.copy()
    grown[arm] = log_weights[arm] + learning_rate * (beta + reward) / probabilities[arm]
    top = np.maximum.reduce(grown)
    weights = np.exp(grown - top)
    others = np.add.reduce(weights) - weights
    return top + np.log((1.0 - share) * weights + share / (arms - 1) * others)


class EXP3S(DrawingTeacher):
    """EXP3.S bandit on how much each arm's score changed (Graves et al. 2017).

    "Automated Curriculum Learning for Neural Networks" (arXiv 1704.03003) pays a bandit for the
    progress a lesson made. A teacher that sees scores only pays for their change: gain = score
    minus the arm's mean score so far (exponential, rate `smoothing`; 1 compares with the arm's last
    score alone). An arm's first score has nothing to compare with and moves no weight. Gains are
    rescaled to [-1, 1] by the running 20th and 80th percentiles of a reservoir sample of all gains.
    The importance weight is the arm's probability at the time its score arrives, so that feedback
    may be delayed and actions may be somebody else's.

    `learning_rate`, `beta` and `exploration` are the paper's (1e-3, 0, 0.05), made for hundreds of
    thousands of steps. With a budget of some hundred lessons use 0.01 to 0.1.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box`` (with `bins`).
        seed: Seeds the teacher's own generator.
        learning_rate: The paper's eta, > 0.
        beta: The paper's beta, >= 0.
        exploration: The share of uniform choice, the paper's epsilon, in (0, 1]; at 0 an arm's
            importance weight would have no bound.
        smoothing: Rate of the arm's mean score, in (0, 1].
        reservoir: How many gains are kept for the percentiles.
        levels: Number of ordered levels per topic, for a ``Discrete`` space; not needed.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    family = "progress"
    state_fields = ("log_weights", "mean_scores", "gains", "seen")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        learning_rate: float = 1e-3,
        beta: float = 0.0,
        exploration: float = 0.05,
        smoothing: float = 0.2,
        reservoir: int = 1000,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        self.learning_rate = checks.positive("learning_rate", learning_rate)
        self.beta = checks.non_negative("beta", beta)
        self.exploration = checks.rate("exploration", exploration)
        self.smoothing = checks.rate("smoothing", smoothing)
        self.log_weights = np.zeros(self.arms.n)
        self.mean_scores = np.full(self.arms.n, np.nan)
        self._gains = Reservoir(checks.whole("reservoir", reservoir))

    @property
    def gains(self) -> np.ndarray:
        """The sample of gains, shape (reservoir,); 0 in places that are still free."""
        return self._gains.slots

    @gains.setter
    def gains(self, values: np.ndarray) -> None:
        self._gains.restore(values, self._gains.seen)

    @property
    def seen(self) -> int:
        """How many gains there have been."""
        return self._gains.seen

    @seen.setter
    def seen(self, count: int) -> None:
        self._gains.restore(self._gains.slots, count)

    def probabilities(self) -> np.ndarray:
        """The distribution that arms are drawn from, shape (arms,)."""
        return policy(self.log_weights, self.exploration)

    def learn(self, arm: int, score: float) -> None:
        """Pay the arm for the change of its score."""
        mean = self.mean_scores[arm]
        if np.isnan(mean):
            self.mean_scores[arm] = score
            return
        gain = score - float(mean)
        self.mean_scores[arm] += self.smoothing * gain
        self._gains.add(gain, self.rng)
        ordered = self._gains.ordered
        self.log_weights = update(
            self.log_weights,
            arm,
            rescale(gain, percentile(ordered, 0.2), percentile(ordered, 0.8)),
            self.probabilities(),
            learning_rate=self.learning_rate,
            beta=self.beta,
            share=1.0 / (self.seen + 1),  # alpha_t = 1/t, and the first update makes w_2
        )
