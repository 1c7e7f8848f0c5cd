"""What the teachers of this package share: checked feedback and a checked state."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np

from ..core.spaces import contains
from .base import Teacher

STATE_VERSION = 1
"""Version of the layout of `CheckedTeacher.state_dict`."""


class CheckedTeacher(Teacher):
    """A teacher that checks what it is told, and whose state is a list of its attributes.

    `act` may be called any number of times before `observe` (batched or delayed feedback), and
    `observe` takes any action of the space, also one that was never proposed.

    Attributes:
        needs_levels: Whether the teacher refuses a ``Discrete`` space without ``levels=``.
        state_fields: Names of the attributes that change: arrays, numbers or strings.
        growing_fields: Those of them that are arrays whose first axis may have any length.
        cells: How the teacher cuts its space: cells per axis, empty if it does not.
    """

    needs_levels: ClassVar[bool] = False
    state_fields: ClassVar[tuple[str, ...]] = ()
    growing_fields: ClassVar[tuple[str, ...]] = ()
    cells: tuple[int, ...] = ()

    def __init__(self, action_space: gym.Space, *, seed: int | None = None) -> None:
        if not isinstance(action_space, gym.Space):
            raise TypeError(f"action_space must be a gymnasium space, not {action_space!r}")
        super().__init__(action_space, seed=seed)

    def check(self, action: Any, score: Any) -> float:
        """The score as a float, after a check of both.

        Raises:
            ValueError: For an action outside the space, or a score that is not in [0, 1].
        """
        if not contains(self.action_space, action):
            raise ValueError(f"action {action!r} is not in {self.action_space}")
        try:
            number = float(score)
        except (TypeError, ValueError):
            number = math.nan
        if not 0.0 <= number <= 1.0:
            raise ValueError(
                f"score must be a number in [0, 1], not {score!r}; map a reward on another scale "
                "first, and leave out lessons without a score"
            )
        return number

    def state_dict(self) -> dict[str, Any]:
        """Everything that changes: copies, as arrays and JSON-able values, the generator too."""
        return {
            "version": STATE_VERSION,
            "teacher": type(self).__name__,
            "action_space": repr(self.action_space),
            "cells": list(self.cells),
            "rng": self.rng.bit_generator.state,
            **{name: _copy(getattr(self, name)) for name in self.state_fields},
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from what `state_dict` returned; arguments such as rates are not in it.

        Raises:
            TypeError: If it is no mapping.
            ValueError: For the state of another teacher, space, version or size, or a damaged one.
                The teacher is then left as it was.
        """
        if not isinstance(state, Mapping):
            raise TypeError(f"state must be what state_dict returned, not {state!r}")
        mine = self.state_dict()
        for name in ("version", "teacher", "action_space", "cells"):
            if state.get(name) != mine[name]:
                raise ValueError(
                    f"this state does not fit: its {name} is {state.get(name)!r}, and this "
                    f"teacher's is {mine[name]!r}"
                )
        if missing := [name for name in mine if name not in state]:
            raise ValueError(f"this state is incomplete: it lacks {', '.join(missing)}")
        restored = {name: self._restored(name, state[name]) for name in self.state_fields}
        # A generator of its own, so that a state from another bit generator raises here and not
        # after half of the attributes are set.
        rng = np.random.default_rng()
        try:
            rng.bit_generator.state = state["rng"]
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(f"this state has no usable rng: {error}") from error
        self.rng = rng
        for name, value in restored.items():
            setattr(self, name, value)

    def _restored(self, name: str, value: Any) -> Any:
        mine = getattr(self, name)
        try:
            if not isinstance(mine, np.ndarray):
                return _as_kind_of(mine, value)
            array = np.array(value, dtype=mine.dtype)
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"this state is damaged: {name} is {value!r}, where a teacher like this has "
                f"{type(mine).__name__}"
            ) from error
        skip = 1 if name in self.growing_fields else 0
        if array.ndim != mine.ndim or array.shape[skip:] != mine.shape[skip:]:
            raise ValueError(
                f"this state does not fit: {name} has shape {array.shape}, and this teacher's has "
                f"{mine.shape}; make the teacher with the arguments it was saved with"
            )
        return array


def _as_kind_of(mine: Any, value: Any) -> Any:
    restored = type(mine)(value)
    if restored != value and value == value:  # such as 2.5 or "no" for a count or a flag
        raise ValueError
    return restored


def _copy(value: Any) -> Any:
    return value.copy() if isinstance(value, np.ndarray) else value
