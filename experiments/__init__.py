"""Experiments and the command line over them."""

from .compare import compare
from .comparison import Comparison, read_comparison
from .curriculum_report import curriculum_report
from .results import Result, read_result
from .run import Progress
from .teach import teach
from .train_teacher import TrainedTeacher, read_training, train_teacher

__all__ = [
    "Comparison",
    "Progress",
    "Result",
    "TrainedTeacher",
    "compare",
    "curriculum_report",
    "read_comparison",
    "read_result",
    "read_training",
    "teach",
    "train_teacher",
]
