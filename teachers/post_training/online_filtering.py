"""Online filtering: leave out what has no variance."""

from __future__ import annotations

from collections.abc import Sequence

import gymnasium as gym
import numpy as np

from ...core import checks
from .group_teacher import VarianceTeacher
from .groups import uninformative


def first_kept(candidates: np.ndarray, filtered: np.ndarray) -> int:
    """The first candidate that is not filtered, the last one if all are.

    Args:
        candidates: Shape (n,): arms in the order they were drawn.
        filtered: Shape (arms,), bool.
    """
    kept = ~filtered[candidates]
    return int(candidates[np.argmax(kept)] if kept.any() else candidates[-1])


class OnlineFiltering(VarianceTeacher):
    """Draws arms uniformly, and drops those whose answers were all right or all wrong.

    The dynamic sampling of DAPO (Yu et al. 2025, arXiv 2503.14476) draws prompts and drops groups
    of zero variance, from which nothing is learned, until the batch is full.

    Here this is done per arm, a (topic, level) cell: an arm is filtered while no group of its last
    lesson varied. Candidates are drawn uniformly until one is not filtered; after `attempts` the
    last one is kept whatever it is. So filtered arms are looked at again, the more often the more
    of them there are: with a share q of n arms filtered, each of them has probability
    q^attempts / (q n) and each other one (1 - q^attempts) / ((1 - q) n).

    It learns from the answers' scores; without them an arm is filtered while the mean scores of
    its last 4 lessons are all 0 or all 1.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box`` (with `bins`).
        seed: Seeds the teacher's own generator.
        attempts: How many candidates are drawn at most.
        levels: Number of ordered levels per topic, for a ``Discrete`` space; not needed.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    state_fields = (
        *VarianceTeacher.state_fields,
        "filtered",
    )

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        attempts: int = 10,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        self.attempts = checks.whole("attempts", attempts)
        self.filtered = np.zeros(self.arms.n, dtype=bool)

    def choose(self) -> int:
        """Draw candidates until one is kept."""
        return first_kept(self.rng.integers(self.arms.n, size=self.attempts), self.filtered)

    def learn(self, arm: int, score: float, groups: np.ndarray | None = None) -> None:
        """Filter the arm, or let it in again."""
        self.filtered[arm] = uninformative(score, groups)
