"""A student without a model: it answers right with a probability that grows with practice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ...core.prerequisites import check_prerequisites
from ...core.streams import stream
from ...domains import Task
from ...rewards import Reward, scores
from ..base import Study, columns
from .mistakes import mistake

D = 1.7
"""Scales the logistic curve of item response theory to the normal ogive."""

REMEMBERED = 50
"""How many answers of a topic are kept as material for plausible mistakes."""


class SimulatedAnswerer:
    """Answers any domain's tasks by item response theory, and learns by practice.

    A task of difficulty d in [0, 1] has the item difficulty ``b = low + d·(high - low)``. The
    student answers it right with the probability of the three-parameter logistic model (Birnbaum
    1968), ``p = c + (1 - c)·q`` with ``q = 1 / (1 + exp(-D·a·(θ - b)))`` and D = 1.7, where θ is
    the ability in the task's topic; else it makes a plausible mistake (which is none of the
    accepted answers that a task may list as ``metadata["answers"]``).

    A practised task raises the ability by ``gain·4q(1 - q)``, whatever the reward says of the
    answer: most at the student's own level, hardly at all far above or below it. All tasks of one
    weight update count from the ability before it. Of every gain, the share `transfer` goes to all
    topics alike.

    Exams are repeatable and low in noise: whether a task is answered right compares p with a
    uniform number that is a hash of seed and prompt, so growing ability only ever turns wrong
    answers into right ones. A wrong answer there depends on seed and task alone. Lessons draw from
    a generator of the student's own, and mix up answers seen in earlier lessons of the topic.

    Args:
        ability: Mean of the untaught student's abilities, on the scale of `span`.
        spread: Standard deviation over topics and seeds of the untaught abilities, at least 0.
        discrimination: The slope a, above 0.
        guess: The chance c of a right answer at no ability, in [0, 1).
        span: Item difficulties (low, high) of the tasks of difficulty 0 and 1.
        gain: Largest gain of ability from one practised task, at least 0.
        transfer: Share of each gain that helps every topic, in [0, 1].
        prerequisites: Bool array of shape (topics, topics), ``[i, j]`` meaning that i comes before
            j. The gain in j is multiplied by the least mastery among its prerequisites, ``q`` at
            the middle of `span`.

    Raises:
        TypeError: For prerequisites that hold anything but bools.
        ValueError: For arguments out of range, and for prerequisites with a cycle.
    """

    def __init__(
        self,
        *,
        ability: float = -1.5,
        spread: float = 0.5,
        discrimination: float = 1.0,
        guess: float = 0.0,
        span: tuple[float, float] = (-2.0, 2.0),
        gain: float = 0.03,
        transfer: float = 0.0,
        prerequisites: np.ndarray | Sequence[Sequence[bool]] | None = None,
    ) -> None:
        low, high = span
        checks = {
            "spread must be at least 0": spread >= 0,
            "discrimination must be above 0": discrimination > 0,
            "guess must be in [0, 1)": 0 <= guess < 1,
            "span must be (low, high) with low < high": low < high,
            "gain must be at least 0": gain >= 0,
            "transfer must be in [0, 1]": 0 <= transfer <= 1,
        }
        broken = [text for text, holds in checks.items() if not holds]
        if broken:
            raise ValueError("; ".join(broken))
        self.ability = ability
        self.spread = spread
        self.discrimination = discrimination
        self.guess = guess
        self.span = (float(low), float(high))
        self.gain = gain
        self.transfer = transfer
        self.prerequisites = None if prerequisites is None else check_prerequisites(prerequisites)
        self.reset()

    def reset(self, *, seed: int | None = None) -> None:
        """Go back to the untaught student.

        Args:
            seed: Fixes abilities, exam answers and lessons; None takes fresh entropy.
        """
        self._seed = int(np.random.default_rng().integers(2**31)) if seed is None else int(seed)
        self._rng = stream(self._seed, "answers")
        self._own = np.zeros(0)
        self._shared = 0.0
        self._pending = np.zeros(0)
        self._seen: dict[int, list[str]] = {}

    def abilities(self, topics: int) -> np.ndarray:
        """Ability in each of the first `topics` topics, shape (topics,)."""
        known = len(self._own)
        if topics > known:
            # An own generator for each topic: the order in which topics are met plays no part.
            fresh = [
                self.ability
                + self.spread * stream(self._seed, "abilities", topic).standard_normal()
                for topic in range(known, topics)
            ]
            self._own = np.concatenate([self._own, fresh])
            self._pending = np.concatenate([self._pending, np.zeros(topics - known)])
        return self._own[:topics] + self._shared

    def probability(self, tasks: Sequence[Task]) -> np.ndarray:
        """Chance of a right answer to each task, shape (tasks,)."""
        return self.guess + (1 - self.guess) * self._curve(*_arrays(tasks))

    def answer(self, tasks: Sequence[Task]) -> list[str]:
        """Sit an exam: learns nothing, and gives the same answers when asked again."""
        draws = [_uniform(self._seed, task.prompt) for task in tasks]
        right = np.array(draws) < self.probability(tasks)
        return [
            task.answer
            if knows
            else mistake(task, (), stream(self._seed, "mistakes", int(draw * 2**53)))
            for task, knows, draw in zip(tasks, right, draws, strict=True)
        ]

    def study(self, tasks: Sequence[Task], reward: Reward, *, update: bool = True) -> Study:
        """Answer once, be scored, and gain ability from each task.

        Args:
            tasks: The lesson.
            reward: Scores the answers.
            update: False only gathers the gains; the next lesson with True applies them all.
        """
        probability = self.probability(tasks)
        right = self._rng.random(len(tasks)) < probability
        answers = [
            task.answer if knows else mistake(task, self._seen.get(task.topic, ()), self._rng)
            for task, knows in zip(tasks, right, strict=True)
        ]
        values = scores(reward, [task.prompt for task in tasks], answers, columns(tasks))
        self._learn(tasks, update)
        stats = {"ability": float(np.mean(self._own + self._shared)) if len(self._own) else 0.0}
        return Study([[answer] for answer in answers], values[:, None], stats)

    def save(self, folder: str | Path) -> None:
        """Write all that changes to ``student.json`` in the folder."""
        state: dict[str, Any] = {
            "seed": self._seed,
            "rng": self._rng.bit_generator.state,
            "own": self._own.tolist(),
            "shared": self._shared,
            "pending": self._pending.tolist(),
            "seen": {str(topic): answers for topic, answers in self._seen.items()},
        }
        Path(folder).mkdir(parents=True, exist_ok=True)
        (Path(folder) / "student.json").write_text(json.dumps(state), encoding="utf-8")

    def load(self, folder: str | Path) -> None:
        """Continue exactly from what `save` wrote.

        Raises:
            ValueError: If the folder holds no saved student.
        """
        path = Path(folder) / "student.json"
        if not path.is_file():
            raise ValueError(f"{str(folder)!r} holds no saved student (no student.json)")
        state = json.loads(path.read_text(encoding="utf-8"))
        self._seed = state["seed"]
        self._rng = np.random.default_rng()
        self._rng.bit_generator.state = state["rng"]
        self._own = np.array(state["own"], dtype=float)
        self._shared = state["shared"]
        self._pending = np.array(state["pending"], dtype=float)
        self._seen = {int(topic): answers for topic, answers in state["seen"].items()}

    def _curve(self, topics: np.ndarray, difficulties: np.ndarray) -> np.ndarray:
        """The two-parameter logistic curve q of each (topic, difficulty)."""
        low, high = self.span
        ability = self.abilities(int(topics.max(initial=-1)) + 1)[topics]
        item = low + difficulties * (high - low)
        # The logistic function as a hyperbolic tangent, which can't overflow.
        return 0.5 + 0.5 * np.tanh(0.5 * D * self.discrimination * (ability - item))

    def _learn(self, tasks: Sequence[Task], update: bool) -> None:
        topics, difficulties = _arrays(tasks)
        q = self._curve(topics, difficulties)
        gains = self.gain * 4 * q * (1 - q) * self._readiness(topics)
        np.add.at(self._pending, topics, gains)
        for task in tasks:
            seen = self._seen.setdefault(task.topic, [])
            if len(seen) < REMEMBERED and task.answer not in seen:
                seen.append(task.answer)
        if update:
            self._own += (1 - self.transfer) * self._pending
            self._shared += self.transfer * float(self._pending.sum())
            self._pending[:] = 0

    def _readiness(self, topics: np.ndarray) -> np.ndarray:
        """Least mastery among the prerequisites of each topic, 1 where it has none."""
        if self.prerequisites is None:
            return np.ones(len(topics))
        count = len(self.prerequisites)
        if topics.max(initial=-1) >= count:
            raise ValueError(
                f"prerequisites cover {count} topics, but a task has topic {topics.max()}; give a "
                "matrix of shape (topics, topics) of the domain"
            )
        mastery = self._curve(np.arange(count), np.full(count, 0.5))
        return np.where(self.prerequisites, mastery[:, None], 1.0).min(axis=0)[topics]


def _arrays(tasks: Sequence[Task]) -> tuple[np.ndarray, np.ndarray]:
    """Topics and difficulties of the tasks, shape (tasks,) each."""
    topics = np.fromiter((task.topic for task in tasks), dtype=np.int64, count=len(tasks))
    return topics, np.fromiter((task.difficulty for task in tasks), dtype=float, count=len(tasks))


def _uniform(seed: int, prompt: str) -> float:
    """A number in [0, 1) that depends on seed and prompt alone."""
    digest = hashlib.blake2b(f"{seed} {prompt}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / 2**53
