"""Environments with simulated students, single and by the thousand."""

from .classroom import Classroom
from .single import ClassroomEnv
from .vector import ClassroomVectorEnv

__all__ = ["Classroom", "ClassroomEnv", "ClassroomVectorEnv"]
