"""Practice that grows from the easiest arms to all, and shrinks again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np

from ...core import checks
from ..arm_teacher import ArmTeacher

START = 0.5
"""Mean score of an arm before its first lesson."""


def next_share(
    share: float, growing: bool, smallest: float, largest: float, factor: float
) -> tuple[float, bool]:
    """The share of the next epoch, and whether the shares grow towards it.

    The authors' rule: from the smallest share up by 1 / factor per epoch to the largest, then down
    by the factor to the smallest, and again (Kesgin & Amasyali 2022, in their code's
    `get_cycle_sizes`).

    Args:
        share: Of the last epoch, in [smallest, largest].
        growing: Whether it was larger than the one before.
        smallest: The paper's sp, > 0.
        largest: The paper's ep, at most 1.
        factor: The paper's alpha, in (0, 1).
    """
    if share == smallest or (growing and share != largest):
        return min(share / factor, largest), True
    return max(share * factor, smallest), False


def draw_subset(weights: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:
    """Different indices, drawn one after the other in proportion to their weights, shape (size,).

    The same distribution as that of `Generator.choice` without replacement: the smallest of
    independent exponential variables with these rates is index i with probability proportional to
    weight i, and so is the next one among the rest.

    Args:
        weights: Shape (n,), > 0.
        size: At most n.
        rng: Draws n numbers.
    """
    return np.argsort(rng.exponential(size=len(weights)) / weights)[:size]


def cross_entropy(scores: np.ndarray, floor: float) -> np.ndarray:
    """The loss -ln p of arms with mean score p, shape (n,), p kept within [floor, 1 - floor]."""
    return -np.log(np.minimum(np.maximum(scores, floor), 1.0 - floor))


class Cyclical(ArmTeacher):
    """Epochs over a share of the arms that grows and shrinks in cycles (Kesgin & Amasyali 2022).

    "Cyclical Curriculum Learning" (arXiv 2202.05531): each epoch trains on a share of the data, in
    cycles from `smallest` up to `largest` and down again by a factor, with the defaults 1/4, 1/2,
    1, 1/2, 1/4, ... The samples of an epoch are drawn without replacement in proportion to 1 /
    loss, so that small epochs hold mostly easy ones. The losses are those of a model trained
    before ("self-taught" scores), or of the learner itself before each epoch.

    Here a sample is an arm, a (topic, level) cell: an epoch has one lesson for each arm that was
    drawn, in random order. The loss of an arm is -ln p with the running mean p of its scores

        p <- p + rate (score - p), from 1/2

    kept within [floor, 1 - floor]; or it is given as `losses`. These are choices of this library.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box`` (with `bins`).
        seed: Seeds the teacher's own generator.
        smallest: The smallest share of the arms, the paper's sp, in (0, 1].
        largest: The largest share, the paper's ep, in (0, 1], not below the smallest.
        factor: The paper's alpha, in (0, 1): a share over the next larger one.
        losses: Expert knowledge, shape (arms,): losses > 0, such as those of a trained student.
            None: they follow the scores.
        rate: Rate of the running mean, in (0, 1].
        floor: Bound of mean scores, in (0, 0.5).
        levels: Number of ordered levels per topic, for a ``Discrete`` space; not needed.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    state_fields = ("scores", "share", "growing", "queue", "left")
    knowledge: ClassVar[tuple[str, ...]] = ("losses",)

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        smallest: float = 0.25,
        largest: float = 1.0,
        factor: float = 0.5,
        losses: Any = None,
        rate: float = 0.2,
        floor: float = 0.05,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        self.smallest = checks.rate("smallest", smallest)
        self.largest = checks.rate("largest", largest)
        if self.largest < self.smallest:
            raise ValueError(
                f"largest must not be below smallest, {smallest!r}, but it is {largest!r}"
            )
        self.factor = checks.rate("factor", factor)
        if self.factor == 1.0:
            raise ValueError("factor must be below 1: shares would never change")
        self.losses = None if losses is None else _losses(losses, self.arms.n)
        self.rate = checks.rate("rate", rate)
        self.floor = checks.rate("floor", floor)
        if self.floor >= 0.5:
            raise ValueError(f"floor must be below 0.5, not {floor!r}")
        self.scores = np.full(self.arms.n, START)
        self.share = 0.0  # no epoch yet
        self.growing = False
        self.queue = np.zeros(self.arms.n, dtype=np.int64)
        self.left = 0

    def weights(self) -> np.ndarray:
        """What the arms of an epoch are drawn in proportion to, shape (arms,): 1 / loss."""
        losses = cross_entropy(self.scores, self.floor) if self.losses is None else self.losses
        return 1.0 / losses

    def choose(self) -> int:
        """The next arm of the epoch; after the last one an epoch begins."""
        if self.left == 0:
            self._begin()
        self.left -= 1
        return int(self.queue[self.left])

    def learn(self, arm: int, score: float) -> None:
        """Update the arm's running mean."""
        self.scores[arm] += self.rate * (score - self.scores[arm])

    def _begin(self) -> None:
        if self.share == 0.0:
            self.share = self.smallest
        else:
            self.share, self.growing = next_share(
                self.share, self.growing, self.smallest, self.largest, self.factor
            )
        # A share such as 3 * 0.1 of ten arms is three of them, in spite of rounding.
        self.left = max(int(self.share * self.arms.n + 1e-9), 1)
        chosen = draw_subset(self.weights(), self.left, self.rng)
        self.queue[: self.left] = self.rng.permutation(chosen)


def _losses(losses: Any, arms: int) -> np.ndarray:
    try:
        given = np.asarray(losses, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"losses must be numbers: {error}") from error
    if given.shape != (arms,) or not np.all(np.isfinite(given) & (given > 0.0)):
        raise ValueError(
            f"losses must be finite numbers > 0, one for each of the {arms} arms, not {losses!r}"
        )
    return given.copy()
