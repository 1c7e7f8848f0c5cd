"""What a comparison over seeds says: pure functions of numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..core.checks import at_least


@dataclass(frozen=True, slots=True)
class Summary:
    """Mean and spread of one number per seed.

    Attributes:
        n: How many seeds.
        mean: Their mean.
        sd: Sample standard deviation (n - 1), None for a single seed.
    """

    n: int
    mean: float
    sd: float | None


@dataclass(frozen=True, slots=True)
class Interval(Summary):
    """A mean with its confidence interval.

    Attributes:
        low: Lower end, None for a single seed.
        high: Upper end, None for a single seed.
        confidence: In (0, 1).
    """

    low: float | None
    high: float | None
    confidence: float


def summarise(values: Sequence[float]) -> Summary:
    """Mean and sample standard deviation of at least one number."""
    array = np.asarray(values, dtype=float)
    if array.ndim != 1 or not len(array):
        raise ValueError(f"needs a list of at least one number, not {values!r}")
    sd = float(array.std(ddof=1)) if len(array) > 1 else None
    return Summary(len(array), float(array.mean()), sd)


def paired_interval(
    values: Sequence[float], baseline: Sequence[float], confidence: float = 0.95
) -> Interval:
    """Student's t interval of the mean of ``values - baseline``, paired by position (seed).

    ``mean ± t(n - 1, (1 + confidence) / 2) · sd / √n``; no ends for fewer than two pairs.

    Raises:
        ValueError: For lists of different lengths, or a confidence outside (0, 1).
    """
    if len(values) != len(baseline):
        raise ValueError(f"{len(values)} values can't be paired with {len(baseline)}")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must be in (0, 1), not {confidence!r}")
    difference = np.asarray(values, dtype=float) - np.asarray(baseline, dtype=float)
    summary = summarise(difference.tolist())
    if summary.sd is None:
        return Interval(summary.n, summary.mean, None, None, None, confidence)
    from scipy.special import stdtrit

    half = float(stdtrit(summary.n - 1, (1 + confidence) / 2)) * summary.sd / math.sqrt(summary.n)
    return Interval(
        summary.n, summary.mean, summary.sd, summary.mean - half, summary.mean + half, confidence
    )


def smooth(curve: Sequence[float], window: int = 3) -> np.ndarray:
    """Mean of each point and the ``window - 1`` before it, fewer at the start; same length.

    It looks back only, so a smoothed curve rises late rather than early.
    """
    at_least("window", window, 1)
    array = np.asarray(curve, dtype=float)
    return np.array([array[max(0, i - window + 1) : i + 1].mean() for i in range(len(array))])


def passes_at(positions: Sequence[int], curve: Sequence[float], level: float) -> int | None:
    """The first position from which on a curve is above a level to its end, None if there is none.

    Args:
        positions: Lessons at which the curve was measured, rising.
        curve: As many values.
        level: What is to be passed; being equal is not above.
    """
    if len(positions) != len(curve):
        raise ValueError(f"{len(positions)} positions for {len(curve)} values")
    below = np.flatnonzero(~(np.asarray(curve, dtype=float) > level))
    first = int(below[-1]) + 1 if len(below) else 0
    return int(positions[first]) if first < len(positions) else None
