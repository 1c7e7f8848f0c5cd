"""The rewards that have names."""

from __future__ import annotations

from ..core.names import lookup
from .base import Reward
from .matching import exact_match, exact_match_squad, f1
from .numerical import numeric
from .reasoning_gym import reasoning_gym_score
from .semantic import SemanticSimilarity

REWARDS: dict[str, Reward] = {
    "exact_match": exact_match,
    "exact_match_squad": exact_match_squad,
    "f1": f1,
    "numeric": numeric,
    "semantic": SemanticSimilarity(),
    "reasoning_gym": reasoning_gym_score,
}
"""All named rewards, ready to be called."""


def make_reward(name: str) -> Reward:
    """The reward of a name.

    Raises:
        ValueError: For an unknown name; the message names the nearest known ones.
    """
    return lookup("reward", name, REWARDS)
