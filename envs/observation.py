"""What a teacher sees of a student: smoothed scores, shares of practice, budget left."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np

RATE = 0.2
"""Rate of the exponential smoothing of scores."""


def observation_space(topics: int, levels: int) -> gym.spaces.Box:
    """``Box(0, 1, (2·topics·levels + 1,))`` of float32."""
    return gym.spaces.Box(0.0, 1.0, (2 * topics * levels + 1,), np.float32)


class LessonRecord:
    """Scores and practice of each cell (a topic at a level) in one episode.

    Attributes:
        scores: Smoothed scores, shape (topics, levels). The first score of a cell counts whole;
            from then on ``s ← s + 0.2·(score - s)``. 0 while never practised.
        practice: Number of lessons, shape (topics, levels).
    """

    def __init__(self, topics: int, levels: int) -> None:
        self.scores = np.zeros((topics, levels))
        self.practice = np.zeros((topics, levels), dtype=np.int64)

    @property
    def lessons(self) -> int:
        """Lessons taught so far."""
        return int(self.practice.sum())

    def smoothed(self, topic: int, level: int) -> float | None:
        """The smoothed score of a cell, None while it was never practised."""
        return float(self.scores[topic, level]) if self.practice[topic, level] else None

    def add(self, topic: int, level: int, score: float) -> None:
        """Take in the mean score of a lesson."""
        rate = RATE if self.practice[topic, level] else 1.0
        self.scores[topic, level] += rate * (score - self.scores[topic, level])
        self.practice[topic, level] += 1

    def vector(self, budget: int) -> np.ndarray:
        """The observation, float32 of shape (2·topics·levels + 1,).

        Smoothed scores by topic, then level; shares of practice likewise; the share of the budget
        that is left.
        """
        lessons = self.lessons
        shares = self.practice / max(lessons, 1)
        left = 1.0 - lessons / budget
        return np.concatenate([self.scores.ravel(), shares.ravel(), [left]]).astype(np.float32)

    def state(self) -> dict[str, Any]:
        """Everything, JSON-able."""
        return {"scores": self.scores.tolist(), "practice": self.practice.tolist()}

    def load(self, state: dict[str, Any]) -> None:
        """Continue from what `state` returned."""
        self.scores = np.array(state["scores"], dtype=float)
        self.practice = np.array(state["practice"], dtype=np.int64)
