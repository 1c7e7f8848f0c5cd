"""The free spaced repetition scheduler, by its own package."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import gymnasium as gym
import numpy as np

from ...core import checks
from .scheduler import RIGHT, DueScheduler

DAY_0 = datetime(2000, 1, 1, tzinfo=UTC)
"""What the package is told of the first day; only differences count."""


class FSRS(DueScheduler):
    """Reviews an item when its recall has fallen to the desired retention, by the package `fsrs`.

    The package keeps a stability and a difficulty for each item (FSRS 6, Ye et al. 2022, "A
    stochastic shortest path algorithm for optimizing spaced repetition scheduling", and its
    successors) with the weights that it comes with. A right answer is rated Good, a wrong one
    Again. There are no learning steps within a day, and no random fuzz. The package counts whole
    days between reviews.

    Args:
        action_space: ``Discrete(items)``, or another space as arms.
        seed: Seeds the teacher's own generator, which breaks ties.
        interval: Days from one lesson to the next, > 0.
        new_first: Whether new items come before those that are due, and not after them. Where
            lessons are days apart, items that are always due would keep new ones out.
        retention: The recall at which an item is due, in (0, 1).
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
        bins: Bins per axis for a ``Box``.

    Raises:
        ModuleNotFoundError: Without the package.
    """

    knowledge = ("retention",)
    extra = "review"
    state_fields = (*DueScheduler.state_fields, "stability", "difficulty", "last")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        interval: float = 1.0,
        new_first: bool = False,
        retention: float = 0.9,
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
        if checks.rate("retention", retention) == 1.0:
            raise ValueError("retention must be below 1: nobody remembers everything for ever")
        try:
            import fsrs
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                "the scheduler 'fsrs' needs fsrs: pip install 'teachgym[review]'"
            ) from error
        self._scheduler: Any = fsrs.Scheduler(
            desired_retention=float(retention),
            learning_steps=(),
            relearning_steps=(),
            enable_fuzzing=False,
        )
        self.stability = np.full(self.items, np.nan)
        self.difficulty = np.full(self.items, np.nan)
        self.last = np.full(self.items, np.nan)

    def wait(self, item: int, score: float) -> float:
        """What the package says."""
        from fsrs import Card, Rating, State

        card = Card(card_id=item)
        if not np.isnan(self.last[item]):
            card.state, card.step = State.Review, None
            card.stability = float(self.stability[item])
            card.difficulty = float(self.difficulty[item])
            card.last_review = DAY_0 + timedelta(days=float(self.last[item]))
        rating = Rating.Good if score >= RIGHT else Rating.Again
        today = DAY_0 + timedelta(days=self.now)
        card, _ = self._scheduler.review_card(card, rating, today)
        self.stability[item], self.difficulty[item] = card.stability, card.difficulty
        self.last[item] = self.now
        return float((card.due - today) / timedelta(days=1))
