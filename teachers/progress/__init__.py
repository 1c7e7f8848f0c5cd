"""Teachers that follow the student's progress through topics and levels."""

from .bandits import UCB1, EpsilonGreedyProgress, Thompson

__all__ = ["UCB1", "EpsilonGreedyProgress", "Thompson"]
