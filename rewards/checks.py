"""Call a reward and make sure that what comes back can be taught with."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .base import Reward, reward_name

TOLERANCE = 1e-6
"""How far beyond [0, 1] rounding may take a score; it is then put back to the bound."""


def validate(name: str, result: Any, size: int, *, unit: bool = True) -> list[float | None]:
    """What a reward returned, as a list of floats and None.

    Args:
        name: The reward's name, for the messages.
        result: What it returned: any sequence of numbers and None.
        size: How many completions there were.
        unit: Whether scores must lie in [0, 1].

    Raises:
        ValueError: For too few or too many scores, scores that are no finite numbers, and scores
            outside [0, 1]; the message names the reward and the index.
    """
    try:
        values = list(result)
    except TypeError as error:
        raise ValueError(
            f"reward {name!r} returned {type(result).__name__}; it must return a list with one "
            "score per completion"
        ) from error
    if len(values) != size:
        raise ValueError(
            f"reward {name!r} returned {len(values)} scores for {size} completions; it must return "
            "exactly one per completion, None where it does not apply"
        )
    return [_score(name, value, index, unit) for index, value in enumerate(values)]


def _score(name: str, value: Any, index: int, unit: bool) -> float | None:
    if value is None:
        return None
    try:
        score = math.nan if isinstance(value, str | bytes) else float(value)
    except (TypeError, ValueError):
        score = math.nan
    if not math.isfinite(score):
        raise ValueError(
            f"reward {name!r} returned {value!r:.80} for completion {index}; a score is a finite "
            "number, or None where the reward does not apply"
        )
    if not unit:
        return score
    if not -TOLERANCE <= score <= 1.0 + TOLERANCE:
        raise ValueError(
            f"reward {name!r} returned {score!r} for completion {index}; scores must be in [0, 1]: "
            "map another scale with teachgym.rewards.rescale(reward, low, high)"
        )
    return min(max(score, 0.0), 1.0)


def scores(
    reward: Reward,
    prompts: Sequence[str],
    completions: Sequence[str],
    columns: Mapping[str, Sequence[Any]],
) -> np.ndarray:
    """Call a reward and check what it returns.

    Args:
        reward: What scores.
        prompts: One per completion.
        completions: The answers to score.
        columns: The further columns, ``answer`` among them, each with one entry per completion.

    Returns:
        Scores in [0, 1] of shape (completions,), NaN where the reward returned None.

    Raises:
        ValueError: If prompts or columns differ in length from the completions, or for the reasons
            of `validate`.
    """
    for column, entries in {"prompts": prompts, **columns}.items():
        if len(entries) != len(completions):
            raise ValueError(
                f"column {column!r} has {len(entries)} entries for {len(completions)} completions"
            )
    result = reward(prompts=prompts, completions=completions, **columns)  # type: ignore[misc]
    values = validate(reward_name(reward), result, len(completions))
    return np.array([math.nan if value is None else value for value in values], dtype=float)


class _Checked:
    """A reward whose scores are checked; see `checked`."""

    def __init__(self, reward: Reward) -> None:
        self.reward = reward
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
        return validate(self.__name__, result, len(completions))


def checked(reward: Reward) -> Reward:
    """The same reward, for TRL or anyone, with every batch of scores checked as `scores` does.

    It keeps the name under which TRL logs it, and None stays None.
    """
    return reward if isinstance(reward, _Checked) else _Checked(reward)
