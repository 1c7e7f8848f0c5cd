"""Who decides what comes next."""

from .alp_gmm import ALPGMM
from .base import Teacher
from .exp3s import EXP3S
from .learnability import Learnability
from .network import PolicyNetwork
from .policy import PolicyTeacher
from .progress import (
    UCB1,
    EpsilonGreedyProgress,
    Thompson,
)
from .progression import Progression
from .registry import TEACHERS, make_teacher, teacher_options
from .schedulers import FSRS, SM2, Leitner, MyopicOptimum, Threshold
from .uniform import Uniform

__all__ = [
    "ALPGMM",
    "EXP3S",
    "FSRS",
    "SM2",
    "TEACHERS",
    "UCB1",
    "EpsilonGreedyProgress",
    "Learnability",
    "Leitner",
    "MyopicOptimum",
    "PolicyNetwork",
    "PolicyTeacher",
    "Progression",
    "Teacher",
    "Thompson",
    "Threshold",
    "Uniform",
    "make_teacher",
    "teacher_options",
]
