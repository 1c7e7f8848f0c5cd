"""Checks of arguments, with messages that say what was expected."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any


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


def count(name: str, value: Any, minimum: int = 1) -> int:
    """A whole number of at least `minimum`.

    Raises:
        ValueError: If it is anything else.
    """
    if _is_number(value) and math.isfinite(value) and value == int(value) and value >= minimum:
        return int(value)
    raise ValueError(f"{name} must be a whole number >= {minimum}, not {value!r}")


def choice(name: str, value: Any, known: Sequence[str]) -> str:
    """One of the known words.

    Raises:
        ValueError: If it is anything else.
    """
    if value in known:
        return value
    raise ValueError(f"{name} must be one of {', '.join(map(repr, known))}, not {value!r}")


def _is_number(value: Any) -> bool:
    if isinstance(value, (bool, str, bytes)):
        return False
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True
