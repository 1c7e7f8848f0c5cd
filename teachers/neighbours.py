"""Which earlier task is nearest, in a history of thousands."""

from __future__ import annotations

import numpy as np

from .rows import Rows


def nearest(known: np.ndarray, point: np.ndarray) -> int:
    """Index of the Euclidean nearest neighbour; the latest one of those that tie.

    The latest, because it says most about the student of today: in a discrete space every earlier
    lesson of the same cell ties.

    Args:
        known: Shape (n, d), n >= 1, oldest first.
        point: Shape (d,).
    """
    offset = known - point
    distance = np.einsum("ij,ij->i", offset, offset)
    return len(known) - 1 - int(np.argmin(distance[::-1]))


class Neighbours:
    """The latest points of the unit cube, each with a number, and a fast search among them.

    The search finds what `nearest` finds. It first sorts out, in single precision, all points that
    are farther than the nearest one by more than rounding can explain: |x|^2 - 2 x.q for all x is
    one product of a matrix, kept column by column, with a vector.

    Args:
        dimensions: Coordinates of a point.
        limit: How many points are kept; None keeps all.
    """

    def __init__(self, dimensions: int, limit: int | None = None) -> None:
        self._rows = Rows(dimensions + 1, limit)
        self._columns = np.empty((dimensions + 1, 64), dtype=np.float32)
        self._end = 0
        # Twice the bound on the rounding errors of a sum of d + 1 terms that are at most 2 and d.
        self._tolerance = np.float32(16.0 * (dimensions + 2) ** 2 * np.finfo(np.float32).eps)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def array(self) -> np.ndarray:
        """Points and numbers, shape (n, d + 1), oldest first: a view, see `Rows`."""
        return self._rows.array

    def append(self, point: np.ndarray, number: float) -> None:
        """Add a point of shape (d,), and drop the oldest one if there are too many."""
        self._rows.append(np.concatenate((point, (number,))))
        if self._end == self._columns.shape[1]:
            self._refill()
            return
        self._columns[:-1, self._end] = point
        self._columns[-1, self._end] = point @ point
        self._end += 1

    def replace(self, rows: np.ndarray) -> None:
        """Hold these points and numbers, shape (n, d + 1), instead."""
        self._rows.replace(rows)
        self._refill()

    def nearest(self, point: np.ndarray) -> int:
        """The place of the nearest point in `array`, which must not be empty; see `nearest`."""
        query = np.concatenate((-2.0 * point, (1.0,))).astype(np.float32)
        distance = query @ self._columns[:, self._end - len(self) : self._end]
        candidates = np.flatnonzero(distance <= distance.min() + self._tolerance)
        if len(candidates) == 1:
            return int(candidates[0])
        return int(candidates[nearest(self.array[candidates, :-1], point)])

    def _refill(self) -> None:
        points = self.array[:, :-1]
        self._end = len(points)
        self._columns = np.empty((points.shape[1] + 1, max(2 * self._end, 64)), dtype=np.float32)
        self._columns[:-1, : self._end] = points.T
        self._columns[-1, : self._end] = np.einsum("ij,ij->i", points, points)
