"""Teachers that decide which item to review: the classics of spaced repetition."""

from .fsrs import FSRS
from .leitner import Leitner
from .myopic import MyopicOptimum
from .sm2 import SM2
from .threshold import Threshold

__all__ = ["FSRS", "SM2", "Leitner", "MyopicOptimum", "Threshold"]
