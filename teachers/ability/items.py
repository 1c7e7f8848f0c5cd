"""What is known of the items: a difficulty, a discrimination and a guessing chance per arm."""

from __future__ import annotations

from typing import Any

import numpy as np

EASIEST, HARDEST = -2.0, 2.0
"""Difficulties of the lowest and the highest level, in logits, where none are given."""
LARGEST_DIFFICULTY = 10.0
"""Bound of difficulties in logits: the chance there is 5e-5 for an average student."""


def per_arm(name: str, values: Any, shape: tuple[int, int]) -> np.ndarray:
    """A finite number for each arm, shape (topics, levels).

    Args:
        name: Name of the argument, for errors.
        values: One number, one per level, one per arm, or a table (topics, levels).
        shape: (topics, levels).

    Raises:
        ValueError: For another shape, or what is not a finite number.
    """
    topics, levels = shape
    try:
        given = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be numbers: {error}") from error
    if given.shape == (topics * levels,):
        given = given.reshape(shape)
    if given.shape not in ((), (levels,), shape):
        raise ValueError(
            f"{name} must be one number, one for each of the {levels} levels, one for each of the "
            f"{topics * levels} arms, or a table of shape {shape}; they have shape {given.shape}"
        )
    if not np.isfinite(given).all():
        raise ValueError(f"{name} must be finite numbers, not {values!r}")
    return np.broadcast_to(given, shape).copy()


def check_difficulties(values: Any, shape: tuple[int, int]) -> np.ndarray:
    """Difficulties in logits, shape (topics, levels); None spaces the levels equally in [-2, 2].

    Args:
        values: As for `per_arm`, or None.
        shape: (topics, levels).

    Raises:
        ValueError: For another shape, or a number outside [-10, 10].
    """
    if values is None:
        levels = shape[1]
        values = np.linspace(EASIEST, HARDEST, levels) if levels > 1 else 0.0
    table = per_arm("difficulties", values, shape)
    if np.abs(table).max() > LARGEST_DIFFICULTY:
        raise ValueError(
            f"difficulties must be logits in [-{LARGEST_DIFFICULTY:g}, {LARGEST_DIFFICULTY:g}], "
            f"0 for an item that half of all students solve, not {values!r}"
        )
    return table


def check_discriminations(values: Any, shape: tuple[int, int]) -> np.ndarray:
    """Discriminations > 0, shape (topics, levels).

    Raises:
        ValueError: For another shape, or a number that is not above 0.
    """
    table = per_arm("discriminations", values, shape)
    if table.min() <= 0.0:
        raise ValueError(f"discriminations must be > 0, not {values!r}")
    return table


def check_guessing(values: Any, shape: tuple[int, int]) -> np.ndarray:
    """Chances of a right guess in [0, 1), shape (topics, levels).

    Raises:
        ValueError: For another shape, or a number outside [0, 1).
    """
    table = per_arm("guessing", values, shape)
    if table.min() < 0.0 or table.max() >= 1.0:
        raise ValueError(f"guessing must be chances in [0, 1), not {values!r}")
    return table
