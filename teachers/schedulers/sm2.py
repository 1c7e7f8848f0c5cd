"""SuperMemo's second algorithm."""

from __future__ import annotations

import math
from collections.abc import Sequence

import gymnasium as gym
import numpy as np

from .scheduler import DueScheduler

EASINESS, LEAST_EASINESS = 2.5, 1.3
PASSED = 3
"""The least quality of an answer that counts as remembered."""


def sm2(repetition: int, easiness: float, days: float, quality: float) -> tuple[int, float, float]:
    """One repetition by SM-2 (Wozniak 1990).

    I(1) = 1, I(2) = 6, I(n) = I(n - 1) · EF, rounded up to whole days, and
    EF' = EF + 0.1 - (5 - q)(0.08 + (5 - q) · 0.02), at least 1.3. Below a quality of 3 the item
    starts anew, its easiness unchanged.

    Args:
        repetition: How often the item was remembered in a row, at least 0.
        easiness: The E-Factor, 2.5 at first.
        days: The last interval.
        quality: Of the answer, in [0, 5].

    Returns:
        The same three for the next repetition.
    """
    if quality < PASSED:
        return 0, easiness, 1.0
    missing = 5.0 - quality
    easiness = max(easiness + 0.1 - missing * (0.08 + missing * 0.02), LEAST_EASINESS)
    if repetition < 2:
        return repetition + 1, easiness, (1.0, 6.0)[repetition]
    # Rounded first: 6 · 2.6 must not be 16 because a sum of tenths is a little more than 2.6.
    return repetition + 1, easiness, float(math.ceil(round(days * easiness, 6)))


class SM2(DueScheduler):
    """Intervals that grow by each item's own easiness (Wozniak 1990, SuperMemo 2).

    "Optimization of learning". A score in [0, 1] is the quality 5 · score of the answer, so that a
    right answer is a perfect one and scores from 0.6 on pass; see `sm2` for the rule. SuperMemo
    repeats failed items on the same day until they are known; here a lesson is one review, and a
    failed item is due a day later.

    Args:
        action_space: ``Discrete(items)``, or another space as arms.
        seed: Seeds the teacher's own generator, which breaks ties.
        interval: Days from one lesson to the next, > 0.
        new_first: Whether new items come before those that are due, and not after them. Where
            lessons are days apart, items that are always due would keep new ones out.
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
        bins: Bins per axis for a ``Box``.
    """

    state_fields = (*DueScheduler.state_fields, "repetition", "easiness", "days")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        interval: float = 1.0,
        new_first: bool = False,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(
            action_space,
            seed=seed,
            interval=interval,
            new_first=new_first,
            levels=levels,
            bins=bins,
        )
        self.repetition = np.zeros(self.items, dtype=np.int64)
        self.easiness = np.full(self.items, EASINESS)
        self.days = np.zeros(self.items)

    def wait(self, item: int, score: float) -> float:
        """The item's next interval."""
        repetition, easiness, days = sm2(
            int(self.repetition[item]),
            float(self.easiness[item]),
            float(self.days[item]),
            5.0 * score,
        )
        self.repetition[item], self.easiness[item], self.days[item] = repetition, easiness, days
        return days
