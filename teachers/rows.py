"""An array that rows are appended to, with a bound on how many are kept."""

from __future__ import annotations

import numpy as np


class Rows:
    """The last rows of a stream, oldest first, as one array.

    Args:
        width: Numbers per row.
        limit: How many rows are kept; None keeps all.
    """

    def __init__(self, width: int, limit: int | None = None) -> None:
        self.limit = limit
        self._buffer = np.empty((64, width))
        self._start = self._end = 0

    def __len__(self) -> int:
        return self._end - self._start

    @property
    def array(self) -> np.ndarray:
        """The rows, shape (n, width): a view that the next `append` may overwrite."""
        return self._buffer[self._start : self._end]

    def append(self, row: np.ndarray) -> None:
        """Add a row of shape (width,), and drop the oldest one if there are too many."""
        if self._end == len(self._buffer):
            self.replace(self.array.copy())
        self._buffer[self._end] = row
        self._end += 1
        if self.limit is not None and len(self) > self.limit:
            self._start += 1

    def replace(self, rows: np.ndarray) -> None:
        """Hold these rows, shape (n, width), instead."""
        kept = rows if self.limit is None else rows[max(len(rows) - self.limit, 0) :]
        # Twice the room that is needed: appending costs constant time on average.
        self._buffer = np.empty((max(2 * len(kept), 64), rows.shape[1]))
        self._buffer[: len(kept)] = kept
        self._start, self._end = 0, len(kept)
