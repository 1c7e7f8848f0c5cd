"""Who decides what comes next."""

from .ability import PUDF, AbilityMatching, MaximumInformation, rasch_difficulties
from .alp_gmm import ALPGMM
from .base import Teacher, accepts_scores
from .chat import ChatTeacher
from .continuous import ADR, RIAC, SPDL, CovarGMM, GoalGAN, SetterSolver
from .exp3s import EXP3S
from .learnability import Learnability
from .network import PolicyNetwork
from .policy import PolicyTeacher
from .post_training import (
    BMC,
    BOTS,
    DUMP,
    GRESO,
    LILO,
    PCL,
    SEC,
    VCRL,
    AdaRFT,
    MoPPS,
    OnlineFiltering,
    PassRateGaussian,
)
from .progress import (
    CORGI,
    E2H,
    RLVE,
    UCB1,
    ZPDES,
    Cyclical,
    EpsilonGreedyProgress,
    LearningProgress,
    STATSel,
    Thompson,
    TSCLNaive,
    TSCLOnline,
    TSCLSampling,
    TSCLWindow,
)
from .progression import Progression
from .registry import TEACHERS, make_teacher, teacher_options
from .replay import ACCEL, PLR, RobustPLR
from .schedulers import FSRS, SM2, Leitner, MyopicOptimum, Threshold
from .uniform import Uniform

__all__ = [
    "ACCEL",
    "ADR",
    "ALPGMM",
    "BMC",
    "BOTS",
    "CORGI",
    "DUMP",
    "E2H",
    "EXP3S",
    "FSRS",
    "GRESO",
    "LILO",
    "PCL",
    "PLR",
    "PUDF",
    "RIAC",
    "RLVE",
    "SEC",
    "SM2",
    "SPDL",
    "TEACHERS",
    "UCB1",
    "VCRL",
    "ZPDES",
    "AbilityMatching",
    "AdaRFT",
    "ChatTeacher",
    "CovarGMM",
    "Cyclical",
    "EpsilonGreedyProgress",
    "GoalGAN",
    "Learnability",
    "LearningProgress",
    "Leitner",
    "MaximumInformation",
    "MoPPS",
    "MyopicOptimum",
    "OnlineFiltering",
    "PassRateGaussian",
    "PolicyNetwork",
    "PolicyTeacher",
    "Progression",
    "RobustPLR",
    "STATSel",
    "SetterSolver",
    "TSCLNaive",
    "TSCLOnline",
    "TSCLSampling",
    "TSCLWindow",
    "Teacher",
    "Thompson",
    "Threshold",
    "Uniform",
    "accepts_scores",
    "make_teacher",
    "rasch_difficulties",
    "teacher_options",
]
