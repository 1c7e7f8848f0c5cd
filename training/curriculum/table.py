"""A user's table whose columns say what the arms are."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import gymnasium as gym
import numpy as np

from ...core import checks
from ...core.spaces import Cells
from .rows import Table, as_numbers, ordered, read_table
from .sources import Drawn, Source


class TableSource(Source):
    """The rows of a table in arms by topic, level, or both.

    The action space is ``Discrete(topics)`` without levels, else ``MultiDiscrete([topics,
    levels])``. An arm's rows are drawn in random order, each once before any comes again.

    Args:
        data: Path of a ``.jsonl``, ``.csv`` or ``.parquet`` file, a `datasets.Dataset`, or a list
            of mappings.
        topic: Name of the column with the topic; None for a single topic.
        level: Name of the column with the level; None for arms without levels.
        order: The values of that column from the easiest to the hardest; numbers need none.
        prompt: Name of the column with the prompt, a text or a list of messages.
        answer: Name of the column with the reference answer, None if there is none.
        seed: Seeds the order in which rows are drawn.

    Raises:
        ValueError: For a missing column, a bad value, levels without an order, or a topic that has
            no row at some level.
        FileNotFoundError: If there is no such file.
        TypeError: For data of another kind.
    """

    def __init__(
        self,
        data: str | os.PathLike[str] | Iterable[Mapping[str, Any]],
        *,
        topic: str | None = None,
        level: str | None = None,
        order: Sequence[Any] | None = None,
        prompt: str = "prompt",
        answer: str | None = "answer",
        seed: int = 0,
    ) -> None:
        if topic is None and level is None:
            raise ValueError("give topic=, level= or both: the columns that arms are made of")
        if order is not None and level is None:
            raise ValueError("order= is for levels: give level= too")
        self._seed = checks.whole("seed", seed, 0)
        needed = [name for name in (topic, level) if name is not None]
        self._table = read_table(data, prompt=prompt, answer=answer, needed=needed)
        topics = self._table.column(topic) if topic is not None else ["all"] * self._rows
        values = self._table.column(level) if level is not None else [0] * self._rows
        if order is None:
            values = as_numbers(values) or values
        grades = ordered(values, order, level) if level is not None else [0]
        found = list(dict.fromkeys(topics))
        self.topics, self.levels, self.size = tuple(map(str, found)), len(grades), self._rows
        self._by = [topic, level]
        self.space = (
            gym.spaces.Discrete(len(found))
            if level is None
            else gym.spaces.MultiDiscrete([len(found), len(grades)])
        )
        self._cells = Cells(self.space)
        position = {value: index for index, value in enumerate(grades)}
        arms = np.array(
            [
                found.index(topic) * len(grades) + position[value]
                for topic, value in zip(topics, values, strict=True)
            ]
        )
        self._arms = arms
        self.columns = tuple(self._table.rows[0])
        self._members = [np.flatnonzero(arms == arm) for arm in range(self.arms)]
        for arm, members in enumerate(self._members):
            if not len(members):
                raise ValueError(
                    f"topic {self.topics[arm // self.levels]!r} has no row of level "
                    f"{grades[arm % self.levels]!r}; leave one of topic= and level= out, or merge "
                    "levels"
                )
        self._served = np.zeros(self.arms, dtype=np.int64)
        self._shuffled: dict[int, tuple[int, np.ndarray]] = {}

    @property
    def _rows(self) -> int:
        return len(self._table.rows)

    def draw(self, action: Any, rng: np.random.Generator) -> Drawn:
        """The arm's next row."""
        if not self.space.contains(action):
            raise ValueError(f"action {action!r} is not in the action space {self.space}")
        arm = self._cells.arm(action)
        members = self._members[arm]
        turn, place = divmod(int(self._served[arm]), len(members))
        self._served[arm] += 1
        item = int(members[self._order(arm, turn)[place]])
        return Drawn(arm, dict(self._table.rows[item]), item)

    def _order(self, arm: int, turn: int) -> np.ndarray:
        """In which order an arm's rows are drawn the so-manieth time; not part of the state."""
        if self._shuffled.get(arm, (None,))[0] != turn:
            rng = np.random.default_rng([self._seed, arm, turn])
            self._shuffled[arm] = (turn, rng.permutation(len(self._members[arm])))
        return self._shuffled[arm][1]

    def restore(self, arm: int, item: int) -> dict[str, Any]:
        """The columns of a row."""
        return dict(self._table.rows[item])

    def identity(self) -> dict[str, Any]:
        """The rows, and what their arms are made of."""
        same = table_identity(self._table, self, self._arms)
        return same | {"columns": self._by, "seed": self._seed}

    def state_dict(self) -> dict[str, Any]:
        """How many rows of each arm were drawn."""
        return {"served": self._served.copy()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from there."""
        self._served = np.array(state["served"], dtype=np.int64).reshape(self.arms)


def table_identity(table: Table, source: Source, *places: np.ndarray) -> dict[str, Any]:
    """What must agree in every source of a table.

    Args:
        table: The rows.
        source: What is made of them.
        places: Arrays of shape (rows,): where each row stands among the arms.
    """
    arms = hashlib.blake2b(np.stack(places).astype(np.int64).tobytes(), digest_size=16)
    return {
        "table": table.digest,
        "rows": len(table.rows),
        "arms": arms.hexdigest(),
        "topics": list(source.topics),
        "levels": source.levels,
    }
