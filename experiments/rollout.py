"""The one loop: teachers and their students, lesson by lesson."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    import gymnasium as gym
    from gymnasium.vector import VectorEnv

    from ..teachers import Teacher


class Lesson(NamedTuple):
    """One student's lesson.

    Attributes:
        number: Of the lesson in the student's episode, from 1.
        action: What the teacher chose.
        looked: Whether the teacher only looked, so that nothing was learned.
        observation: What the teacher sees afterwards.
        reward: What the teacher was paid.
        ended: Whether it is the last one: the student's episode ended with it, or the teacher has
            nothing more to teach.
        info: What the environment tells of it.
    """

    number: int
    action: Any
    looked: bool
    observation: Any
    reward: float
    ended: bool
    info: Mapping[str, Any]


Watcher = Callable[[Sequence[Lesson | None]], None]
"""Told each round of lessons, one a student, None for those who are done."""


class Students(ABC):
    """Students who are taught side by side, each in one episode; none is reset while it is taught.

    Attributes:
        n: How many.
        action_space: Of one student.
        observations: What the teacher of each student sees now.
        taught: Whose last lesson was given, bool of shape (n,).
        given: Lessons given so far to those who are not done.
    """

    n: int
    action_space: gym.Space

    def begin(self, observations: Sequence[Any], given: int = 0) -> None:
        """Continue with students who stand at these observations, after so many lessons."""
        self.observations = list(observations)
        self.taught = np.zeros(self.n, dtype=bool)
        self.given = given

    @abstractmethod
    def reset(self, seed: int | Sequence[int]) -> list[dict[str, Any]]:
        """Begin an episode with each student; see `evaluate` for the seed.

        Returns:
            The info of each.
        """

    def teach(self, actions: Sequence[Any], looks: np.ndarray) -> list[Lesson | None]:
        """Give a lesson to each student who is not done.

        Args:
            actions: One for each student; those of students who are done do not count.
            looks: Who answers and is scored, but does not learn, bool of shape (n,). Environments
                that know no looks teach everybody.
        """
        self.given += 1
        lessons = self._lessons(actions, looks)
        for student, lesson in enumerate(lessons):
            if lesson is not None:
                self.observations[student] = lesson.observation
                self.taught[student] = lesson.ended
        return lessons

    @abstractmethod
    def _lessons(self, actions: Sequence[Any], looks: np.ndarray) -> list[Lesson | None]:
        """Give the lessons."""

    @abstractmethod
    def close(self) -> None:
        """Close the environments."""


class SideBySide(Students):
    """Single environments, which take turns.

    Args:
        envs: What `gym.make` returned, at least one.
    """

    def __init__(self, envs: Sequence[gym.Env]) -> None:
        self.envs = list(envs)
        self.n = len(self.envs)
        self.action_space = self.envs[0].action_space

    def reset(self, seed: int | Sequence[int]) -> list[dict[str, Any]]:
        """Begin an episode with each; one seed s stands for s, s + 1, ... as in Gymnasium."""
        starts = [
            env.reset(seed=one) for env, one in zip(self.envs, seeds(seed, self.n), strict=True)
        ]
        self.begin([observation for observation, _ in starts])
        return [info for _, info in starts]

    def _lessons(self, actions: Sequence[Any], looks: np.ndarray) -> list[Lesson | None]:
        lessons: list[Lesson | None] = [None] * self.n
        for student in np.flatnonzero(~self.taught).tolist():
            env, action, look = self.envs[student], actions[student], bool(looks[student])
            look = look and look_next(env, True)
            observation, reward, terminated, truncated, info = env.step(action)
            lessons[student] = Lesson(
                self.given, action, look, observation, float(reward), terminated or truncated, info
            )
        return lessons

    def close(self) -> None:
        """Close each environment."""
        for env in self.envs:
            env.close()


class InVector(Students):
    """The students of a vector environment; what it shows of new ones, whom it begins, is ignored.

    Args:
        env: With SAME_STEP autoreset, as native environments have it, or NEXT_STEP.
    """

    def __init__(self, env: VectorEnv) -> None:
        self.env = env
        self.n = env.num_envs
        self.action_space = env.single_action_space
        self._last: list[Any] = [None] * self.n

    def reset(self, seed: int | Sequence[int]) -> list[dict[str, Any]]:
        """Begin an episode with each; one seed is the environment's, several are one a student."""
        each: Any = int(seed) if isinstance(seed, int | np.integer) else seeds(seed, self.n)
        if isinstance(each, int) or hasattr(self.env.unwrapped, "env_fns"):
            # Environments side by side, in this process or in others, take a list.
            observations, info = self.env.reset(seed=each)
            self.begin(observations)
            return of_each(info, self.n)
        # A native vector environment has one pair of generators, which each partial reset seeds
        # anew. The first reset has to be of all students.
        self.env.reset(seed=each[0])
        infos = []
        for student, one in enumerate(each):
            only = np.arange(self.n) == student
            observations, info = self.env.reset(seed=one, options={"reset_mask": only})
            infos.append(of_each(info, self.n)[student])
        self.begin(observations)
        return infos

    def _lessons(self, actions: Sequence[Any], looks: np.ndarray) -> list[Lesson | None]:
        going = np.flatnonzero(~self.taught).tolist()
        for student in going:
            self._last[student] = actions[student]
        looks = looks & look_next(self.env, looks & ~self.taught)
        observations, rewards, terminated, truncated, info = self.env.step(np.stack(self._last))
        ended, final = (terminated | truncated).tolist(), info.get("final_info")
        looked, paid = looks.tolist(), np.asarray(rewards, dtype=float).tolist()
        told = of_each(info, self.n)
        told_last = told if final is None else of_each(final, self.n)
        lessons: list[Lesson | None] = [None] * self.n
        for student in going:
            last = ended[student] and final is not None
            lessons[student] = Lesson(
                self.given,
                actions[student],
                looked[student],
                info["final_obs"][student] if last else observations[student],
                paid[student],
                ended[student],
                told_last[student] if last else told[student],
            )
        return lessons

    def close(self) -> None:
        """Close the environment."""
        self.env.close()


def rollout(
    students: Students, teachers: Sequence[Teacher], watchers: Iterable[Watcher] = ()
) -> np.ndarray:
    """Teach until every student's episode has ended, or its teacher has nothing more to teach.

    Args:
        students: They have begun.
        teachers: One for each. Whether one takes the scores of single answers is asked once, here.
        watchers: Told each round of lessons, in this order, after the teachers.

    Returns:
        What each teacher was paid from here on, float64 of shape (n,).

    Raises:
        ValueError: If the environment tells no score of a lesson, from which teachers learn. Of the
            last lesson of an episode it need not.
    """
    from ..teachers import accepts_scores

    watchers = list(watchers)
    accept = [accepts_scores(teacher) for teacher in teachers]
    paid = np.zeros(students.n)
    actions: list[Any] = [None] * students.n
    while not students.taught.all():
        looks = np.zeros(students.n, dtype=bool)
        for student in np.flatnonzero(~students.taught).tolist():
            teacher = teachers[student]
            actions[student] = teacher.act(students.observations[student])
            looks[student] = getattr(teacher, "only_looks", False)
        lessons = students.teach(actions, looks)
        for student, lesson in enumerate(lessons):
            if lesson is not None:
                paid[student] += lesson.reward
                _tell(teachers[student], lesson, accept[student])
                if getattr(teachers[student], "finished", False):
                    students.taught[student] = True
                    lessons[student] = lesson._replace(ended=True)
        for watch in watchers:
            watch(lessons)
    return paid


def _tell(teacher: Teacher, lesson: Lesson, accepts: bool) -> None:
    """Let a teacher learn from a lesson."""
    info = lesson.info
    if "score" not in info:
        if lesson.ended:  # there is nothing left to decide
            return
        raise ValueError(
            "the environment's info holds no score of each lesson, which teachers learn from"
        )
    scores = {"scores": info["scores"]} if accepts and "scores" in info else {}
    teacher.observe(
        lesson.action,
        float(info["score"]),
        observation=lesson.observation,
        reward=lesson.reward,
        **scores,
    )


def seeds(seed: int | Sequence[int], n: int) -> list[int]:
    """A seed for each of n students; one seed s stands for s, s + 1, ...

    Raises:
        ValueError: If there are not as many as students.
    """
    if isinstance(seed, int | np.integer):
        return [int(seed) + student for student in range(n)]
    if len(seed) != n:
        raise ValueError(f"{len(seed)} seeds for {n} students: give one for each")
    return [int(one) for one in seed]


def look_next(env: Any, mask: Any) -> bool:
    """Tell an environment who only looks in its next step.

    Returns:
        Whether it knows looks.
    """
    env = env.unwrapped
    if hasattr(env, "look_next"):
        env.look_next(mask)
        return True
    beside = getattr(env, "envs", None)
    if not beside:
        return False
    return all([look_next(one, bool(looks)) for one, looks in zip(beside, mask, strict=True)])


def of_each(info: Mapping[str, Any], n: int) -> list[dict[str, Any]]:
    """What the info of a vector environment tells of each of its n students."""
    told: list[dict[str, Any]] = [{} for _ in range(n)]
    for key, values in info.items():
        if key.startswith(("_", "final_")):
            continue
        each = of_each(values, n) if isinstance(values, dict) else values
        mask = info.get(f"_{key}")  # without one, everybody is told
        for student in range(n) if mask is None else np.flatnonzero(mask).tolist():
            told[student][key] = each[student]
    return told
