"""Teachers of continuous task spaces."""

from .covar_gmm import CovarGMM

__all__ = ["CovarGMM"]
