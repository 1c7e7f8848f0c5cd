"""Several teachers on the same new students, many at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .feedback import details, only_looks
from .looking import give, lookable
from .sources import environment_id, what_was_wrong

if TYPE_CHECKING:
    import gymnasium as gym
    from gymnasium.vector import VectorEnv

    from ..teachers import Teacher

TeacherFactory = Callable[["gym.Space", int], "Teacher"]
"""Makes a teacher from an action space and a seed."""


def make_vector(name: str, num_envs: int, options: Mapping[str, Any] | None = None) -> VectorEnv:
    """Many students in one vector environment that resets in the step that ends an episode.

    Environments without a vector twin of their own are put side by side, which is slow.

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
        beside = {
            "vectorization_mode": "sync",
            "vector_kwargs": mode,
            "wrappers": (lookable,),
        }
    try:
        return gym.make_vec(env_id, num_envs, **beside, **(options or {}))
    except TypeError as error:
        raise TypeError(what_was_wrong(error)) from error


def evaluate(
    make: Callable[[int], VectorEnv],
    teacher: TeacherFactory,
    episodes: int,
    seed: int | Sequence[int],
    progress: Callable[[int, int], None] | None = None,
    watch: Callable[[int, Mapping[str, Any]], None] | None = None,
) -> np.ndarray:
    """The return of one episode with each of some students, every one with a teacher of its own.

    With the same seed, different teachers meet the same students, so their returns can be paired.
    Lessons that a teacher only looks at are not learned from, where the environment can do that,
    see `teachgym.experiments.looking.give`.

    Args:
        make: Makes the vector environment of a number of students.
        teacher: Makes a teacher; it is seeded by its student's number.
        episodes: How many students.
        seed: Seeds the students. One number seeds them all; one for each makes every student the
            one that a single environment of that seed has, whoever is beside it. Answers and
            learning are drawn from one generator either way.
        progress: Called after each lesson with the number of students that are done, and that of
            the lessons.
        watch: Called with 0 and the info of the reset, then after each lesson with its number and
            the info of the vector environment.

    Returns:
        Float64 of shape (episodes,).

    Raises:
        ValueError: If the environment gives no score, from which teachers learn, or there are not
            as many seeds as students.
    """
    env = make(episodes)
    try:
        teachers = [teacher(env.single_action_space, number) for number in range(episodes)]
        observations, info = _begin(env, seed)
        if watch is not None:
            watch(0, info)
        returns = np.zeros(episodes)
        taught = np.zeros(episodes, dtype=bool)
        lesson = 0
        while not taught.all():
            lesson += 1
            pairs = zip(teachers, observations, strict=True)
            actions = np.stack([one.act(observation) for one, observation in pairs])
            looks = np.array([only_looks(one) for one in teachers])
            observations, rewards, terminated, truncated, info = give(env, actions, looks)
            returns += np.where(taught, 0.0, rewards)
            taught |= terminated | truncated
            if watch is not None:
                watch(lesson, info)
            scores, answers = _scores(info, taught), info.get("scores")
            for number in np.flatnonzero(~taught):
                teachers[number].observe(
                    actions[number],
                    float(scores[number]),
                    observation=observations[number],
                    reward=float(rewards[number]),
                    **details(teachers[number], None if answers is None else answers[number]),
                )
            if progress is not None:
                progress(int(taught.sum()), lesson)
        return returns
    finally:
        env.close()


def _begin(env: VectorEnv, seed: int | Sequence[int]) -> tuple[np.ndarray, Mapping[str, Any]]:
    """Reset all students, each from a seed of its own if there is one for each."""
    if isinstance(seed, int | np.integer):
        return env.reset(seed=int(seed))
    if len(seed) != env.num_envs:
        raise ValueError(f"{len(seed)} seeds for {env.num_envs} students: give one for each")
    if not hasattr(env.unwrapped, "classroom"):
        each: Any = [int(number) for number in seed]  # environments side by side take a list
        return env.reset(seed=each)
    # A native vector environment has one generator, which each partial reset seeds anew. The first
    # reset has to be of all students.
    observations, info = env.reset(seed=int(seed[0]))
    whole = {key: np.array(value) for key, value in info.items()}
    for number, one in enumerate(seed):
        only = np.arange(env.num_envs) == number
        observations, info = env.reset(seed=int(one), options={"reset_mask": only})
        for key, value in info.items():
            whole[key][number] = value[number]
    return observations, whole


def _scores(info: Mapping[str, Any], taught: np.ndarray) -> np.ndarray:
    """The lessons' scores; those of students who are done may be missing."""
    if taught.all():
        return np.zeros(len(taught))
    if "score" not in info or not np.all(info["_score"] | taught):
        raise ValueError(
            "the environment's info holds no score of each lesson, which teachers learn from"
        )
    return np.asarray(info["score"])
