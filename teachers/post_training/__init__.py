"""Curricula from the post-training of language models by reinforcement learning."""

from .adarft import AdaRFT
from .dump import DUMP
from .sec import SEC

__all__ = ["DUMP", "SEC", "AdaRFT"]
