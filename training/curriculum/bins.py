"""A user's table in bins of difficulty that are estimated from how its rows are answered."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

import gymnasium as gym
import numpy as np

from ...core import checks
from ...core.spaces import Cells
from .rows import as_numbers, read_table
from .sources import Drawn, Source
from .table import table_identity


def bins_by_rank(rates: np.ndarray, ties: np.ndarray, bins: int) -> list[np.ndarray]:
    """Cut rows into bins of equal size (±1), from the easiest to the hardest.

    Rows are ranked by success rate, the largest first; row i of n falls into bin ⌊i · bins / n⌋.

    Args:
        rates: Shape (n,): estimated success rates.
        ties: Shape (n,): what orders rows of equal rate, smaller meaning easier.
        bins: At most n.

    Returns:
        Indices of the rows of each bin, those that are easier first.
    """
    order = np.lexsort((ties, -rates))
    return np.split(order, -(-np.arange(1, bins) * len(rates) // bins))


class BinnedSource(Source):
    """The rows of a table in bins of difficulty, estimated on the fly.

    What is difficult is not known before, and changes as the student learns. Each row keeps a
    running mean of its scores (this library's choice; the sums are those of `Learnability`):

        weight <- (1 - smoothing) weight + 1
        total  <- (1 - smoothing) total + score
        rate    = total / weight

    Within each topic rows are ranked by rate and cut into bins of equal size, the easiest first; a
    row that got easier moves down. Rows that were never answered have the rate `prior`, and are
    ranked among themselves by the column `difficulty`, or at random. Bins are made anew when tasks
    are asked for after feedback. The action space is ``MultiDiscrete([topics, bins])``; a bin's
    rows are drawn uniformly.

    Args:
        data: Path of a ``.jsonl``, ``.csv`` or ``.parquet`` file, a `datasets.Dataset`, or a list
            of mappings.
        bins: How many bins each topic has.
        topic: Name of the column with the topic; None for a single topic.
        difficulty: Name of a column of numbers, larger meaning harder: a first guess; or None.
        smoothing: Rate at which old scores of a row fade, in [0, 1]; 0 gives the plain mean.
        prior: Rate of a row before its first answer, in [0, 1].
        prior_weight: How many answers the prior counts for at first, > 0.
        prompt: Name of the column with the prompt, a text or a list of messages.
        answer: Name of the column with the reference answer, None if there is none.
        seed: Orders rows of which nothing is known.

    Raises:
        ValueError: For a missing column, a bad value, an argument out of range, or a topic with
            fewer rows than bins.
        FileNotFoundError: If there is no such file.
        TypeError: For data of another kind.
    """

    def __init__(
        self,
        data: str | os.PathLike[str] | Iterable[Mapping[str, Any]],
        *,
        bins: int = 10,
        topic: str | None = None,
        difficulty: str | None = None,
        smoothing: float = 0.2,
        prior: float = 0.5,
        prior_weight: float = 1.0,
        prompt: str = "prompt",
        answer: str | None = "answer",
        seed: int = 0,
    ) -> None:
        self.levels = checks.whole("bins", bins)
        self._smoothing = checks.share("smoothing", smoothing)
        prior = checks.share("prior", prior)
        prior_weight = checks.positive("prior_weight", prior_weight)
        self._seed = checks.whole("seed", seed, 0)
        needed = [name for name in (topic, difficulty) if name is not None]
        self._table = read_table(data, prompt=prompt, answer=answer, needed=needed)
        rows = self.size = len(self._table.rows)
        topics = self._table.column(topic) if topic is not None else ["all"] * rows
        found = list(dict.fromkeys(topics))
        self.topics = tuple(map(str, found))
        self.columns = tuple(self._table.rows[0])
        self._belongs = np.array([found.index(value) for value in topics])
        self._members = [np.flatnonzero(self._belongs == index) for index in range(len(found))]
        for name, members in zip(self.topics, self._members, strict=True):
            if len(members) < self.levels:
                raise ValueError(
                    f"topic {name!r} has {len(members)} row(s), too few for {self.levels} bins; "
                    f"give bins={len(members)} or fewer"
                )
        self.space = gym.spaces.MultiDiscrete([len(found), self.levels])
        self._cells = Cells(self.space)
        self._ties = self._first_ranks(difficulty)
        self._weight = np.full(rows, prior_weight)
        self._total = np.full(rows, prior_weight * prior)
        self._bins: list[np.ndarray] | None = None
        self._options = {
            "topic": topic,
            "difficulty": difficulty,
            "smoothing": self._smoothing,
            "prior": prior,
            "prior_weight": prior_weight,
            "seed": self._seed,
        }

    def _first_ranks(self, difficulty: str | None) -> np.ndarray:
        """Ranks from 0, the easiest, of rows of which nothing else is known."""
        rows = len(self._table.rows)
        chance = np.random.default_rng(self._seed).permutation(rows)
        if difficulty is None:
            return chance
        values = self._table.column(difficulty)
        numbers = as_numbers(values)
        if numbers is None:
            wrong = next(value for value in values if as_numbers([value]) is None)
            raise ValueError(
                f"row {values.index(wrong) + 1} must have a number in column {difficulty!r}, "
                f"not {wrong!r:.80}"
            )
        order = np.lexsort((chance, np.array(numbers, dtype=float)))
        ranks = np.empty(rows, dtype=np.int64)
        ranks[order] = np.arange(rows)
        return ranks

    @property
    def rates(self) -> np.ndarray:
        """The estimated success rate of every row, shape (rows,)."""
        return self._total / self._weight

    @property
    def bins(self) -> list[np.ndarray]:
        """The rows of every arm, as they are now."""
        if self._bins is None:
            rates = self.rates
            self._bins = [
                members[inside]
                for members in self._members
                for inside in bins_by_rank(rates[members], self._ties[members], self.levels)
            ]
        return self._bins

    def draw(self, action: Any, rng: np.random.Generator) -> Drawn:
        """A row of the bin."""
        if not self.space.contains(action):
            raise ValueError(f"action {action!r} is not in the action space {self.space}")
        arm = self._cells.arm(action)
        members = self.bins[arm]
        item = int(members[rng.integers(len(members))])
        return Drawn(arm, dict(self._table.rows[item]), item)

    def restore(self, arm: int, item: int) -> dict[str, Any]:
        """The columns of a row."""
        return dict(self._table.rows[item])

    def learn(self, item: int | None, score: float) -> None:
        """Update the row's running mean."""
        assert item is not None
        keep = 1.0 - self._smoothing
        self._weight[item] = keep * self._weight[item] + 1.0
        self._total[item] = keep * self._total[item] + score
        self._bins = None

    def identity(self) -> dict[str, Any]:
        """The rows, and how they are binned."""
        same = table_identity(self._table, self, self._belongs, self._ties)
        return same | {"options": self._options}

    def state_dict(self) -> dict[str, Any]:
        """The running means."""
        return {"weight": self._weight.copy(), "total": self._total.copy()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from there."""
        self._weight = np.array(state["weight"], dtype=float).reshape(self.size)
        self._total = np.array(state["total"], dtype=float).reshape(self.size)
        self._bins = None
