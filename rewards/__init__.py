"""How an answer is scored; every reward is callable as a TRL reward function."""

from .base import Reward, reward_name, text
from .checks import checked, scores
from .composition import combine, rescale
from .matching import ExactMatch, exact_match, exact_match_squad, f1
from .numerical import numeric
from .reasoning_gym import reasoning_gym_score
from .registry import REWARDS, make_reward
from .semantic import SemanticSimilarity

__all__ = [
    "REWARDS",
    "ExactMatch",
    "Reward",
    "SemanticSimilarity",
    "checked",
    "combine",
    "exact_match",
    "exact_match_squad",
    "f1",
    "make_reward",
    "numeric",
    "reasoning_gym_score",
    "rescale",
    "reward_name",
    "scores",
    "text",
]
