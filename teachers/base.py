"""The teacher contract."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from typing import Any, ClassVar

import gymnasium as gym

from ..core.streams import stream


class Teacher(ABC):
    """Decides what comes next. Sees an action space and scores; knows nothing of text.

    Args:
        action_space: What `act` chooses from.
        seed: Seeds the teacher's own generator.

    Attributes:
        takes_scores: Whether it learns from the scores of single answers (`observe`) where it is
            told; others take them and go by the mean.
        only_looks: Whether the lesson that `act` has just proposed is only for looking: the student
            answers and is scored, but shall not learn. A loop that knows how reads it after each
            `act`, and calls ``env.unwrapped.look_next()`` before ``env.step(action)``; it hands the
            score to `observe` as always. A loop that does not, teaches.
        finished: Whether it has nothing more to teach: a loop ends there, if the budget has not
            ended it before. Most go on for ever.
        knowledge: Names of the constructor's arguments that hold what an expert knows of the tasks
            or the student: a score that counts as success, an easy start, a target, prerequisites.
            Comparisons should say which of them were given; `teachgym list teachers --details`
            shows them.
        requires: Names of arguments that it can't do without although they have a default.
        needs_observation: Whether `act` can't do without an observation, so that it teaches in
            environments only.
        extra: The extra of this package that holds what it imports; empty if it needs none.
        family: What kind of teacher it is, in a word; empty for that of its sub-package.
    """

    takes_scores: ClassVar[bool] = False
    knowledge: ClassVar[tuple[str, ...]] = ()
    requires: ClassVar[tuple[str, ...]] = ()
    needs_observation: ClassVar[bool] = False
    extra: ClassVar[str] = ""
    family: ClassVar[str] = ""
    only_looks: bool = False
    finished: bool = False

    def __init__(self, action_space: gym.Space, *, seed: int | None = None) -> None:
        self.action_space = action_space
        self.rng = stream(seed, "teacher")

    @abstractmethod
    def act(self, observation: Any = None) -> Any:
        """Choose an element of the action space."""

    @abstractmethod
    def observe(
        self,
        action: Any,
        score: float,
        *,
        observation: Any = None,
        reward: float | None = None,
        scores: Any = None,
    ) -> None:
        """Learn from a lesson.

        A teacher whose `observe` lacks the keyword `scores` is not told them.

        Args:
            action: The lesson's action.
            score: Its mean score in [0, 1].
            observation: What the environment shows afterwards.
            reward: What the environment pays the teacher.
            scores: Shape (tasks, completions): the score of each of the lesson's answers, NaN where
                there is none; None where an environment does not tell.
        """

    @abstractmethod
    def state_dict(self) -> dict[str, Any]:
        """Everything that changes, as JSON-able values and arrays, the generator included."""

    @abstractmethod
    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from what `state_dict` returned."""


def accepts_scores(teacher: Any) -> bool:
    """Whether a teacher's `observe` takes `scores`; a loop asks once, when it begins."""
    parameters = inspect.signature(teacher.observe).parameters.values()
    return any(p.name == "scores" or p.kind is p.VAR_KEYWORD for p in parameters)
