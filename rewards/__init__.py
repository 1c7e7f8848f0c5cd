"""How an answer is scored; every reward is callable as a TRL reward function."""

from .base import Reward, text
from .checks import checked, scores

__all__ = ["Reward", "checked", "scores", "text"]
