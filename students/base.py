"""The contracts of those who learn: `Student`, what a lesson returns (`Study`), and `Update`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

from ..domains import Task
from ..rewards import Reward

if TYPE_CHECKING:
    from ..models.causal import CausalLM


@dataclass(frozen=True, slots=True)
class Study:
    """What came of a lesson.

    Attributes:
        completions: For each task, the student's answers (one or several).
        scores: Shape (tasks, completions), NaN where the reward returned None.
        stats: Numbers about the update, such as the loss.
    """

    completions: list[list[str]]
    scores: np.ndarray
    stats: Mapping[str, float] = field(default_factory=dict)


@runtime_checkable
class Student(Protocol):
    """Who learns. Any object with these three methods is one; nothing need be inherited.

    A student that also has ``save(folder)`` and ``load(folder)`` can be resumed. One that scores
    itself has `sit` instead of `answer` (`SelfScoring`), one that converses has `reply` too
    (`Conversational`). One whose `study`
    takes the keyword ``update`` can share one weight update among several lessons: with
    ``update=False`` it gathers what the lesson teaches and learns from it at the next lesson with
    ``update=True``.
    """

    def reset(self, *, seed: int | None = None) -> None:
        """Go back to the untaught student; the seed governs all randomness from here on."""

    def answer(self, tasks: Sequence[Task]) -> list[str]:
        """Sit an exam: one answer per task. Learns nothing and repeats itself when asked again."""

    def study(self, tasks: Sequence[Task], reward: Reward) -> Study:
        """Answer the tasks, be scored by the reward, and learn from it."""


@runtime_checkable
class SelfScoring(Protocol):
    """A student who is not scored by what it says, such as a reinforcement learner by its return.

    It has `sit` in place of `Student.answer`; `reset` and `study` as every student.
    """

    def sit(self, tasks: Sequence[Task], reward: Reward) -> Study:
        """Sit an exam and score it. Learns nothing and repeats itself when asked again."""


@runtime_checkable
class Conversational(Protocol):
    """A student with whom one can talk; it has the other methods of a `Student` too."""

    def reply(self, messages: Sequence[Mapping[str, str]]) -> str:
        """The next turn of a conversation.

        Args:
            messages: The turns so far, each with ``role`` and ``content``; the student's are those
                of the ``"assistant"``.
        """


class Update(Protocol):
    """A language model's learning rule: how one lesson changes its weights."""

    def bind(self, language: CausalLM, *, seed: int) -> None:
        """Start anew with this model, whose weights the rule shall change: no state is kept.

        Called at every reset of the student, with the same model.
        """

    def step(self, tasks: Sequence[Task], reward: Reward, *, update: bool = True) -> Study:
        """Learn from one lesson; with ``update=False`` only gather its gradient."""

    def save(self, folder: Path) -> None:
        """Write optimizer state and counters, as safetensors and JSON."""

    def load(self, folder: Path) -> None:
        """Read back what `save` wrote; afterwards learning continues exactly as it would have."""


def columns(tasks: Sequence[Task]) -> dict[str, list[Any]]:
    """The columns that a reward is called with beside prompts and completions, one entry a task."""
    import json

    return {
        "answer": [task.answer for task in tasks],
        "topic": [task.topic for task in tasks],
        "difficulty": [task.difficulty for task in tasks],
        "metadata": [json.dumps(dict(task.metadata)) for task in tasks],
    }
