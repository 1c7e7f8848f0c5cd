"""Teachers of continuous task spaces."""

from .covar_gmm import CovarGMM
from .riac import RIAC

__all__ = ["RIAC", "CovarGMM"]
