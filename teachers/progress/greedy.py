"""The arms with the largest value."""

from __future__ import annotations

import numpy as np


def greedy(values: np.ndarray) -> np.ndarray:
    """The uniform distribution over the largest of `values`, shape (arms,); inf is allowed."""
    best = values == values.max()
    return best / best.sum()
