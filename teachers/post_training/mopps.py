"""MoPPS: predict success by a Beta belief, and take what is nearest one half."""

from __future__ import annotations

from collections.abc import Sequence

import gymnasium as gym
import numpy as np

from ...core import checks
from .group_teacher import GroupTeacher
from .groups import outcomes
from .sampling import nearest


def update(parameter: float, prior: float, count: float, decay: float) -> float:
    """A parameter of the Beta belief after a lesson (Qu et al. 2025).

    alpha <- delta alpha + (1 - delta) alpha_0 + successes, and beta likewise with the failures.

    Args:
        parameter: alpha or beta, > 0.
        prior: Its value at first, > 0.
        count: Successes or failures of the lesson, >= 0.
        decay: The paper's factor of old evidence, delta, in [0, 1].
    """
    return decay * parameter + (1.0 - decay) * prior + count


class MoPPS(GroupTeacher):
    """Thompson sampling for the arm whose success rate is nearest one half (Qu et al. 2025).

    "Can Prompt Difficulty be Online Predicted for Accelerating RL Finetuning of Reasoning Models?"
    (arXiv 2507.04632) keeps a belief Beta(alpha, beta) on each prompt's success rate, Beta(1, 1) at
    first. After a lesson with s successes and f failures

        alpha <- delta alpha + (1 - delta) 1 + s
        beta  <- delta beta  + (1 - delta) 1 + f

    To choose, it draws a success rate from each candidate's belief and keeps those nearest the
    target. Here a belief is on an arm, a (topic, level) cell, all arms are candidates, and one is
    kept.

    Successes and failures are counted from the answers' scores; a score s between 0 and 1 counts
    as s successes and 1 - s failures. Without the scores a lesson counts as one answer.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box`` (with `bins`).
        seed: Seeds the teacher's own generator.
        decay: delta, the factor of old evidence, in [0, 1]; 1 forgets nothing.
        target: The success rate to be near to, in [0, 1].
        levels: Number of ordered levels per topic, for a ``Discrete`` space; not needed.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    knowledge = ("target",)
    state_fields = ("alpha", "beta")
    prior = 1.0

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        decay: float = 0.5,
        target: float = 0.5,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        self.decay = checks.share("decay", decay)
        self.target = checks.share("target", target)
        self.alpha = np.full(self.arms.n, self.prior)
        self.beta = np.full(self.arms.n, self.prior)

    def choose(self) -> int:
        """Draw success rates, and take the nearest to the target."""
        return nearest(self.rng.beta(self.alpha, self.beta), self.target, self.rng)

    def learn(self, arm: int, score: float, groups: np.ndarray | None = None) -> None:
        """Update the arm's belief."""
        successes, failures = outcomes(score, groups)
        self.alpha[arm] = update(self.alpha[arm], self.prior, successes, self.decay)
        self.beta[arm] = update(self.beta[arm], self.prior, failures, self.decay)
