"""What a loop and a teacher tell each other beyond an action and its mean score."""

from __future__ import annotations

from typing import Any

import numpy as np


def details(teacher: Any, scores: np.ndarray | None) -> dict[str, Any]:
    """Keyword arguments for the teacher's `observe`: the answers' scores if it takes them.

    Args:
        teacher: The teacher, see `teachgym.teachers.Teacher.takes_scores`.
        scores: Shape (tasks, completions), None if the environment does not tell.
    """
    if scores is None or not getattr(teacher, "takes_scores", False):
        return {}
    return {"scores": scores}


def only_looks(teacher: Any) -> bool:
    """Whether the lesson that the teacher's `act` has just proposed is only for looking."""
    return bool(getattr(teacher, "only_looks", False))
