"""Lessons that some students learn from, while others only answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import gymnasium as gym
    from gymnasium.vector import VectorEnv

NEXT = "only_looks"
"""Attribute of a `lookable` environment: whether its next lesson is only for looking."""


def lookable(env: gym.Env) -> gym.Env:
    """Wrap an environment of one student, so that one of several side by side can be told to look.

    ``set_wrapper_attr("only_looks", True)`` turns each `step` into a `look`, until it is unset.

    Args:
        env: What `gym.make` returned.
    """
    import gymnasium as gym

    class Lookable(gym.Wrapper):
        only_looks = False

        def step(self, action: Any) -> Any:
            if self.only_looks:
                return self.env.unwrapped.look(action)  # type: ignore[attr-defined]
            return self.env.step(action)

    return Lookable(env)


def give(env: VectorEnv, actions: np.ndarray, looks: np.ndarray) -> Any:
    """Give each student a lesson, from which those who look don't learn.

    An environment that knows no looks teaches everybody: one that is neither a native vector
    environment of `teachgym` nor made by `make_vector`. Wrappers around a native one do not see
    the lessons in which somebody looks.

    Args:
        env: The students.
        actions: One action per student.
        looks: Who only looks, bool of shape (students,).

    Returns:
        What ``env.step`` returns.
    """
    if hasattr(env.unwrapped, "look"):
        return env.unwrapped.look(actions, looks) if looks.any() else env.step(actions)
    beside = getattr(env.unwrapped, "envs", ())
    if beside and all(one.has_wrapper_attr(NEXT) for one in beside):
        env.set_attr(NEXT, looks.tolist())  # type: ignore[attr-defined]
    return env.step(actions)
