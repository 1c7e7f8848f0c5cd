"""Environments and teachers by name."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..core.names import imported, lookup

if TYPE_CHECKING:
    import gymnasium as gym

    from ..envs import TeachingEnv
    from ..envs.simulated import SimulatedEnv
    from ..teachers import Teacher
    from .configuration import RunConfig


def environment_id(name: str) -> str:
    """The registered id of an environment.

    Args:
        name: An id (``"teachgym/Strings-v0"``), its short form (``"Strings"``) or the name of its
            domain (``"strings"``, ``"reasoning_gym"``).

    Raises:
        ValueError: For an unknown name.
        TypeError: For something that is no name.
    """
    from gymnasium.envs.registration import registry

    from ..envs import ENVIRONMENTS, SIMULATIONS

    if not isinstance(name, str):
        raise TypeError(f"env must be an environment's id or short name, not {name!r}")
    if name in registry:
        return name
    short = {spec.name: spec.id for spec in (*ENVIRONMENTS.values(), *SIMULATIONS.values())}
    plain = _plain(name)
    for shown, env_id in short.items():
        if plain == _plain(shown):
            return env_id
    return lookup("environment", name, short)


def make_environment(config: RunConfig) -> TeachingEnv | SimulatedEnv:
    """Make the environment of a run by `gym.make`; fields that are None are left to its defaults.

    Raises:
        ValueError: For an unknown name or option, or unfit values.
        TypeError: For an environment without a student.
    """
    import gymnasium as gym

    from ..envs import TeachingEnv
    from ..envs.simulated import SimulatedEnv

    further = config.env_options or {}
    own = [name for name, option in config.options().items() if option.of_env]
    twice = sorted(set(further) & set(own))
    if twice:
        raise ValueError(
            f"{twice[0]} is no further argument of the environment (env_options): it has an option "
            "of its own"
        )
    env_id = environment_id(config.env)
    given = {name: getattr(config, name) for name in own} | dict(further)
    given = {name: value for name, value in given.items() if value not in (None, {})}
    known, takes_any = _parameters(env_id)
    if "exam_every" not in known and not takes_any:
        given.pop("exam_every", None)  # it then says how often the run keeps an exam
    if isinstance(given.get("reward"), str) and ":" in given["reward"]:
        given["reward"] = imported("reward", given["reward"])
    if isinstance(given.get("student"), str) and ":" in given["student"]:
        if gym.spec(env_id).vector_entry_point is not None:
            given["student"] = imported("student", given["student"])
    try:
        env = gym.make(env_id, **given).unwrapped
    except TypeError as error:
        unexpected = re.search(r"unexpected keyword argument '(\w+)'", str(error))
        if unexpected is None or unexpected[1] not in given:
            raise TypeError(what_was_wrong(error)) from error
        lookup("argument of the environment", unexpected[1], known)
        raise
    if not isinstance(env, TeachingEnv | SimulatedEnv):
        raise TypeError(f"{config.env!r} has no student, so there is nobody to teach")
    return env


def make_teacher_for(
    teacher: str | Callable[..., Teacher],
    space: gym.Space,
    facts: Mapping[str, Any],
    *,
    seed: int,
    options: Mapping[str, Any] | None = None,
) -> Teacher:
    """Make a teacher for an action space.

    Args:
        teacher: A name in `TEACHERS`, ``"package.module:Class"``, or a callable that takes the
            action space and ``seed``.
        space: The action space.
        facts: What the environment knows of it (`TeachingEnv.action_facts`); named teachers are
            told those that they take.
        seed: Seeds the teacher.
        options: Further arguments of the teacher.

    Raises:
        ValueError: For an unknown name or option.
        TypeError: For something that makes no teacher: it has no `act` and `observe`.
    """
    given = dict(options or {})
    if isinstance(teacher, str) and ":" not in teacher:
        from ..teachers import make_teacher, teacher_options

        known = teacher_options(teacher)
        told = {name: fact for name, fact in facts.items() if name in known}
        return make_teacher(teacher, space, seed=seed, **{**told, **given})
    factory = imported("teacher", teacher) if isinstance(teacher, str) else teacher
    if not callable(factory):
        raise TypeError(
            "teacher must be a name or a callable that takes an action space and seed=, not "
            f"{teacher!r}"
        )
    made = factory(space, seed=seed, **given)
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


def _parameters(env_id: str) -> tuple[dict[str, Any], bool]:
    """The arguments of an environment, and whether it takes others too."""
    from gymnasium.envs.registration import load_env_creator, spec

    entry_point = spec(env_id).entry_point
    creator: Any = load_env_creator(entry_point) if isinstance(entry_point, str) else entry_point
    parameters = inspect.signature(creator).parameters
    several = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    named = {name: p for name, p in parameters.items() if p.kind not in several}
    return named, any(p.kind is p.VAR_KEYWORD for p in parameters.values())


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")
