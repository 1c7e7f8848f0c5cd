"""The teachers by name."""

from __future__ import annotations

import inspect
from typing import Any

import gymnasium as gym

from ..core.names import lookup
from .ability import PUDF, AbilityMatching, MaximumInformation
from .alp_gmm import ALPGMM
from .base import Teacher
from .chat import ChatTeacher
from .continuous import ADR, RIAC, SPDL, CovarGMM, GoalGAN, SetterSolver
from .exp3s import EXP3S
from .learnability import Learnability
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
from .replay import ACCEL, PLR, RobustPLR
from .schedulers import FSRS, SM2, Leitner, Threshold
from .uniform import Uniform

TEACHERS: dict[str, type[Teacher]] = {
    "uniform": Uniform,
    "progression": Progression,
    "exp3s": EXP3S,
    "rlve": RLVE,
    "e2h": E2H,
    "ucb1": UCB1,
    "thompson": Thompson,
    "epsilon_greedy_progress": EpsilonGreedyProgress,
    "tscl_online": TSCLOnline,
    "tscl_naive": TSCLNaive,
    "tscl_window": TSCLWindow,
    "tscl_sampling": TSCLSampling,
    "learning_progress": LearningProgress,
    "zpdes": ZPDES,
    "learnability": Learnability,
    "maximum_information": MaximumInformation,
    "ability_matching": AbilityMatching,
    "pudf": PUDF,
    "cyclical": Cyclical,
    "corgi": CORGI,
    "stat_sel": STATSel,
    "plr": PLR,
    "robust_plr": RobustPLR,
    "accel": ACCEL,
    "alp_gmm": ALPGMM,
    "covar_gmm": CovarGMM,
    "riac": RIAC,
    "adr": ADR,
    "spdl": SPDL,
    "goal_gan": GoalGAN,
    "setter_solver": SetterSolver,
    "sec": SEC,
    "dump": DUMP,
    "adarft": AdaRFT,
    "mopps": MoPPS,
    "bmc": BMC,
    "vcrl": VCRL,
    "greso": GRESO,
    "bots": BOTS,
    "lilo": LILO,
    "pcl": PCL,
    "online_filtering": OnlineFiltering,
    "pass_rate_gaussian": PassRateGaussian,
    "leitner": Leitner,
    "sm2": SM2,
    "fsrs": FSRS,
    "threshold": Threshold,
    "policy": PolicyTeacher,
    "chat": ChatTeacher,
}


def teacher_options(name: str) -> dict[str, Any]:
    """The keyword arguments of a teacher beyond the space and the seed, with their defaults.

    Raises:
        ValueError: For an unknown name.
    """
    parameters = inspect.signature(lookup("teacher", name, TEACHERS)).parameters
    return {
        option: parameter.default
        for option, parameter in parameters.items()
        if option not in ("action_space", "seed")
    }


def make_teacher(
    name: str, action_space: gym.Space, *, seed: int | None = None, **options: Any
) -> Teacher:
    """Make a teacher by its name in `TEACHERS`.

    Args:
        name: The name.
        action_space: What the teacher chooses from.
        seed: Seeds the teacher's own generator.
        options: Keyword arguments of the teacher.

    Raises:
        ValueError: For an unknown name or option, or an option's value that is out of range.
    """
    known = teacher_options(name)
    if unknown := [option for option in options if option not in known]:
        raise ValueError(
            f"teacher {name!r} has no option {unknown[0]!r}; it has: {', '.join(known) or 'none'}"
        )
    return TEACHERS[name](action_space, seed=seed, **options)
