"""The logistic curve, and what models of right and wrong answers build from it."""

from __future__ import annotations

import numpy as np

from ...core.checks import array


def logistic(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)), any shape, in [0, 1]; written with tanh, which can't overflow."""
    return 0.5 + 0.5 * np.tanh(0.5 * x)


def shift_logit(probability: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """The probability whose log-odds lie `offset` above those of the given one.

    With a normal offset this draws from the logit-normal distribution with the given median. The
    arrays broadcast; an offset of 0 changes nothing, and 0 and 1 stay what they are.
    """
    odds = probability * np.exp(offset)
    return odds / (odds + (1.0 - probability))


def level_difficulties(span: tuple[float, float], levels: int) -> np.ndarray:
    """Item difficulty of each level, shape (levels,): evenly from low to high.

    A single level lies in the middle of the span.

    Raises:
        ValueError: If the span is not (low, high) with low < high.
    """
    low, high = array("span", span, "(-inf, inf)", (2,))
    if not low < high:
        raise ValueError(f"span must be (low, high) with low < high, not ({low}, {high})")
    return np.linspace(low, high, levels) if levels > 1 else np.array([(low + high) / 2])


def level_chances(logit: np.ndarray, difficulties: np.ndarray) -> np.ndarray:
    """Chance of a right answer at each level, 1 / (1 + exp(-(logit - difficulty))).

    Args:
        logit: Log-odds at difficulty 0, shape (students, topics).
        difficulties: Shape (levels,).

    Returns:
        Shape (students, topics, levels), in [0, 1].
    """
    chances = np.empty((*logit.shape, len(difficulties)))
    for level, difficulty in enumerate(difficulties):  # faster than broadcasting a short last axis
        chances[..., level] = logistic(logit - difficulty)
    return chances
