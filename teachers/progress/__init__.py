"""Teachers that follow the student's progress through topics and levels."""

from .bandits import UCB1, EpsilonGreedyProgress, Thompson
from .tscl import TSCLNaive, TSCLOnline, TSCLSampling, TSCLWindow

__all__ = [
    "UCB1",
    "EpsilonGreedyProgress",
    "TSCLNaive",
    "TSCLOnline",
    "TSCLSampling",
    "TSCLWindow",
    "Thompson",
]
