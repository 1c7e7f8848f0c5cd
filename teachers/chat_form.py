"""An action as named numbers that a chat model can give: the question, the schema, the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import gymnasium as gym
import numpy as np

from ..core.spaces import Arms, Cells, Cube, arms

MAX_FIELDS = 100
"""The most numbers that an answer may consist of."""


class Field(NamedTuple):
    """One number of an answer.

    Attributes:
        name: What it is called.
        low: Least value.
        high: Greatest value.
        whole: Whether it is a whole number.
    """

    name: str
    low: float
    high: float
    whole: bool

    def said(self) -> str:
        """What may be given, in words."""
        kind = "a whole number" if self.whole else "a number"
        return f"{kind} from {self.low:.12g} to {self.high:.12g}"


def schema(fields: Sequence[Field]) -> dict[str, Any]:
    """The JSON schema of an object with these fields."""
    return {
        "type": "object",
        "properties": {
            field.name: {
                "type": "integer" if field.whole else "number",
                "minimum": int(field.low) if field.whole else field.low,
                "maximum": int(field.high) if field.whole else field.high,
            }
            for field in fields
        },
        "required": [field.name for field in fields],
        "additionalProperties": False,
    }


def format_said(fields: Sequence[Field]) -> str:
    """The same in words, for models that know no schema."""
    return "{" + ", ".join(f'"{field.name}": {field.said()}' for field in fields) + "}"


def read(answer: Mapping[str, Any] | None, fields: Sequence[Field]) -> np.ndarray:
    """The values of the fields, shape (fields,). Whatever else is in the answer is not looked at.

    Args:
        answer: The JSON object of an answer, None if it has none.
        fields: What is asked for.

    Raises:
        ValueError: For an answer that can't be used; the message tells the model why.
    """
    if answer is None:
        raise ValueError("there is no JSON object in it")
    values = np.empty(len(fields))
    for i, field in enumerate(fields):
        if field.name not in answer:
            raise ValueError(f"it lacks {field.name!r}")
        value = answer[field.name]
        number = not isinstance(value, bool) and isinstance(value, int | float)
        if not number or not (field.low <= value <= field.high) or (field.whole and value % 1):
            shown = value if number else type(value).__name__
            raise ValueError(f"{field.name!r} must be {field.said()}, not {str(shown)[:40]}")
        values[i] = value
    return values


class Form:
    """An action space as named numbers.

    ==============================  ======================================
    space                           fields
    ==============================  ======================================
    ``Discrete(n)``                 topic
    ``Discrete(n)`` with levels     topic, level
    ``MultiDiscrete([t, l])``       topic, level
    ``MultiDiscrete([a, ..., l])``  topic_1, topic_2, ..., level
    ``Box``                         x1, x2, ...: coordinates, in C order
    ==============================  ======================================

    Topics and levels are counted from 0, also where the space starts elsewhere.

    Args:
        space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box``.
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
        bins: Bins per axis of a ``Box``, such as ``(topics, levels)``, if it is made of cells.

    Raises:
        ValueError: For a space of more than `MAX_FIELDS` axes, or one that `arms` refuses.
        TypeError: For another kind of space.

    Attributes:
        cells: The space as arms; None for a ``Box`` without bins.
        fields: What a chat model is asked for.
    """

    def __init__(
        self,
        space: gym.Space,
        *,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
    ) -> None:
        self.space = space
        self.cells: Arms | None = None
        self.cube: Cube | None = None
        if isinstance(space, gym.spaces.Box):
            self.cube = Cube(space)
            if bins is not None or levels is not None:
                self.cells = arms(space, levels=levels, bins=bins)
            low, high = _as_written(space.low), _as_written(space.high)
            self.fields = tuple(
                Field(f"x{i + 1}", low[i], high[i], whole=False) for i in range(len(low))
            )
        else:
            self.cells = arms(space, levels=levels, bins=bins)
            shape = self.cells.shape
            names = (
                [f"topic_{i + 1}" for i in range(len(shape) - 1)] if len(shape) > 2 else ["topic"]
            )
            if self.cells.ordered:
                names = [*names[: len(shape) - 1], "level"]
            self.fields = tuple(
                Field(name, 0, size - 1, whole=True)
                for name, size in zip(names, shape, strict=True)
            )
        if len(self.fields) > MAX_FIELDS:
            raise ValueError(
                f"a chat model can be asked for {MAX_FIELDS} numbers at most, and {space} has "
                f"{len(self.fields)}"
            )

    def action(self, values: np.ndarray) -> Any:
        """The element of the space that the fields' values name, shape (fields,)."""
        if self.cube is not None:
            point = values.reshape(self.space.shape).astype(self.space.dtype)
            return np.clip(point, self.cube.space.low, self.cube.space.high)
        assert isinstance(self.cells, Cells)
        index = tuple(values.astype(np.int64))
        return self.cells.action(int(np.ravel_multi_index(index, self.cells.shape)))

    def values(self, action: Any) -> np.ndarray:
        """The fields' values of an element of the space, shape (fields,)."""
        if self.cube is not None:
            return np.asarray(action, dtype=np.float64).ravel()
        assert self.cells is not None
        return np.array(np.unravel_index(self.cells.arm(action), self.cells.shape), dtype=float)

    def draw(self, rng: np.random.Generator) -> Any:
        """An element of the space, drawn uniformly."""
        if self.cube is not None:
            return self.cube.action(rng.random(self.cube.dimensions))
        assert isinstance(self.cells, Cells)
        return self.cells.action(int(rng.integers(self.cells.n)))


def _as_written(bounds: np.ndarray) -> list[float]:
    """Bounds as one writes them: that of a float32 of 0.1 is 0.1, not 0.10000000149.

    A model that answers with a bound would else be told that it is out of range. `Form.action`
    keeps to the space's own.
    """
    return [float(str(bound)) for bound in bounds.ravel()]
