"""Checks of models' parameters, with messages that say what was expected."""

from __future__ import annotations

from typing import Any

import numpy as np


def number(name: str, value: Any, interval: str) -> float:
    """A number in an interval such as ``"[0, 1)"``.

    Raises:
        TypeError: If it is no number.
        ValueError: If it is outside the interval.
    """
    return float(array(name, value, interval, ()))


def whole(name: str, value: Any, least: int) -> int:
    """A whole number, as Python's.

    Raises:
        ValueError: If it is anything else, or below `least`.
    """
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, not {value!r}")
    return int(value)


def flag(name: str, value: Any) -> bool:
    """True or False, and not what merely counts as one, such as the text ``"no"``.

    Raises:
        TypeError: If it is neither.
    """
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be True or False, not {value!r}")
    return bool(value)


def array(name: str, value: Any, interval: str, shape: tuple[int, ...]) -> np.ndarray:
    """Numbers in an interval, as a float64 array of the shape; one number stands for all.

    Args:
        name: The argument's name, for messages.
        value: A number or an array that broadcasts to the shape.
        interval: Such as ``"[0, 1)"`` or ``"(-inf, inf)"``, written as in mathematics.
        shape: The shape of the result, which may be a read-only view.

    Raises:
        TypeError: If it holds anything but numbers.
        ValueError: If one is outside the interval, or the shape does not fit.
    """
    values = np.asarray(value)
    if values.dtype.kind not in "fiu":
        raise TypeError(f"{name} must be a number in {interval}, not {value!r}")
    low, high = (float(bound) for bound in interval[1:-1].split(","))
    above = values >= low if interval[0] == "[" else values > low
    below = values <= high if interval[-1] == "]" else values < high
    if not (above & below).all():
        wrong = values[~(above & below)][0] if values.ndim else values
        raise ValueError(f"{name} must be in {interval}, not {wrong}")
    try:
        return np.broadcast_to(values.astype(np.float64), shape)
    except ValueError:
        expected = f"a number or an array of shape {shape}" if shape else "a single number"
        raise ValueError(f"{name} must be {expected}, not of shape {values.shape}") from None
