"""LILO: of some candidates, train on the most learnable."""

from __future__ import annotations

from collections.abc import Sequence

import gymnasium as gym
import numpy as np

from ...core import checks
from .group_teacher import VarianceTeacher
from .groups import variance

UNKNOWN = 0.25
"""Learnability of an arm before its first lesson: the largest that there is."""


def best(candidates: np.ndarray, values: np.ndarray) -> int:
    """The candidate with the largest value, the first of them if several have it.

    Args:
        candidates: Shape (n,): different arms, in random order.
        values: Shape (arms,).
    """
    return int(candidates[np.argmax(values[candidates])])


class LILO(VarianceTeacher):
    """Draws candidate arms, and keeps the one with the largest p(1 - p) (Foster et al. 2025).

    "Learning to Reason at the Frontier of Learnability" (arXiv 2502.12272) draws a pool of prompts
    four times as large as the batch, has the model answer them, and trains on those with the
    largest learnability p(1 - p), p being the prompt's success rate: the variance of its rewards.

    Here this is done per arm, a (topic, level) cell: `pool` different arms are drawn uniformly, and
    one is kept. Candidates are not answered first; an arm's learnability is a running mean of its
    lessons' L, the mean variance of their groups:

        v <- (1 - rate) v + rate L

    An arm that was never tried has 1/4, the largest that there is; its first lesson sets v = L.

    It learns from the answers' scores; without them L = q (1 - q), q being the mean score of the
    arm's last 4 lessons.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box`` (with `bins`).
        seed: Seeds the teacher's own generator.
        pool: How many candidates are drawn for each that is kept; all arms if there are fewer.
        rate: Rate of the running mean, in (0, 1]; 1 takes the last lesson alone.
        levels: Number of ordered levels per topic, for a ``Discrete`` space; not needed.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    state_fields = (*VarianceTeacher.state_fields, "learnability", "tried")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        pool: int = 4,
        rate: float = 0.5,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        self.pool = min(checks.whole("pool", pool), self.arms.n)
        self.rate = checks.rate("rate", rate)
        self.learnability = np.full(self.arms.n, UNKNOWN)
        self.tried = np.zeros(self.arms.n, dtype=bool)

    def choose(self) -> int:
        """Draw candidates, and keep the best."""
        candidates = self.rng.choice(self.arms.n, self.pool, replace=False)
        return best(candidates, self.learnability)

    def learn(self, arm: int, score: float, groups: np.ndarray | None = None) -> None:
        """Update the arm's running mean."""
        rate = self.rate if self.tried[arm] else 1.0
        self.learnability[arm] += rate * (variance(score, groups) - self.learnability[arm])
        self.tried[arm] = True
