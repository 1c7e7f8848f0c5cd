"""Who learns."""

from .base import Conversational, SelfScoring, Student, Study, Update, columns
from .language_model import LanguageModelStudent
from .simulated import SimulatedAnswerer

__all__ = [
    "Conversational",
    "LanguageModelStudent",
    "SelfScoring",
    "SimulatedAnswerer",
    "Student",
    "Study",
    "Update",
    "columns",
]
