"""Several teachers on the same new students, many at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .rollout import InVector, Lesson, SideBySide, Students, Watcher, rollout
from .sources import environment_id, what_was_wrong

if TYPE_CHECKING:
    import gymnasium as gym
    from gymnasium.vector import VectorEnv

    from ..teachers import Teacher

TeacherFactory = Callable[["gym.Space", int], "Teacher"]
"""Makes a teacher from an action space and a seed."""


def make_vector(name: str, num_envs: int, options: Mapping[str, Any] | None = None) -> VectorEnv:
    """Many students in one vector environment that resets in the step that ends an episode.

    This is for training, which goes on for many episodes. Environments without a vector twin of
    their own are put side by side, which is slow.

    Args:
        name: As `environment_id` takes it.
        num_envs: Number of students.
        options: Arguments of the environment.

    Raises:
        ValueError: For an unknown name or unfit values.
        TypeError: For an unknown option, or values of the wrong kind.
    """
    import gymnasium as gym

    env_id = environment_id(name)
    beside: dict[str, Any] = {}
    if gym.spec(env_id).vector_entry_point is None:
        mode = {"autoreset_mode": gym.vector.AutoresetMode.SAME_STEP}
        beside = {"vectorization_mode": "sync", "vector_kwargs": mode}
    try:
        return gym.make_vec(env_id, num_envs, **beside, **(options or {}))
    except TypeError as error:
        raise TypeError(what_was_wrong(error)) from error


def make_students(name: str, n: int, options: Mapping[str, Any] | None = None) -> Students:
    """Students to be taught one episode each: native ones together, others side by side.

    Arguments and errors are those of `make_vector`.
    """
    import gymnasium as gym

    env_id = environment_id(name)
    if gym.spec(env_id).vector_entry_point is not None:
        return InVector(make_vector(name, n, options))
    try:
        return SideBySide([gym.make(env_id, **(options or {})) for _ in range(n)])
    except TypeError as error:
        raise TypeError(what_was_wrong(error)) from error


def evaluate(
    make: Callable[[int], VectorEnv | Students],
    teacher: TeacherFactory,
    episodes: int,
    seed: int | Sequence[int],
    progress: Callable[[int, int], None] | None = None,
) -> np.ndarray:
    """The return of one episode with each of some students, every one with a teacher of its own.

    With the same seed, different teachers meet the same students, so their returns can be paired.
    Lessons that a teacher only looks at are not learned from, where the environment can do that.

    Args:
        make: Makes a number of students, or a vector environment of them.
        teacher: Makes a teacher; it is seeded by its student's number.
        episodes: How many students.
        seed: Seeds the students. One number seeds them all; one for each makes every student the
            one that a single environment of that seed has, whoever is beside it. In a native vector
            answers and learning are drawn from one generator either way.
        progress: Called after each lesson with the number of students that are done, and that of
            the lessons.

    Returns:
        Float64 of shape (episodes,).

    Raises:
        ValueError: If the environment gives no score, from which teachers learn, or there are not
            as many seeds as students.
    """
    students = as_students(make(episodes))
    try:
        teachers = [teacher(students.action_space, number) for number in range(episodes)]
        students.reset(seed)
        return rollout(students, teachers, [told(students, progress)])
    finally:
        students.close()


def told(students: Students, progress: Callable[[int, int], None] | None) -> Watcher:
    """Tells how many students are done, and how many lessons were given."""

    def tell(lessons: Sequence[Lesson | None]) -> None:
        if progress is not None:
            progress(int(students.taught.sum()), students.given)

    return tell


def as_students(made: VectorEnv | Students) -> Students:
    """What was made, as students."""
    return made if isinstance(made, Students) else InVector(made)
