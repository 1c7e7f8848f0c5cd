"""The teacher contract."""

from __future__ import annotations

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
        takes_scores: Whether `observe` takes one more keyword, `scores`: an array of shape (tasks,
            completions) with the score of each of the lesson's answers, NaN where there is none.
            A loop passes it (``scores=info["scores"]``) to teachers that say so, and to no others;
            they do without it where an environment does not tell.
        only_looks: Whether the lesson that `act` has just proposed is only for looking: the student
            answers and is scored, but shall not learn. A loop that knows how reads it after each
            `act`, and calls ``env.unwrapped.look(action)`` instead of ``env.step(action)``; it
            hands the score to `observe` as always. A loop that does not, teaches.
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

    def __init__(self, action_space: gym.Space, *, seed: int | None = None) -> None:
        self.action_space = action_space
        self.rng = stream(seed, "teacher")

    @abstractmethod
    def act(self, observation: Any = None) -> Any:
        """Choose an element of the action space."""

    @abstractmethod
    def observe(
        self, action: Any, score: float, *, observation: Any = None, reward: float | None = None
    ) -> None:
        """Learn from a lesson: its action and its mean score in [0, 1]."""

    @abstractmethod
    def state_dict(self) -> dict[str, Any]:
        """Everything that changes, as JSON-able values and arrays, the generator included."""

    @abstractmethod
    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from what `state_dict` returned."""
