"""The best review if there were no later one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gymnasium as gym
import numpy as np

from ...core import checks
from .scheduler import Scheduler
from .threshold import observed_recall

OBJECTIVES = ("mean", "log")
LEAST = 1e-6
"""Recall below this counts as this, where its logarithm is taken."""


def forgetting_rate(
    recall: np.ndarray, elapsed: np.ndarray, strength: np.ndarray, unknown: float
) -> np.ndarray:
    """θ of the exponential forgetting curve p = exp(-θ Δ / s), solved for θ.

    Args:
        recall: p, shape (items,), in [0, 1].
        elapsed: Δ, days since the last review, inf where there was none.
        strength: s, above 0.
        unknown: What stands for θ where p and Δ do not tell it: no review yet, or no time since.

    Returns:
        Shape (items,), a day.
    """
    told = np.isfinite(elapsed) & (elapsed > 0) & (recall > 0)
    safe = np.where(told, recall, 0.5), np.where(told, elapsed, 1.0)
    return np.where(told, -np.log(safe[0]) * strength / safe[1], unknown)


def review_gain(
    recall: np.ndarray, rate: np.ndarray, strength: np.ndarray, days: float, objective: str
) -> np.ndarray:
    """By how much a review now raises an item's recall, or its logarithm, some days later.

    Without a review recall falls from p to p exp(-θ t / s); with one it is exp(-θ t / (s + 1)).

    Args:
        recall: p now, shape (items,), in [0, 1].
        rate: θ, a day.
        strength: s.
        days: t.
        objective: ``"mean"`` or ``"log"``.

    Returns:
        Shape (items,).
    """
    without = recall * np.exp(-rate * days / strength)
    reviewed = np.exp(-rate * days / (strength + 1.0))
    if objective == "log":
        return np.log(np.maximum(reviewed, LEAST)) - np.log(np.maximum(without, LEAST))
    return reviewed - without


class MyopicOptimum(Scheduler):
    """Reviews the item that raises recall most at the time of the next lesson.

    It looks one lesson ahead, and needs to see the true recall of each item: the first numbers of
    the observation, item by item. Between reviews recall follows p = exp(-θ Δ / s), the strength s
    being 1 plus the number of reviews (Reddy, Levine & Dragan 2017): for such students (`EFC`) the
    choice is the optimum, as θ follows from p and Δ; for others it is an approximation. Before an
    item's first review θ is taken to be `decay`.

    Args:
        action_space: ``Discrete(items)``, or another space as arms.
        seed: Seeds the teacher's own generator, which breaks ties.
        interval: Days from one lesson to the next, > 0.
        objective: What to raise: ``"mean"``, the mean recall, or ``"log"``, the mean of its
            logarithm.
        decay: θ where it is unknown, a day, > 0; the default is the median of the paper.
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
        bins: Bins per axis for a ``Box``.
    """

    knowledge = ("decay",)
    state_fields = (*Scheduler.state_fields, "strength", "last")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        interval: float = 1.0,
        objective: str = "mean",
        decay: float = 0.077,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, interval=interval, levels=levels, bins=bins)
        self.objective = checks.choice("objective", objective, OBJECTIVES)
        self.decay = checks.positive("decay", decay)
        self.strength = np.ones(self.items)
        self.last = np.full(self.items, -np.inf)

    def candidates(self, observation: Any) -> np.ndarray:
        """Those whose review gains most.

        Raises:
            ValueError: For an observation that does not begin with the recall of each item.
        """
        recall = observed_recall(observation, self.items)
        rate = forgetting_rate(recall, self.now - self.last, self.strength, self.decay)
        gain = review_gain(recall, rate, self.strength, self.interval, self.objective)
        return gain == gain.max()

    def reviewed(self, item: int, score: float) -> None:
        """Strengthen the item's memory."""
        self.strength[item] += 1.0
        self.last[item] = self.now
