"""GRESO: skip what had no variance time and again."""

from __future__ import annotations

from collections.abc import Sequence

import gymnasium as gym
import numpy as np

from ...core import checks
from ..arm_teacher import normalise
from .group_teacher import VarianceTeacher
from .groups import uninformative
from .sampling import draw

FLOOR = 0.01
"""Least probability that a candidate is kept."""


def keep_probabilities(streaks: np.ndarray, bases: np.ndarray) -> np.ndarray:
    """max(p^z, FLOOR): the probability that a candidate is kept, shape (arms,).

    Args:
        streaks: Shape (arms,): z, the arm's latest lessons in a row without variance.
        bases: Shape (arms,): p in (0, 1], of easy arms or of hard ones.
    """
    return np.maximum(bases**streaks, FLOOR)


def adjust(base: float, share: float, target: float, step: float) -> float:
    """The base probability after a batch: a step down where too much was without variance, else up.

    Args:
        base: p in [FLOOR, 1].
        share: Share of the batch's lessons that were without variance (all right for the easy
            p, all wrong for the hard one).
        target: The share that is aimed at.
        step: The step, in [0, 1].
    """
    return min(max(base - step if share >= target else base + step, FLOOR), 1.0)


class GRESO(VarianceTeacher):
    """Skips arms with the more probability, the longer they were all right or all wrong.

    Zheng et al. 2025, "Act Only When It Pays: Efficient Reinforcement Learning for LLM Reasoning
    via Selective Rollouts" (arXiv 2506.02177): a candidate prompt whose last z rollouts were all
    without variance is skipped before its rollout with probability

        1 - max(p^z, 0.01)

    with one p for easy prompts (all right) and another for hard ones (all wrong). After each batch
    p falls by a step if the share of prompts that turned out so reached its target, and rises by a
    step if not.

    Here this is done per arm, a (topic, level) cell, and a lesson is one rollout of it; z counts
    lessons in which no group varied, of which those with a mean score of 1/2 or more are easy.
    Candidates are drawn uniformly until one is kept, which is to draw arms in proportion to their
    probability of being kept. A batch is made of `batch` lessons.

    It learns from the answers' scores; without them a lesson is without variance if the mean scores
    of the arm's last 4 lessons are all 0 or all 1.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box`` (with `bins`).
        seed: Seeds the teacher's own generator.
        base: p at first, of easy and of hard arms, in (0, 1].
        step: What p moves by after a batch, in [0, 1]; 0 keeps it.
        easy_target: The share of lessons without variance that are all right, in [0, 1].
        hard_target: The same for all wrong.
        batch: Lessons in a batch.
        levels: Number of ordered levels per topic, for a ``Discrete`` space; not needed.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    state_fields = (*VarianceTeacher.state_fields, "streaks", "easy", "bases", "counts", "lessons")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        base: float = 0.5,
        step: float = 0.01,
        easy_target: float = 1 / 12,
        hard_target: float = 1 / 6,
        batch: int = 8,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        self.step = checks.share("step", step)
        self.targets = (
            checks.share("hard_target", hard_target),
            checks.share("easy_target", easy_target),
        )
        self.batch = checks.whole("batch", batch)
        self.streaks = np.zeros(self.arms.n, dtype=np.int64)
        self.easy = np.zeros(self.arms.n, dtype=np.int64)  # 0 or 1, an index of the two below
        self.bases = np.full(2, max(checks.rate("base", base), FLOOR))  # p of hard, p of easy
        self.counts = np.zeros(2)  # the batch's lessons without variance, hard and easy
        self.lessons = 0

    def probabilities(self) -> np.ndarray:
        """The distribution that arms are drawn from, shape (arms,)."""
        return normalise(keep_probabilities(self.streaks, self.bases[self.easy]))

    def choose(self) -> int:
        """Draw an arm that is kept."""
        return draw(self.probabilities(), self.rng)

    def learn(self, arm: int, score: float, groups: np.ndarray | None = None) -> None:
        """Lengthen or end the arm's streak, and adjust both p when the batch is full."""
        if uninformative(score, groups):
            self.streaks[arm] += 1
            self.easy[arm] = int(score >= 0.5)
            self.counts[self.easy[arm]] += 1
        else:
            self.streaks[arm] = 0
        self.lessons += 1
        if self.lessons < self.batch:
            return
        for kind, target in enumerate(self.targets):
            share = self.counts[kind] / self.lessons
            self.bases[kind] = adjust(self.bases[kind], share, target, self.step)
        self.counts[:] = 0
        self.lessons = 0
