"""Teachers that follow the student's progress through topics and levels."""

from .bandits import UCB1, EpsilonGreedyProgress, Thompson
from .corgi import CORGI
from .cyclical import Cyclical
from .e2h import E2H
from .learning_progress import LearningProgress
from .rlve import RLVE
from .stat_sel import STATSel
from .tscl import TSCLNaive, TSCLOnline, TSCLSampling, TSCLWindow
from .zpdes import ZPDES

__all__ = [
    "CORGI",
    "E2H",
    "RLVE",
    "UCB1",
    "ZPDES",
    "Cyclical",
    "EpsilonGreedyProgress",
    "LearningProgress",
    "STATSel",
    "TSCLNaive",
    "TSCLOnline",
    "TSCLSampling",
    "TSCLWindow",
    "Thompson",
]
