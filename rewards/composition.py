"""Rewards made of rewards: weighted means, and other scales brought to [0, 1]."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from .base import Reward, reward_name
from .checks import checked, validate


class _Combined:
    """The weighted mean of rewards; see `combine`."""

    def __init__(self, rewards: Sequence[Reward], weights: Sequence[float]) -> None:
        self.rewards = [checked(reward) for reward in rewards]
        self.weights = list(weights)
        self.__name__ = "+".join(reward_name(reward) for reward in rewards)

    def __call__(
        self,
        *,
        prompts: Sequence[Any],
        completions: Sequence[Any],
        answer: Sequence[str],
        **columns: Any,
    ) -> list[float | None]:
        parts = [
            reward(prompts=prompts, completions=completions, answer=answer, **columns)
            for reward in self.rewards
        ]
        return [self._mean(row) for row in zip(*parts, strict=True)]

    def _mean(self, row: Sequence[float | None]) -> float | None:
        pairs = [(w, s) for w, s in zip(self.weights, row, strict=True) if s is not None]
        total = sum(weight for weight, _ in pairs)
        return sum(weight * score for weight, score in pairs) / total if total else None


def combine(*rewards: Reward, weights: Sequence[float] | None = None) -> Reward:
    """A reward that is the weighted mean of others.

    Where a part returns None, the mean is over the rest; where none of weight is left, it is None.

    Args:
        rewards: At least one; each must score in [0, 1] (see `rescale`).
        weights: One per reward, at least 0 and not all 0; only their ratios matter. Equal by
            default.

    Raises:
        TypeError: If a reward can't be called.
        ValueError: For no rewards, or weights that do not fit; when called, for scores outside
            [0, 1].
    """
    if not rewards:
        raise ValueError("combine needs at least one reward")
    for reward in rewards:
        if not callable(reward):
            raise TypeError(f"a reward is called like a TRL reward function; {reward!r} can't be")
    weights = [1.0] * len(rewards) if weights is None else [float(weight) for weight in weights]
    if len(weights) != len(rewards):
        raise ValueError(f"combine got {len(weights)} weights for {len(rewards)} rewards")
    if not all(0 <= weight < math.inf for weight in weights) or not any(weights):
        raise ValueError(f"weights must be finite, at least 0 and not all 0, not {weights}")
    return _Combined(rewards, weights)


class _Rescaled:
    """A reward brought to [0, 1]; see `rescale`."""

    def __init__(self, reward: Reward, low: float, high: float) -> None:
        self.reward = reward
        self.low = low
        self.high = high
        self.__name__ = reward_name(reward)

    def __call__(
        self,
        *,
        prompts: Sequence[Any],
        completions: Sequence[Any],
        answer: Sequence[str],
        **columns: Any,
    ) -> list[float | None]:
        result = self.reward(prompts=prompts, completions=completions, answer=answer, **columns)
        values = validate(self.__name__, result, len(completions), unit=False)
        return [None if value is None else self._map(value) for value in values]

    def _map(self, value: float) -> float:
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)


def rescale(reward: Reward, low: float, high: float) -> Reward:
    """A reward on another scale, mapped linearly so that `low` becomes 0 and `high` 1.

    Scores beyond the two are clipped to 0 and 1; None stays None. With `high` below `low`, smaller
    is better.

    Raises:
        ValueError: If the bounds are equal or not finite; when called, for scores that are not
            finite.
    """
    if not (math.isfinite(low) and math.isfinite(high)) or low == high:
        raise ValueError(f"rescale needs two different finite bounds, not {low!r} and {high!r}")
    return _Rescaled(reward, low, high)
