"""Names for tab completion."""

from __future__ import annotations

from collections.abc import Iterable


def _matching(names: Iterable[str], incomplete: str) -> list[str]:
    return [name for name in names if name.lower().startswith(incomplete.lower())]


def environments(incomplete: str) -> list[str]:
    """Short names of the environments."""
    from ...envs import ENVIRONMENTS
    from ..sources import short_name

    return _matching(map(short_name, ENVIRONMENTS), incomplete)


def simulations(incomplete: str) -> list[str]:
    """Short names of the environments with students by the thousand."""
    from ...envs import SIMULATIONS
    from ..sources import short_name

    return _matching(map(short_name, SIMULATIONS), incomplete)


def students(incomplete: str) -> list[str]:
    """Names of the students."""
    from ...envs import STUDENTS

    return _matching(STUDENTS, incomplete)


def updates(incomplete: str) -> list[str]:
    """Names of the learning rules."""
    from ...training import UPDATES

    return _matching(UPDATES, incomplete)


def rewards(incomplete: str) -> list[str]:
    """Names of the rewards."""
    from ...rewards import REWARDS

    return _matching(REWARDS, incomplete)


def teachers(incomplete: str) -> list[str]:
    """Names of the teachers; of a list with commas, the last one is completed."""
    from ...teachers import TEACHERS

    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{name}" for name in _matching(TEACHERS, last)]


def algorithms(incomplete: str) -> list[str]:
    """Names of the algorithms that train teachers."""
    from ...training.teacher_training import ALGORITHMS

    return _matching(ALGORITHMS, incomplete)


def models(incomplete: str) -> list[str]:
    """Names of the models that can be fitted to logs."""
    from ...students.fitting import MODELS

    return _matching(MODELS, incomplete)


def formats(incomplete: str) -> list[str]:
    """Names of the formats of logs."""
    from ...students.fitting import FORMATS

    return _matching(FORMATS, incomplete)


def listings(incomplete: str) -> list[str]:
    """What `teachgym list` can list."""
    from .listing import KINDS

    return _matching(KINDS, incomplete)
