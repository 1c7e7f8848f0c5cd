"""Who learns."""

from .base import Student, Study, Update, columns
from .language_model import LanguageModelStudent
from .simulated import SimulatedAnswerer

__all__ = ["LanguageModelStudent", "SimulatedAnswerer", "Student", "Study", "Update", "columns"]
