"""What schedulers of reviews share: items, a clock, and dates on which items are due."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np

from ...core import checks
from ..arm_teacher import ArmTeacher

RIGHT = 0.5
"""A score of at least this counts as a right answer."""

ROUNDING = 1e-9
"""Days by which a sum of intervals may miss a date."""


class Scheduler(ArmTeacher):
    """A teacher that decides which item to review now; the items are the arms of its space.

    Each lesson is the review of one item, and lessons are `interval` days apart: the first one is
    at day 0. A score of at least one half counts as a right answer.

    Args:
        action_space: ``Discrete(items)``, or any other space as arms (see
            `teachgym.core.spaces`), each of which is then an item.
        seed: Seeds the teacher's own generator, which breaks ties.
        interval: Days from one lesson to the next, > 0.
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
        bins: Bins per axis for a ``Box``.

    Attributes:
        items: Number of items.
        lessons: Reviews so far.
    """

    state_fields: ClassVar[tuple[str, ...]] = ("lessons",)

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        interval: float = 1.0,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        super().__init__(action_space, seed=seed, levels=levels, bins=bins)
        self.interval = checks.positive("interval", interval)
        self.items = self.arms.n
        self.lessons = 0

    @property
    def now(self) -> float:
        """The day of the next review."""
        return self.lessons * self.interval

    @abstractmethod
    def candidates(self, observation: Any) -> np.ndarray:
        """The items that may be reviewed now, one of which is drawn: bool of shape (items,)."""

    @abstractmethod
    def reviewed(self, item: int, score: float) -> None:
        """Note a review that took place `now`, with its score in [0, 1]."""

    def act(self, observation: Any = None) -> Any:
        """Choose the item to review, as an element of the action space."""
        return self.arms.action(self.choose(observation), self.rng)

    def choose(self, observation: Any = None) -> int:
        """Choose the item to review."""
        items = np.flatnonzero(self.candidates(observation))
        return int(items[self.rng.integers(len(items))])

    def learn(self, arm: int, score: float) -> None:
        """Note a review, and let the interval pass."""
        self.reviewed(arm, score)
        self.lessons += 1


class DueScheduler(Scheduler):
    """A scheduler that gives each item a date after each review.

    Args:
        action_space: ``Discrete(items)``, or another space as arms.
        seed: Seeds the teacher's own generator, which breaks ties.
        interval: Days from one lesson to the next, > 0.
        new_first: Whether new items come before those that are due, and not after them.
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
        bins: Bins per axis for a ``Box``.

    Attributes:
        due: The day on which each item is due, shape (items,), inf before its first review.
    """

    state_fields: ClassVar[tuple[str, ...]] = (*Scheduler.state_fields, "due")

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
        super().__init__(action_space, seed=seed, interval=interval, levels=levels, bins=bins)
        self.new_first = bool(new_first)
        self.due = np.full(self.items, np.inf)

    @abstractmethod
    def wait(self, item: int, score: float) -> float:
        """Days from the review that takes place `now`, with its score, to the item's next one."""

    def candidates(self, observation: Any) -> np.ndarray:
        """What is due longest, else what is new, else what is due soonest."""
        new = np.isinf(self.due)
        return new if self.new_first and new.any() else due_first(self.due, self.now)

    def reviewed(self, item: int, score: float) -> None:
        """Set the item's next date."""
        self.due[item] = self.now + self.wait(item, score)


def due_first(due: np.ndarray, now: float) -> np.ndarray:
    """Which items to review: those due longest, else new ones, else those due soonest.

    Args:
        due: The day on which each item is due, shape (items,), inf for new items.
        now: Today.

    Returns:
        Bool of shape (items,), at least one of them True.
    """
    new = np.isinf(due)
    first = due.min()
    if first > now + ROUNDING and new.any():
        return new
    return due == first
