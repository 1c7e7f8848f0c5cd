"""A sample of a stream of numbers, and its percentiles."""

from __future__ import annotations

import math

import numpy as np


def percentile(ordered: np.ndarray, share: float) -> float:
    """The number below which a share of all lies, linear between two; as `np.quantile`.

    Args:
        ordered: Shape (n,), rising, n >= 1.
        share: In [0, 1].
    """
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    low, high = float(ordered[below]), float(ordered[min(below + 1, len(ordered) - 1)])
    part = place - below
    # From the nearer end, so that the result is exact at both.
    return low + (high - low) * part if part < 0.5 else high - (high - low) * (1.0 - part)


class Reservoir:
    """A uniform sample of all numbers so far (Vitter 1985, algorithm R).

    Args:
        size: How many numbers are kept.

    Attributes:
        slots: Shape (size,): the sample in its first `seen` places, 0 in the others.
        seen: How many numbers there have been.
    """

    def __init__(self, size: int) -> None:
        self.slots = np.zeros(size)
        self.seen = 0
        self._ordered = np.zeros(size)

    @property
    def ordered(self) -> np.ndarray:
        """The sample, rising; shape (kept,). A view, which the next `add` changes."""
        kept = min(self.seen, len(self.slots))
        return self._ordered[:kept]

    def add(self, number: float, rng: np.random.Generator) -> None:
        """Keep the number, or not: each one so far is kept with the same probability."""
        size = len(self.slots)
        slot = self.seen if self.seen < size else int(rng.integers(self.seen + 1))
        if slot < size:
            kept = min(self.seen, size)
            if slot < kept:  # what is replaced leaves first
                gap = int(self._ordered[:kept].searchsorted(self.slots[slot]))
                self._ordered[gap : kept - 1] = self._ordered[gap + 1 : kept]
                kept -= 1
            place = int(self._ordered[:kept].searchsorted(number))
            self._ordered[place + 1 : kept + 1] = self._ordered[place:kept]
            self._ordered[place] = number
            self.slots[slot] = number
        self.seen += 1

    def restore(self, slots: np.ndarray, seen: int) -> None:
        """Continue from a sample and the number of all."""
        self.slots, self.seen = slots.copy(), seen
        self._ordered = np.zeros(len(slots))
        kept = min(seen, len(slots))
        self._ordered[:kept] = np.sort(slots[:kept])
