"""Who decides what comes next."""

from .alp_gmm import ALPGMM
from .base import Teacher
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
    SEC,
    VCRL,
    AdaRFT,
    MoPPS,
    OnlineFiltering,
    PassRateGaussian,
)
from .progress import (
    E2H,
    RLVE,
    UCB1,
    ZPDES,
    EpsilonGreedyProgress,
    LearningProgress,
    Thompson,
    TSCLNaive,
    TSCLOnline,
    TSCLSampling,
    TSCLWindow,
)
from .progression import Progression
from .registry import TEACHERS, make_teacher, teacher_options
from .schedulers import FSRS, SM2, Leitner, MyopicOptimum, Threshold
from .uniform import Uniform

__all__ = [
    "ADR",
    "ALPGMM",
    "BMC",
    "BOTS",
    "DUMP",
    "E2H",
    "EXP3S",
    "FSRS",
    "GRESO",
    "LILO",
    "RIAC",
    "RLVE",
    "SEC",
    "SM2",
    "SPDL",
    "TEACHERS",
    "UCB1",
    "VCRL",
    "ZPDES",
    "AdaRFT",
    "CovarGMM",
    "EpsilonGreedyProgress",
    "GoalGAN",
    "Learnability",
    "LearningProgress",
    "Leitner",
    "MoPPS",
    "MyopicOptimum",
    "OnlineFiltering",
    "PassRateGaussian",
    "PolicyNetwork",
    "PolicyTeacher",
    "Progression",
    "SetterSolver",
    "TSCLNaive",
    "TSCLOnline",
    "TSCLSampling",
    "TSCLWindow",
    "Teacher",
    "Thompson",
    "Threshold",
    "Uniform",
    "make_teacher",
    "teacher_options",
]
