"""Expert knowledge of where to begin or where to get to, as an action of the space."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np

from .spaces import Points


def point_of(name: str, task: Any, space: gym.Space, points: Points) -> np.ndarray:
    """The point of a task that the user named; shape (d,), in the unit cube.

    Args:
        name: The argument's name, for the message.
        task: An element of the space, or numbers that make one.
        space: The action space.
        points: The same space as points.

    Raises:
        ValueError: If it is not in the space.
    """
    dtype = space.dtype if isinstance(space, gym.spaces.Box) else None
    try:
        action = np.asarray(task, dtype=dtype)
        inside = space.contains(action)
    except (TypeError, ValueError):
        inside = False
    if not inside:
        raise ValueError(f"{name} must be an action of {space}, not {task!r}")
    return points.point(action)
