"""AdaRFT: a target difficulty that follows the mean score."""

from __future__ import annotations

import math
from collections.abc import Sequence

import gymnasium as gym
import numpy as np

from ...core import checks
from ..arm_teacher import ArmTeacher
from .sampling import nearest

HARDEST = 100.0
"""Difficulty of the highest level; the lowest has 0."""


def next_target(
    target: float, score: float, *, step: float, sensitivity: float, target_score: float
) -> float:
    """T <- clip(T + eta tanh(alpha (R - beta)), 0, 100) (Shi et al. 2025).

    Args:
        target: T, the target difficulty in [0, 100].
        score: R, the mean score at it, in [0, 1].
        step: The paper's eta, in units of difficulty.
        sensitivity: The paper's alpha.
        target_score: The paper's beta, in [0, 1].
    """
    moved = target + step * math.tanh(sensitivity * (score - target_score))
    return min(max(moved, 0.0), HARDEST)


class AdaRFT(ArmTeacher):
    """Takes the tasks nearest a target difficulty that rises and falls with the mean score.

    Shi et al. 2025, "Efficient Reinforcement Finetuning via Adaptive Curriculum Learning" (arXiv
    2504.05520): tasks have difficulties d from 0 to 100, a batch takes those with the least
    ``|d - T|``, and after it

        T <- clip(T + eta tanh(alpha (R - beta)), 0, 100)

    with the batch's mean reward R. Here d is that of the arm's level, 0 for the lowest and 100 for
    the highest, in equal steps; a batch is a lesson, and arms equally near T (the topics) are
    drawn uniformly.

    Args:
        action_space: A space with ordered levels: ``MultiDiscrete([topics, levels])``, ``Discrete``
            with `levels`, or ``Box`` with `bins`.
        seed: Seeds the teacher's own generator.
        step: The paper's eta, > 0.
        sensitivity: The paper's alpha, > 0.
        target_score: The paper's beta: the mean score that keeps T where it is, in [0, 1].
        start: T at first, in [0, 100].
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    knowledge = ("target_score", "start")
    needs_levels = True
    state_fields = ("target",)

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        step: float = 50.0,
        sensitivity: float = 2.0,
        target_score: float = 0.5,
        start: float = 0.0,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        self.step = checks.positive("step", step)
        self.sensitivity = checks.positive("sensitivity", sensitivity)
        self.target_score = checks.share("target_score", target_score)
        self.target = checks.non_negative("start", start)
        if self.target > HARDEST:
            raise ValueError(f"start must be at most {HARDEST:g}, not {start!r}")
        per_topic = self.arms.shape[-1]
        self.difficulties = np.tile(np.linspace(0.0, HARDEST, per_topic), self.arms.n // per_topic)

    def choose(self) -> int:
        """Draw one of the arms nearest the target."""
        return nearest(self.difficulties, self.target, self.rng)

    def learn(self, arm: int, score: float) -> None:
        """Move the target."""
        self.target = next_target(
            self.target,
            score,
            step=self.step,
            sensitivity=self.sensitivity,
            target_score=self.target_score,
        )
