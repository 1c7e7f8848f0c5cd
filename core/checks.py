"""Checks of arguments, with messages that say what was expected.

Those that raise TypeError for another kind of thing (`at_least`, `flag`, `number`, `array`) are for
arguments of programs; the others raise ValueError for all that is unfit, options given as text too.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np


def at_least(name: str, value: Any, least: int) -> int:
    """A whole number of at least `least`, as Python's.

    Raises:
        TypeError: If it is no integer.
        ValueError: If it is below `least`.
    """
    try:
        result = None if isinstance(value, bool) else operator.index(value)
    except TypeError:
        result = None
    if result is None:
        raise TypeError(f"{name} must be an integer, not {value!r}")
    if result < least:
        raise ValueError(f"{name} must be at least {least}, not {result}")
    return result


def whole(name: str, value: Any, least: int = 1) -> int:
    """A whole number of at least `least`, as Python's; 2.0 is one.

    Raises:
        ValueError: If it is anything else.
    """
    if _is_number(value) and math.isfinite(value) and value == int(value) and value >= least:
        return int(value)
    raise ValueError(f"{name} must be a whole number of at least {least}, not {value!r}")


def flag(name: str, value: Any) -> bool:
    """True or False, and not what merely counts as one, such as the text ``"no"``.

    Raises:
        TypeError: If it is neither.
    """
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"{name} must be True or False, not {value!r}")
    return bool(value)


def choice(name: str, value: Any, known: Sequence[str]) -> str:
    """One of the known words.

    Raises:
        ValueError: If it is anything else.
    """
    if value in known:
        return value
    raise ValueError(f"{name} must be one of {', '.join(map(repr, known))}, not {value!r}")


def share(name: str, value: Any) -> float:
    """A number in [0, 1].

    Raises:
        ValueError: If it is anything else.
    """
    if _is_number(value) and 0.0 <= value <= 1.0:
        return float(value)
    raise ValueError(f"{name} must be a number in [0, 1], not {value!r}")


def rate(name: str, value: Any) -> float:
    """A number in (0, 1].

    Raises:
        ValueError: If it is anything else.
    """
    if _is_number(value) and 0.0 < value <= 1.0:
        return float(value)
    raise ValueError(f"{name} must be a number in (0, 1], not {value!r}")


def non_negative(name: str, value: Any) -> float:
    """A finite number that is not below 0.

    Raises:
        ValueError: If it is anything else.
    """
    if _is_number(value) and 0.0 <= value < math.inf:
        return float(value)
    raise ValueError(f"{name} must be a finite number >= 0, not {value!r}")


def positive(name: str, value: Any) -> float:
    """A finite number above 0.

    Raises:
        ValueError: If it is anything else.
    """
    if _is_number(value) and 0.0 < value < math.inf:
        return float(value)
    raise ValueError(f"{name} must be a finite number > 0, not {value!r}")


def number(name: str, value: Any, interval: str) -> float:
    """A number in an interval such as ``"[0, 1)"``.

    Raises:
        TypeError: If it is no number.
        ValueError: If it is outside the interval.
    """
    return float(array(name, value, interval, ()))


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


def _is_number(value: Any) -> bool:
    if isinstance(value, bool | np.bool_ | str | bytes):
        return False
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True
