"""The settings of a run, as its folder keeps them."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .sources import default_student, environment_id
from .values import jsonable

if TYPE_CHECKING:
    from ..envs import CurriculumEnv

PACKAGES = (
    "teachgym",
    "gymnasium",
    "numpy",
    "scikit-learn",
    "torch",
    "transformers",
    "trl",
    "peft",
    "sentence-transformers",
    "reasoning-gym",
    "stable-baselines3",
    "fsrs",
    "openai",
)
"""Whose versions can change the numbers of a run."""


def run_settings(environment: CurriculumEnv, **given: Any) -> dict[str, Any]:
    """The arguments of `teach`, with the environment's values for those that were not given.

    Args:
        environment: The environment that was made with them.
        given: The arguments.

    Returns:
        Strict JSON.
    """
    settings = dict(given)
    settings["env"] = environment_id(given["env"])
    if given["student"] is None:
        settings["student"] = default_student(environment)
    if given["reward"] is None:
        settings["reward"] = environment.domain.reward
    for name in ("budget", "lesson_size", "lessons_per_update", "exam_size", "exam_every"):
        settings[name] = getattr(environment, name)
    for name in ("update_options", "teacher_options", "env_options"):
        settings[name] = dict(given[name] or {})
    return dict(jsonable(settings))


def check_same(stored: Mapping[str, Any], now: Mapping[str, Any], folder: Path) -> None:
    """Refuse to continue a run with other settings.

    Raises:
        ValueError: Names each setting that differs, with both values.
    """
    differ = [
        f"{name} is {stored.get(name)!r} there, {now.get(name)!r} here"
        for name in sorted({*stored, *now})
        if stored.get(name) != now.get(name)
    ]
    if differ:
        raise ValueError(
            f"the run in {str(folder)!r} has other settings: {'; '.join(differ)}; resume it with "
            "the same ones, or choose another --out (out=)"
        )


def versions() -> dict[str, str]:
    """Versions of Python and of those `PACKAGES` that are installed."""
    found = {"python": platform.python_version(), "system": platform.platform()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found
