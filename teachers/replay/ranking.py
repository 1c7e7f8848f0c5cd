"""Replay weights by rank and staleness (Jiang et al. 2021), and ranks that are kept in order."""

from __future__ import annotations

import numpy as np


def rank_weights(count: int, temperature: float) -> np.ndarray:
    """rank^(-1 / temperature) of the ranks 1..count, shape (count,); not normalised."""
    return np.arange(1.0, count + 1.0) ** (-1.0 / temperature)


def replay_probabilities(
    weights: np.ndarray, staleness: np.ndarray, staleness_share: float
) -> np.ndarray:
    """(1 - c) weight / sum of weights + c staleness / sum of staleness ("PLR", section 3).

    Args:
        weights: Shape (n,): `rank_weights` of the tasks, in any order.
        staleness: Shape (n,): how long ago each was drawn, in the same order, >= 0. If all are 0
            the second part is uniform.
        staleness_share: c, in [0, 1].

    Returns:
        Shape (n,), its sum is 1.
    """
    if not staleness.any():
        staleness = np.ones(len(weights))
    by_rank, by_age = weights / weights.sum(), staleness / staleness.sum()
    return (1.0 - staleness_share) * by_rank + staleness_share * by_age


class Ranking:
    """Slots 0..n-1 ordered by a value, the largest first; tied ones at random.

    A value that changes moves one slot: nothing is sorted anew.

    Args:
        capacity: The largest number of slots.
    """

    def __init__(self, capacity: int) -> None:
        self._order = np.zeros(capacity, dtype=np.int64)
        # Negated, so that they ascend as `searchsorted` wants it.
        self._keys = np.zeros(capacity)
        self.count = 0

    @property
    def order(self) -> np.ndarray:
        """The slot of each rank, the best first; shape (n,), a view."""
        return self._order[: self.count]

    def fill(self, order: np.ndarray, values: np.ndarray) -> None:
        """Hold the slots in this order; `values` has the value of each slot, shape (n,)."""
        self.count = len(order)
        self._order[: self.count] = order
        self._keys[: self.count] = -values[order]

    def put(self, slot: int, value: float, rng: np.random.Generator) -> None:
        """Give a slot a value, where the slot is one of 0..n-1, or n to add it."""
        order, keys = self._order, self._keys
        # A new slot comes from the end; an old one from its place.
        at = self.count if slot == self.count else int((self.order == slot).argmax())
        last = self.count - 1 + (slot == self.count)
        order[at:last], keys[at:last] = order[at + 1 : last + 1], keys[at + 1 : last + 1]
        others = keys[:last]
        first, end = others.searchsorted(-value), others.searchsorted(-value, "right")
        to = int(first if first == end else rng.integers(first, end + 1))
        order[to + 1 : last + 1], keys[to + 1 : last + 1] = order[to:last], keys[to:last]
        order[to], keys[to] = slot, -value
        self.count = last + 1
