"""A learning rule that does not learn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..domains import Task
from ..models.causal import CausalLM
from ..rewards import Reward, scores
from ..students import Study, columns


class NoUpdate:
    """Answer and be scored, greedily, and learn nothing."""

    def __init__(self) -> None:
        self._language: CausalLM | None = None

    def bind(self, language: CausalLM, *, seed: int) -> None:
        """Take the model that answers."""
        self._language = language

    def step(self, tasks: Sequence[Task], reward: Reward, *, update: bool = True) -> Study:
        """Greedy answers and their scores.

        Raises:
            RuntimeError: Before `bind`.
        """
        if self._language is None:
            raise RuntimeError("bind the update to a model first, or let a student do it")
        prompts = [task.prompt for task in tasks]
        answers = self._language.generate(prompts)
        values = scores(reward, prompts, answers, columns(tasks))
        return Study([[answer] for answer in answers], values[:, None])

    def save(self, folder: Path) -> None:
        """There is nothing to save."""

    def load(self, folder: Path) -> None:
        """There is nothing to load."""
