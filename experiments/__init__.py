"""Experiments and the command line over them."""

from .compare import compare
from .comparison import Comparison, read_comparison
from .results import Result, read_result
from .run import Progress
from .teach import teach

__all__ = [
    "Comparison",
    "Progress",
    "Result",
    "compare",
    "read_comparison",
    "read_result",
    "teach",
]
