"""What there is by name: for `teachgym list`, and for tab completion."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any


def _environments() -> Mapping[str, Any]:
    """Each environment's class; of a variant, a line that says of what."""
    from gymnasium.envs.registration import load_env_creator

    from ...envs import ENVIRONMENTS, SIMULATIONS

    specs = {**ENVIRONMENTS, **SIMULATIONS}
    first = {spec.entry_point: f"{spec.name}-v{spec.version}" for spec in reversed(specs.values())}
    return {
        name: f"{first[spec.entry_point]} with "
        + ", ".join(f"{key}={value!r}" for key, value in spec.kwargs.items())
        + "."
        if spec.kwargs
        else load_env_creator(str(spec.entry_point))
        for name, spec in specs.items()
    }


def _domains() -> Mapping[str, Any]:
    from ...domains import DOMAINS

    return DOMAINS


def _teachers() -> Mapping[str, Any]:
    from ...teachers import TEACHERS

    return TEACHERS


def _students() -> Mapping[str, Any]:
    from ...envs import STUDENTS

    return STUDENTS


def _rewards() -> Mapping[str, Any]:
    from ...rewards import REWARDS

    return REWARDS


def _updates() -> Mapping[str, Any]:
    from ...training import UPDATES

    return UPDATES


def _models() -> Mapping[str, Any]:
    from ...students.fitting import MODELS

    return MODELS


def _formats() -> Mapping[str, Any]:
    from ...students.fitting import FORMATS

    return FORMATS


KINDS: dict[str, Callable[[], Mapping[str, Any]]] = {
    "envs": _environments,
    "domains": _domains,
    "teachers": _teachers,
    "students": _students,
    "rewards": _rewards,
    "updates": _updates,
    "models": _models,
    "formats": _formats,
}
"""What can be listed, and where it is."""


def _matching(names: Iterable[str], incomplete: str) -> list[str]:
    return [name for name in names if name.lower().startswith(incomplete.lower())]


def _completer(kind: str) -> Callable[[str], list[str]]:
    """Completes the names of a kind."""
    return lambda incomplete: _matching(KINDS[kind](), incomplete)


students, updates, rewards = _completer("students"), _completer("updates"), _completer("rewards")
models, formats, domains = _completer("models"), _completer("formats"), _completer("domains")


def environments(incomplete: str) -> list[str]:
    """Short names of the environments."""
    from ...envs import ENVIRONMENTS, SIMULATIONS

    return _matching([spec.name for spec in (ENVIRONMENTS | SIMULATIONS).values()], incomplete)


def simulations(incomplete: str) -> list[str]:
    """Short names of the environments with students by the thousand."""
    from ...envs import SIMULATIONS

    return _matching((spec.name for spec in SIMULATIONS.values()), incomplete)


def teachers(incomplete: str) -> list[str]:
    """Names of the teachers; of a list with commas, the last one is completed."""
    before, comma, last = incomplete.rpartition(",")
    return [f"{before}{comma}{name}" for name in _matching(KINDS["teachers"](), last)]


def algorithms(incomplete: str) -> list[str]:
    """Names of the algorithms that train teachers."""
    from ...training.teacher_training import ALGORITHMS

    return _matching(ALGORITHMS, incomplete)


def listings(incomplete: str) -> list[str]:
    """What `teachgym list` can list."""
    return _matching(KINDS, incomplete)
