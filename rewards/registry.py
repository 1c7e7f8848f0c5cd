"""The rewards that have names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..models.names import lookup
from .base import Reward
from .matching import exact_match, exact_match_squad, f1
from .numerical import numeric
from .semantic import SemanticSimilarity


def reasoning_gym(
    *, prompts: Sequence[Any], completions: Sequence[Any], answer: Sequence[str], **columns: Any
) -> list[float | None]:
    """The score that reasoning-gym itself gives to an answer."""
    from .reasoning_gym import reasoning_gym_score

    return reasoning_gym_score(prompts=prompts, completions=completions, answer=answer, **columns)


REWARDS: dict[str, Reward] = {
    "exact_match": exact_match,
    "exact_match_squad": exact_match_squad,
    "f1": f1,
    "numeric": numeric,
    "semantic": SemanticSimilarity(),
    "reasoning_gym": reasoning_gym,
}
"""All named rewards, ready to be called."""


def make_reward(name: str) -> Reward:
    """The reward of a name.

    Raises:
        ValueError: For an unknown name; the message names the nearest known ones.
    """
    return lookup("reward", name, REWARDS)
