"""Boxes of cards."""

from __future__ import annotations

from collections.abc import Sequence

import gymnasium as gym
import numpy as np

from ...core import checks
from .scheduler import RIGHT, DueScheduler


def next_box(box: int, right: bool, boxes: int) -> int:
    """The box of a card after a review: one further if it was right, at most the last, else first.

    Args:
        box: In 0..boxes-1.
        right: Whether the answer was right.
        boxes: Number of boxes.
    """
    return min(box + 1, boxes - 1) if right else 0


class Leitner(DueScheduler):
    """Cards move one box on when they are known, and back to the first when not (Leitner 1972).

    "So lernt man lernen". A card of box k, counted from 0, waits ``factor**k`` days: with the
    defaults 1, 2, 4, 8 and 16 days. New cards are in the first box. Cards that are due come first,
    the longest overdue before the others; then new ones; then the one that is due soonest.

    Args:
        action_space: ``Discrete(items)``, or another space as arms.
        seed: Seeds the teacher's own generator, which breaks ties.
        interval: Days from one lesson to the next, > 0.
        new_first: Whether new items come before those that are due, and not after them. Where
            lessons are days apart, items that are always due would keep new ones out.
        boxes: Number of boxes, at least 1.
        factor: How many times longer the cards of a box wait than those of the box before, > 0.
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
        bins: Bins per axis for a ``Box``.
    """

    state_fields = (*DueScheduler.state_fields, "box")

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        interval: float = 1.0,
        new_first: bool = False,
        boxes: int = 5,
        factor: float = 2.0,
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
        self.boxes = checks.whole("boxes", boxes)
        self.factor = checks.positive("factor", factor)
        self.box = np.zeros(self.items, dtype=np.int64)

    def wait(self, item: int, score: float) -> float:
        """Move the card; its new box says how long it waits."""
        self.box[item] = next_box(int(self.box[item]), score >= RIGHT, self.boxes)
        return float(self.factor ** self.box[item])
