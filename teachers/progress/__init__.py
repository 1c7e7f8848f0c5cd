"""Teachers that follow the student's progress through topics and levels."""

from .bandits import UCB1, EpsilonGreedyProgress, Thompson
from .e2h import E2H
from .learning_progress import LearningProgress
from .rlve import RLVE
from .tscl import TSCLNaive, TSCLOnline, TSCLSampling, TSCLWindow
from .zpdes import ZPDES

__all__ = [
    "E2H",
    "RLVE",
    "UCB1",
    "ZPDES",
    "EpsilonGreedyProgress",
    "LearningProgress",
    "TSCLNaive",
    "TSCLOnline",
    "TSCLSampling",
    "TSCLWindow",
    "Thompson",
]
