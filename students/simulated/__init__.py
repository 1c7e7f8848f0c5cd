"""Simulated students."""

from .answerer import SimulatedAnswerer

__all__ = ["SimulatedAnswerer"]
