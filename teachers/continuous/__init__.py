"""Teachers of continuous task spaces."""

from .adr import ADR
from .covar_gmm import CovarGMM
from .goal_gan import GoalGAN
from .riac import RIAC
from .setter_solver import SetterSolver
from .spdl import SPDL

__all__ = ["ADR", "RIAC", "SPDL", "CovarGMM", "GoalGAN", "SetterSolver"]
