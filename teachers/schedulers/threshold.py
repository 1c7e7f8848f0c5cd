"""Review what is about to be forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gymnasium as gym
import numpy as np

from ...core import checks
from .scheduler import RIGHT, Scheduler

SHORTEST, LONGEST = 15 / (24 * 60), 274.0
"""Bounds of half-lives in days: 15 minutes and nine months (Settles & Meeder 2016)."""


def half_life(right: np.ndarray, wrong: np.ndarray) -> np.ndarray:
    """Half-lives h = 2^(right - wrong) in days, from 15 minutes to 274 days.

    Half-life regression with the weights 1 and -1, which make it Leitner's system (Settles & Meeder
    2016, "A trainable spaced repetition model for language learning").

    Args:
        right: Right answers so far, shape (items,).
        wrong: Wrong ones.
    """
    return np.clip(np.exp2(np.asarray(right, float) - wrong), SHORTEST, LONGEST)


def nearest_below(recall: np.ndarray, threshold: float) -> np.ndarray:
    """The items whose recall is highest among those not above a threshold, else the lowest of all.

    Args:
        recall: Shape (items,), in [0, 1].
        threshold: In [0, 1].

    Returns:
        Bool of shape (items,), at least one of them True.
    """
    below = recall <= threshold
    return recall == (recall[below].max() if below.any() else recall.min())


def observed_recall(observation: Any, items: int) -> np.ndarray:
    """The recall of each item that an observation begins with, shape (items,).

    Raises:
        ValueError: For an observation that is missing, too short, or begins with other numbers.
    """
    shown = np.zeros(0) if observation is None else np.asarray(observation, float).ravel()[:items]
    if len(shown) < items or not np.all((shown >= 0) & (shown <= 1)):
        raise ValueError(
            f"the observation must begin with the recall of {items} items, each in [0, 1], not "
            f"{observation!r}; take an environment that shows it (observation='full')"
        )
    return shown


class Threshold(Scheduler):
    """Reviews the item whose recall has fallen nearest below a threshold.

    The threshold policy of Reddy, Levine & Dragan 2017 ("Accelerating human learning with deep
    reinforcement learning"). Items that were never reviewed have a recall of 0, so they come when
    no other is below the threshold. If none is, the item with the lowest recall comes.

    Recall is estimated as p = 2^(-days since the last review / h), see `half_life`; or it is the
    true one, where the environment shows it.

    Args:
        action_space: ``Discrete(items)``, or another space as arms.
        seed: Seeds the teacher's own generator, which breaks ties.
        interval: Days from one lesson to the next, > 0.
        threshold: In [0, 1].
        observed: Whether to read the true recall off the observation, whose first numbers it must
            be, item by item.
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
        bins: Bins per axis for a ``Box``.
    """

    knowledge = ("threshold",)
    state_fields = (*Scheduler.state_fields, "right", "wrong", "last")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        interval: float = 1.0,
        threshold: float = 0.5,
        observed: bool = False,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, interval=interval, levels=levels, bins=bins)
        self.threshold = checks.share("threshold", threshold)
        self.observed = bool(observed)
        self.right = np.zeros(self.items, dtype=np.int64)
        self.wrong = np.zeros(self.items, dtype=np.int64)
        self.last = np.full(self.items, -np.inf)

    def recall(self) -> np.ndarray:
        """The estimated recall of each item now, shape (items,), 0 if it was never reviewed."""
        return np.exp2((self.last - self.now) / half_life(self.right, self.wrong))

    def candidates(self, observation: Any) -> np.ndarray:
        """Those nearest below the threshold."""
        shown = observed_recall(observation, self.items) if self.observed else self.recall()
        return nearest_below(shown, self.threshold)

    def reviewed(self, item: int, score: float) -> None:
        """Count the answer."""
        (self.right if score >= RIGHT else self.wrong)[item] += 1
        self.last[item] = self.now
