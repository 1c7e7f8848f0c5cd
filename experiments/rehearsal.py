"""Which earlier topics are rehearsed while a new one is taught."""

from __future__ import annotations

import numpy as np

from ..core.checks import positive

SCHEDULES = ("none", "uniform", "power_law")
"""How earlier topics are drawn for rehearsal."""


def rehearsal_weights(taught: int, schedule: str, exponent: float = 1.0) -> np.ndarray:
    """The chances with which earlier topics are drawn for a lesson of rehearsal.

    ``"uniform"`` draws each as often; ``"power_law"`` in proportion to ``age ** -exponent``, where
    the topic before the current one has age 1, the one before that age 2, as memory fades by a
    power of time (Wixted and Ebbesen 1991); which of the two serves a student better is what the
    protocol measures.

    Args:
        taught: Earlier topics, at least 1, in the order in which they were taught.
        schedule: ``"uniform"`` or ``"power_law"``.
        exponent: Above 0; larger ones rehearse mostly what was taught last.

    Returns:
        Shape (taught,), summing to 1.

    Raises:
        ValueError: For another schedule, or numbers out of range.
    """
    if taught < 1:
        raise ValueError(f"there must be an earlier topic to rehearse, not {taught}")
    if schedule == "uniform":
        return np.full(taught, 1 / taught)
    if schedule != "power_law":
        raise ValueError(f"schedule must be 'uniform' or 'power_law' here, not {schedule!r}")
    positive("exponent", exponent)
    weights = np.arange(taught, 0, -1, dtype=float) ** -exponent
    return weights / weights.sum()


def next_topic(
    current: int, schedule: str, share: float, exponent: float, rng: np.random.Generator
) -> int:
    """The topic of the next lesson: the current one, or with chance `share` an earlier one.

    It draws the same random numbers whatever the schedule, so that runs stay comparable.

    Args:
        current: Place of the current topic in the order of teaching; its forerunners are
            ``0 .. current - 1``.
        schedule: One of `SCHEDULES`.
        share: Share of the lessons that rehearse, in [0, 1].
        exponent: Of the power law.
        rng: Where the randomness comes from.
    """
    rehearses, which = rng.random(2)
    if schedule == "none" or current == 0 or rehearses >= share:
        return current
    ends = rehearsal_weights(current, schedule, exponent).cumsum()
    return min(int(np.searchsorted(ends, which, side="right")), current - 1)
