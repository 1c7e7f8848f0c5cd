"""Environments with simulated students, single and by the thousand."""

from .batch import StudentBatch
from .single import SimulatedEnv
from .vector import SimulatedVectorEnv

__all__ = ["SimulatedEnv", "SimulatedVectorEnv", "StudentBatch"]
