"""Teachers that estimate the student's ability by item response theory."""

from .ability_matching import AbilityMatching
from .maximum_information import MaximumInformation
from .pudf import PUDF
from .rasch import rasch_difficulties

__all__ = ["PUDF", "AbilityMatching", "MaximumInformation", "rasch_difficulties"]
