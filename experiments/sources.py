"""Environments and teachers by name."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..core.names import imported, lookup

if TYPE_CHECKING:
    from ..envs import CurriculumEnv
    from ..teachers import Teacher


def environment_id(name: str) -> str:
    """The registered id of an environment.

    Args:
        name: An id (``"teachgym/Strings-v0"``), its short form (``"Strings"``) or the name of its
            domain (``"strings"``, ``"reasoning_gym"``).

    Raises:
        ValueError: For an unknown name.
    """
    from gymnasium.envs.registration import registry

    from ..envs import ENVIRONMENTS, SIMULATIONS

    if name in registry:
        return name
    short = {short_name(env_id): env_id for env_id in (*ENVIRONMENTS, *SIMULATIONS)}
    plain = _plain(name)
    for shown, env_id in short.items():
        if plain == _plain(shown):
            return env_id
    return lookup("environment", name, short)


def make_environment(
    name: str, further: Mapping[str, Any] | None = None, **options: Any
) -> CurriculumEnv:
    """Make an environment by `gym.make`; options that are None are left to its defaults.

    Args:
        name: As `environment_id` takes it.
        further: Arguments that are none of `options`.
        options: Arguments of the environment.

    Raises:
        ValueError: For an unknown name or option, or unfit values.
        TypeError: For an environment without a student.
    """
    import gymnasium as gym

    from ..envs import CurriculumEnv

    twice = sorted(set(further or {}) & set(options))
    if twice:
        raise ValueError(
            f"{twice[0]} is no further argument of the environment (env_options): it has an option "
            "of its own"
        )
    given = {k: v for k, v in {**options, **(further or {})}.items() if v is not None}
    if isinstance(given.get("reward"), str) and ":" in given["reward"]:
        given["reward"] = imported("reward", given["reward"])
    env_id = environment_id(name)
    try:
        env = gym.make(env_id, **given).unwrapped
    except TypeError as error:
        unexpected = re.search(r"unexpected keyword argument '(\w+)'", str(error))
        if unexpected is None or unexpected[1] not in given:
            raise TypeError(what_was_wrong(error)) from error
        lookup("argument of the environment", unexpected[1], _parameters(env_id))
        raise
    if not isinstance(env, CurriculumEnv):
        raise TypeError(
            f"{name!r} has no student who answers tasks, so there is nobody to teach; teachers are "
            "trained there (teachgym train-teacher)"
        )
    return env


def default_student(env: CurriculumEnv) -> Any:
    """The student that an environment has when none is named."""
    return inspect.signature(type(env).__init__).parameters["student"].default


def resolve_teacher(
    teacher: str | Callable[..., Teacher],
    env: CurriculumEnv,
    *,
    seed: int,
    options: Mapping[str, Any],
) -> Teacher:
    """Make a teacher for an environment's action space.

    Args:
        teacher: A name in `TEACHERS`, ``"package.module:Class"``, or a callable that takes the
            action space and ``seed``.
        env: Whose action space it is. Named teachers that need topics and levels are told them
            where the space does not show them, and the topics' names if they take them.
        seed: Seeds the teacher.
        options: Further arguments of the teacher.

    Raises:
        ValueError: For an unknown name or option.
        TypeError: For something that makes no teacher: it has no `act` and `observe`.
    """
    knowledge = dict(options)
    if isinstance(teacher, str) and ":" not in teacher:
        from ..teachers import make_teacher, teacher_options

        known = teacher_options(teacher)
        if env.action_kind == "discrete" and "levels" in known:
            knowledge.setdefault("levels", env.domain.levels)
        if env.action_kind == "box" and "bins" in known:
            knowledge.setdefault("bins", (len(env.domain.topics), env.domain.levels))
        if "topic_names" in known:
            knowledge.setdefault("topic_names", env.domain.topics)
        return make_teacher(teacher, env.action_space, seed=seed, **knowledge)
    factory = imported("teacher", teacher) if isinstance(teacher, str) else teacher
    if not callable(factory):
        raise TypeError(
            "teacher must be a name or a callable that takes an action space and seed=, not "
            f"{teacher!r}"
        )
    made = factory(env.action_space, seed=seed, **knowledge)
    missing = [name for name in ("act", "observe") if not hasattr(made, name)]
    if missing:
        raise TypeError(
            f"teacher {teacher!r} made a {type(made).__name__} that has no {' or '.join(missing)} "
            "method"
        )
    return made


def what_was_wrong(error: TypeError) -> str:
    """The sentence of an error from `gymnasium.make`, which adds all arguments after it."""
    return str(error).partition(" was raised from the environment creator")[0]


def short_name(env_id: str) -> str:
    """``"Strings"`` for ``"teachgym/Strings-v0"``."""
    return env_id.rpartition("/")[2].rpartition("-v")[0]


def _parameters(env_id: str) -> dict[str, Any]:
    """The arguments of an environment, those of its parents included."""
    from gymnasium.envs.registration import load_env_creator, spec

    entry_point = spec(env_id).entry_point
    creator: Any = load_env_creator(entry_point) if isinstance(entry_point, str) else entry_point
    return {
        name: parameter
        for part in getattr(creator, "__mro__", (creator,))
        for name, parameter in inspect.signature(part).parameters.items()
        if name not in ("args", "kwargs", "options")
    }


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")
