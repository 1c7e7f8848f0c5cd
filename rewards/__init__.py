"""How an answer is scored; every reward is callable as a TRL reward function."""

from .base import Reward, text

__all__ = ["Reward", "text"]
