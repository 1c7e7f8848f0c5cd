"""Where the tasks of a curriculum come from: a domain, or a table of one's own."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gymnasium as gym
import numpy as np

from ...core.cells import ACTIONS
from ...core.names import lookup
from ...domains import Domain
from ...students import columns


@dataclass(frozen=True, slots=True)
class Drawn:
    """One task that was drawn.

    Attributes:
        arm: What it belongs to: topic * levels + level.
        columns: What the student and the reward get: ``prompt``, and everything else by name.
        item: Where a table holds it, None for a task that was made.
    """

    arm: int
    columns: dict[str, Any]
    item: int | None = None


class Source(ABC):
    """A supply of tasks in arms, from which a teacher chooses by the actions of a space.

    Attributes:
        space: What the teacher chooses from.
        topics: Names of the topics.
        levels: Difficulty levels per topic; arms are numbered topic * levels + level.
        size: How many different tasks there are, None if they are made.
        reward: Name of the reward that scores the answers unless another one is given, or None.
        columns: Names of the columns that every row has, empty if they are not known before.
    """

    space: gym.Space
    topics: tuple[str, ...]
    levels: int
    size: int | None = None
    reward: str | None = None
    columns: tuple[str, ...] = ()

    @property
    def arms(self) -> int:
        """How many arms there are."""
        return len(self.topics) * self.levels

    def arm_name(self, arm: int) -> str:
        """The topic of an arm, and where there are several its level, from 1 for the easiest."""
        topic, level = divmod(arm, self.levels)
        return self.topics[topic] if self.levels == 1 else f"{self.topics[topic]}/{level + 1}"

    @abstractmethod
    def draw(self, action: Any, rng: np.random.Generator) -> Drawn:
        """A task of the arm that an action names.

        Raises:
            ValueError: For an action outside the space.
        """

    def restore(self, arm: int, item: int) -> dict[str, Any]:
        """The columns of a task that lies in a table."""
        raise ValueError(f"this state does not fit: it holds row {item} of a table")

    def learn(self, item: int | None, score: float) -> None:  # noqa: B027 - most have nothing to learn
        """Hear how a task was answered, as a mean score in [0, 1]."""

    @abstractmethod
    def identity(self) -> dict[str, Any]:
        """What must agree where a state is loaded, as JSON-able values."""

    def state_dict(self) -> dict[str, Any]:
        """Everything that changes, as JSON-able values and arrays."""
        return {}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:  # noqa: B027 - likewise
        """Continue from what `state_dict` returned."""


class DomainSource(Source):
    """The practice tasks of a domain; its exam stays held out.

    A task's columns are ``prompt``, ``answer``, ``topic``, ``difficulty`` and ``metadata`` (a JSON
    string: Arrow refuses columns of mappings that differ in shape).

    Args:
        domain: The domain.
        action: How the teacher names a task, see `teachgym.core.cells`: "multidiscrete"
            (topic, level), "discrete" or "box".

    Raises:
        ValueError: For another name of an action space.
    """

    def __init__(self, domain: Domain, *, action: str = "multidiscrete") -> None:
        self.domain = domain
        self.action = action
        self._actions = lookup("action space", action, ACTIONS)(domain)
        self.space = self._actions.space
        self.topics, self.levels = domain.topics, domain.levels
        self.reward = domain.reward

    def draw(self, action: Any, rng: np.random.Generator) -> Drawn:
        """Sample the domain."""
        topic, level, difficulty = self._actions.cell(action)
        task = self.domain.sample(topic, difficulty, rng)
        rest = {name: values[0] for name, values in columns([task]).items()}
        return Drawn(topic * self.levels + level, {"prompt": task.prompt, **rest})

    def identity(self) -> dict[str, Any]:
        """The domain's class, its cells, and those of its attributes that are plain values."""
        plain = {
            name: value
            for name, value in vars(self.domain).items()
            if not name.startswith("_") and isinstance(value, bool | int | float | str)
        }
        return {
            "domain": type(self.domain).__name__,
            "topics": list(self.topics),
            "levels": self.levels,
            "action": self.action,
            "arguments": json.loads(json.dumps(plain)),
        }
