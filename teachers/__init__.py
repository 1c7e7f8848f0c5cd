"""Who decides what comes next."""

from .base import Teacher

__all__ = ["Teacher"]
