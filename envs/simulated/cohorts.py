"""Simulated students by name."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...core.names import lookup
from ...students.simulated.cohort import Cohort

CohortSource = str | Callable[..., Cohort]


def make_cohort(
    student: CohortSource,
    options: Mapping[str, Any] | None,
    size: int,
    topics: int,
    levels: int = 1,
    **knowledge: Any,
) -> Cohort:
    """Make the students of an environment.

    Args:
        student: A name in `teachgym.students.simulated.COHORTS`, or a callable that takes size,
            topics and levels and returns a `Cohort`.
        options: Further arguments of the students' model.
        size: Number of students.
        topics: Number of topics.
        levels: Number of levels.
        knowledge: What the environment tells a model that takes an argument of this name, such as
            ``prerequisites``; `options` come first.

    Raises:
        TypeError: For a student of another kind, or a callable that returns no cohort.
        ValueError: For an unknown name or option, which is answered with the nearest known ones, or
            a cohort of another shape.
    """
    if isinstance(student, str):
        from ...students.simulated import COHORTS

        student = lookup("student", student, COHORTS)
    elif not callable(student):
        raise TypeError(f"student must be a name or a callable that makes students: {student!r}")
    if options is not None and not isinstance(options, Mapping):
        raise TypeError(f"student_options must be a mapping of names to values, not {options!r}")
    given = dict(options or {})
    shape = {"size": size, "topics": topics, "levels": levels}
    parameters = inspect.signature(student).parameters
    taken = {name: kind for name, kind in parameters.items() if name not in shape}
    for name, value in knowledge.items():
        if name in taken:
            given.setdefault(name, value)
    for name in given:
        if name not in taken and not any(p.kind is p.VAR_KEYWORD for p in taken.values()):
            lookup("student option", name, taken)
    cohort = student(size, topics, levels, **given)
    if not isinstance(cohort, Cohort):
        raise TypeError(f"{student!r} must return a Cohort, not {type(cohort).__name__}")
    for name, value in shape.items():
        if getattr(cohort, name) != value:
            raise ValueError(
                f"{student!r} must return a Cohort with {name}={value}, as it is told, not "
                f"{getattr(cohort, name)}"
            )
    return cohort


def chances(cohort: Cohort) -> np.ndarray:
    """The students' chances of a right answer now, shape (size, topics * levels).

    Raises:
        ValueError: If the model gives an array of another shape, or something that is no number.
    """
    expected = cohort.expected()
    shape = (cohort.size, cohort.topics, cohort.levels)
    if np.shape(expected) != shape:
        raise ValueError(
            f"{type(cohort).__name__}.expected must give shape {shape}, not {np.shape(expected)}"
        )
    if not np.isfinite(expected.sum()):
        raise ValueError(f"{type(cohort).__name__}.expected gave a value that is not finite")
    return expected.reshape(cohort.size, -1)


def practised(
    cohort: Cohort,
    topic: np.ndarray,
    level: np.ndarray,
    rng: np.random.Generator,
    looks: np.ndarray | None,
) -> np.ndarray:
    """One lesson for each student; some only answer.

    Args:
        cohort: The students.
        topic: Shape (size,), integers.
        level: Shape (size,), integers.
        rng: Answers and learning are drawn from it.
        looks: Who answers by the chance of now and learns nothing: a bool mask of shape (size,), or
            None for nobody.

    Returns:
        Whether each answer was right, float32 of shape (size,), 0 or 1.

    Raises:
        TypeError: If some learn and others don't, and the students' model can't tell them apart.
    """
    if looks is None:
        return cohort.practise(topic, level, rng)
    chance = chances(cohort)[np.arange(cohort.size), topic * cohort.levels + level]
    answers = (rng.random(cohort.size) < chance).astype(np.float32)
    if looks.all():
        return answers
    with cohort.unchanged(looks):
        lessons = cohort.practise(topic, level, rng)
    return np.where(looks, answers, lessons)
