"""Experiments and the command line over them."""

from . import forgetting
from .compare import compare
from .comparison import Comparison, read_comparison
from .curriculum_report import curriculum_report
from .forgetting import Protocol, Retention, teach_in_turn
from .forgetting_comparison import ForgettingComparison, compare_forgetting
from .recording import Progress
from .results import Result, read_result
from .teach import teach
from .train_teacher import TrainedTeacher, read_training, train_teacher

__all__ = [
    "Comparison",
    "ForgettingComparison",
    "Progress",
    "Protocol",
    "Result",
    "Retention",
    "TrainedTeacher",
    "compare",
    "compare_forgetting",
    "curriculum_report",
    "forgetting",
    "read_comparison",
    "read_result",
    "read_training",
    "teach",
    "teach_in_turn",
    "train_teacher",
]
