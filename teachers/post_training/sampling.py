"""Distributions over arms that several curricula share."""

from __future__ import annotations

import numpy as np

from ..arm_teacher import draw

__all__ = ["draw", "nearest", "softmax"]


def softmax(values: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities proportional to exp(value / temperature), shape (n,)."""
    weights = np.exp((values - values.max()) / temperature)
    return weights / weights.sum()


def nearest(values: np.ndarray, target: float, rng: np.random.Generator) -> int:
    """The index of the value nearest to the target, drawn uniformly among ties."""
    distance = np.abs(values - target)
    tied = np.flatnonzero(distance == distance.min())
    return int(tied[0] if len(tied) == 1 else tied[rng.integers(len(tied))])
