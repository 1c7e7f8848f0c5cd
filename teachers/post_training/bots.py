"""BOTS: Beta beliefs that also learn from what other tasks' results imply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gymnasium as gym
import numpy as np

from ...core import checks
from .group_teacher import GroupTeacher
from .groups import outcomes
from .sampling import nearest

EPSILON = 1e-6
"""References that differ by no more than this say nothing of the student's capability."""
CAPABILITY_DECAY = 0.9
"""Share of the old estimate in the running mean of the student's capability."""


def update(
    parameter: np.ndarray,
    explicit: np.ndarray,
    implicit: np.ndarray,
    *,
    forgetting: float,
    implicit_weight: float,
) -> np.ndarray:
    """A parameter of all Beta beliefs after a batch, shape (arms,) (Shen et al. 2025).

    alpha <- (1 - lambda) alpha + lambda 1 + (1 - rho) s + rho s~, beta likewise with failures.

    Args:
        parameter: Shape (arms,): alpha or beta, > 0.
        explicit: Shape (arms,): s, successes or failures in the batch, 0 for absent arms.
        implicit: Shape (arms,): s~, as many as were to be expected.
        forgetting: The paper's lambda, in [0, 1].
        implicit_weight: The paper's rho, in [0, 1].
    """
    return (
        (1.0 - forgetting) * parameter
        + forgetting
        + (1.0 - implicit_weight) * explicit
        + implicit_weight * implicit
    )


def capability(pass_rate: float, weak: float, strong: float) -> float | None:
    """Where the student is between the references: 0 is the weak one, 1 the strong one.

    Args:
        pass_rate: The student's mean pass rate in the batch.
        weak: The weak reference's on the same tasks.
        strong: The strong reference's.

    Returns:
        (pass_rate - weak) / (strong - weak); None if the two do not differ.
    """
    gap = strong - weak
    return (pass_rate - weak) / gap if abs(gap) > EPSILON else None


class BOTS(GroupTeacher):
    """Thompson sampling near a target, with implicit evidence on all arms (Shen et al. 2025).

    "BOTS: A Unified Framework for Bayesian Online Task Selection in LLM Reinforcement Finetuning"
    (arXiv 2510.26374) keeps a belief Beta(alpha, beta) on each task's pass rate, Beta(1, 1) at
    first. After a batch, for all tasks,

        alpha <- (1 - lambda) alpha + lambda 1 + (1 - rho) s + rho s~

    and beta likewise with failures: s are the successes in the batch, s~ those that the other
    tasks' results imply. Two reference models of known pass rates w (weak) and g (strong) place the
    student between them, capability c = (mean pass rate - mean w) / (mean g - mean w), a running
    mean over batches (0.9 old, 0.1 new); a task not in the batch is expected to be passed at a
    rate of w + c (g - w), one in it at the rate it was. Then pass rates are drawn from the beliefs,
    and the tasks nearest the target are taken.

    Here a task is an arm, a (topic, level) cell, and a batch is made of `batch` lessons. Absent
    arms get as many implicit answers as a lesson of the batch had in the mean. Without known
    references w is 0 and g is 1, so that absent arms are expected at the student's mean score.

    Successes and failures are counted from the answers' scores; without them a lesson counts as
    one answer.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box`` (with `bins`).
        seed: Seeds the teacher's own generator.
        forgetting: The paper's lambda, in [0, 1].
        implicit_weight: The paper's rho, in [0, 1].
        target: The pass rate to be near to, in [0, 1].
        batch: Lessons in a batch.
        references: Expert knowledge, shape (2, arms): pass rates in [0, 1] of a weak and a strong
            reference on each arm (index = topic * levels + level).
        levels: Number of ordered levels per topic, for a ``Discrete`` space; not needed.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    knowledge = ("target", "references")
    state_fields = (
        "alpha",
        "beta",
        "capability",
        "estimates",
        "successes",
        "failures",
        "lessons",
    )

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        forgetting: float = 0.2,
        implicit_weight: float = 0.2,
        target: float = 0.5,
        batch: int = 8,
        references: Any = None,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        self.forgetting = checks.share("forgetting", forgetting)
        self.implicit_weight = checks.share("implicit_weight", implicit_weight)
        self.target = checks.share("target", target)
        self.batch = checks.whole("batch", batch)
        arms = self.arms.n
        self.weak, self.strong = _references(references, arms)
        self.alpha, self.beta = np.ones(arms), np.ones(arms)
        self.capability = 0.0
        self.estimates = 0
        self.successes, self.failures = np.zeros(arms), np.zeros(arms)
        self.lessons = 0

    def choose(self) -> int:
        """Draw pass rates, and take the nearest to the target."""
        return nearest(self.rng.beta(self.alpha, self.beta), self.target, self.rng)

    def learn(self, arm: int, score: float, groups: np.ndarray | None = None) -> None:
        """Add the lesson to the batch, and learn from the batch when it is full."""
        successes, failures = outcomes(score, groups)
        self.successes[arm] += successes
        self.failures[arm] += failures
        self.lessons += 1
        if self.lessons < self.batch:
            return
        self._learn_batch()
        self.successes[:] = self.failures[:] = 0.0
        self.lessons = 0

    def _learn_batch(self) -> None:
        answers = self.successes + self.failures
        present = answers > 0
        rates = self.successes[present] / answers[present]
        latest = capability(
            float(rates.mean()),
            float(self.weak[present].mean()),
            float(self.strong[present].mean()),
        )
        if latest is not None:
            keep = CAPABILITY_DECAY if self.estimates else 0.0
            self.capability = keep * self.capability + (1.0 - keep) * latest
            self.estimates += 1
        between = self.weak + self.capability * (self.strong - self.weak)
        expected = np.clip(between, 0.0, 1.0)
        # Nothing is implied as long as the references never differed.
        implied = np.full(self.arms.n, answers.sum() / self.lessons if self.estimates else 0.0)
        expected[present], implied[present] = rates, answers[present]
        options = {"forgetting": self.forgetting, "implicit_weight": self.implicit_weight}
        self.alpha = update(self.alpha, self.successes, implied * expected, **options)
        self.beta = update(self.beta, self.failures, implied * (1.0 - expected), **options)


def _references(references: Any, arms: int) -> tuple[np.ndarray, np.ndarray]:
    if references is None:
        return np.zeros(arms), np.ones(arms)
    rates = np.asarray(references, dtype=float)
    if rates.shape != (2, arms):
        raise ValueError(
            f"references must have shape (2, arms), here (2, {arms}): the pass rates of a weak and "
            f"a strong reference; not {rates.shape}"
        )
    if not np.all((rates >= 0.0) & (rates <= 1.0)):
        raise ValueError("references must be pass rates in [0, 1]")
    return rates[0], rates[1]
