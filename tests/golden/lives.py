"""What happens to a teacher: lessons whose answers are right or wrong as fixed draws have it."""

import copy
import math

import gymnasium as gym
import numpy as np
from golden import reach

OBSERVATION = np.linspace(0.0, 1.0, 5, dtype=np.float32)
DRAWS = np.random.default_rng(2026).random((350, 3, 4))
FOREIGN = np.random.default_rng(2027).random((350, 8))
"""What the answers and the actions of somebody else are made of."""


class Life:
    """Lessons in the order of a loop, with some batches and some actions of somebody else.

    Args:
        told: Whether the teacher hears the scores of the answers.
        waiting: Actions that were proposed and not yet told about.
    """

    def __init__(self, told, waiting=()):
        self.told, self.waiting = told, list(waiting)
        self.actions, self.looks, self.counters = [], [], []

    def lesson(self, teacher, lesson):
        action = teacher.act(OBSERVATION)
        self.actions.append(copy.copy(action))
        self.looks.append(reach.only_looks(teacher))
        if hasattr(teacher, "counters"):
            self.counters.append(dict(teacher.counters))
        self.waiting.append(action)
        # Every third block of ten lessons is told about in one batch, the last lesson first.
        if lesson // 10 % 3 == 2 and lesson % 10 != 9:
            return
        for done in reversed(self.waiting):
            self._tell(teacher, done, lesson)
        self.waiting.clear()
        if lesson % 40 == 17:
            self._tell(teacher, _foreign(teacher.action_space, lesson), lesson)

    def seen(self):
        return {
            "actions": np.stack(self.actions),
            "kinds": {type(action).__name__ for action in self.actions},
            "looks": "".join("01"[look] for look in self.looks),
            "counters": self.counters[::3],
        }

    def _tell(self, teacher, action, lesson):
        scores = _scores(_difficulty(teacher.action_space, action), lesson)
        known = scores[~np.isnan(scores)].tolist()
        score = min(math.fsum(known) / len(known), 1.0)
        reach.tell(teacher, action, score, scores if self.told else None)


def _scores(difficulty, lesson):
    """Scores of 3 tasks with 4 answers each, some unknown; right or wrong in most lessons."""
    chance = min(max(0.9 - 0.8 * difficulty + 0.001 * lesson, 0.0), 1.0)
    draws = DRAWS[lesson]
    scores = draws * chance if lesson % 5 == 4 else (draws < chance).astype(float)
    scores[1, 2] = np.nan
    if lesson % 3 == 2:
        scores[0] = np.nan
    return scores


def _difficulty(space, action):
    """Where an action is along the last axis, from 0 to 1."""
    if isinstance(space, gym.spaces.Discrete):
        return int(action - space.start) % 4 / 3
    last = float(np.ravel(action)[-1])
    if isinstance(space, gym.spaces.MultiDiscrete):
        return (last - float(space.start[-1])) / max(float(space.nvec[-1]) - 1.0, 1.0)
    low, high = float(space.low.ravel()[-1]), float(space.high.ravel()[-1])
    return (last - low) / (high - low)


def _foreign(space, lesson):
    """An action that the teacher did not propose."""
    draws = FOREIGN[lesson]
    if isinstance(space, gym.spaces.Discrete):
        return np.int64(space.start + int(draws[0] * space.n))
    if isinstance(space, gym.spaces.MultiDiscrete):
        index = (draws[: space.nvec.size] * space.nvec).astype(space.dtype)
        return (space.start + index).astype(space.dtype)
    size = int(np.prod(space.shape))
    point = draws[:size].reshape(space.shape) * (space.high - space.low) + space.low
    return np.clip(point.astype(space.dtype), space.low, space.high)
