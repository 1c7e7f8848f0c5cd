"""The teacher that takes topics in turn, and the watcher that examines after each turn."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np

from ..core.state import load_state, save_state
from ..envs.grading import mean_score
from ..envs.topics import TopicsEnv
from ..teachers import Teacher
from .protocol import Protocol, Retention
from .recording import TEACHER
from .rehearsal import next_topic
from .rollout import Lesson
from .run_folder import RunFolder, write_json

STATE = "forgetting.json"
"""Inside the checkpoint: what was found so far."""

Report = Callable[[int, int, float], None]
"""Called after each update with the number of topics taught, the update and the lesson's score."""


class InTurn(Teacher):
    """Teaches topics one after the other, and may rehearse earlier ones.

    With `gain` it looks at fresh tasks of the topic when its turn begins, and again every few
    lessons; see `Protocol`.

    Args:
        action_space: ``Discrete``: the topics.
        seed: Seeds its choice of what is rehearsed.
        order: The topics in the order of teaching, as actions.
        protocol: For how long each is taught.
        schedule: How earlier topics are rehearsed, one of `SCHEDULES`.

    Attributes:
        turn: How many topics have had their turn.
        done: Lessons given in this turn.
        updates: Lessons of each turn that is over.
        rehearsals: How many of them rehearsed an earlier topic.
        reached: Whether a turn reached the gain before its limit.
    """

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        order: Sequence[int],
        protocol: Protocol,
        schedule: str = "none",
    ) -> None:
        super().__init__(action_space, seed=seed)
        self.order, self.protocol, self.schedule = list(order), protocol, schedule
        self.turn = self.done = self.rehearsed = 0
        self.start: float | None = None
        self.updates: list[int] = []
        self.rehearsals: list[int] = []
        self.reached: list[bool] = []
        self.only_looks = protocol.gain is not None

    @property
    def finished(self) -> bool:  # type: ignore[override]
        """Whether all topics have had their turn."""
        return self.turn == len(self.order)

    def act(self, observation: Any = None) -> np.int64:
        """The topic whose turn it is, or an earlier one; looks are at the former."""
        place = self.turn
        if not self.only_looks:
            protocol = self.protocol
            place = next_topic(
                self.turn, self.schedule, protocol.share, protocol.exponent, self.rng
            )
            self.rehearsed += place != self.turn
        return np.int64(self.order[place])

    def observe(
        self,
        action: Any,
        score: float,
        *,
        observation: Any = None,
        reward: float | None = None,
        scores: Any = None,
    ) -> None:
        """Count a lesson, or see whether the turn's gain is reached."""
        protocol, looked = self.protocol, self.only_looks
        self.only_looks = False
        if looked:
            if self.start is None:
                self.start = score
                return
            reached = score - self.start >= (protocol.gain or 0.0)
            if reached or self.done == protocol.updates:
                self._next(reached)
            return
        self.done += 1
        if protocol.gain is not None and self.done % protocol.probe_every == 0:
            self.only_looks = True
        elif self.done == protocol.updates:
            self._next(False)

    def state_dict(self) -> dict[str, Any]:
        """Everything that changes."""
        return {name: getattr(self, name) for name in KEPT} | {"rng": self.rng.bit_generator.state}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from what `state_dict` returned."""
        for name in KEPT:
            setattr(self, name, state[name])
        self.rng.bit_generator.state = state["rng"]

    def _next(self, reached: bool) -> None:
        """End a turn."""
        self.updates.append(self.done)
        self.rehearsals.append(int(self.rehearsed))
        self.reached.append(bool(reached))
        self.turn += 1
        self.done = self.rehearsed = 0
        self.start, self.only_looks = None, self.protocol.gain is not None


KEPT = ("turn", "done", "rehearsed", "start", "updates", "rehearsals", "reached", "only_looks")
"""What changes in an `InTurn`, beside its generator."""


class Turns:
    """Watches the turns: an exam after each, and a checkpoint."""

    def __init__(
        self,
        env: TopicsEnv,
        teacher: InTurn,
        record: Retention,
        order: Sequence[int],
        folder: RunFolder | None,
        progress: Report | None,
    ) -> None:
        self.env, self.teacher, self.record, self.order = env, teacher, record, order
        self.folder, self.progress = folder, progress
        self.turn = 0

    def __call__(self, lessons: Sequence[Lesson | None]) -> None:
        """Tell of a lesson, and examine if it ended a turn."""
        (lesson,) = lessons
        assert lesson is not None
        ended = self.teacher.turn > self.turn
        if self.progress is not None and not lesson.looked:
            done = self.teacher.updates[-1] if ended else self.teacher.done
            self.progress(self.turn + 1, done, lesson.info["score"])
        if ended:
            self.turn = self.teacher.turn
            self.examined(self.env.examine()["exam_detail"])

    def examined(self, exam: Mapping[str, Any]) -> None:
        """Keep each topic's mean score, and save."""
        values = np.array(exam["scores"], dtype=float)
        topics = np.array([task.topic for task in self.env.exam.tasks])
        means = [
            mean_score(values[topics == topic], f"the exam on {self.env.topics[topic]}")
            for topic in self.order
        ]
        self.record.matrix.append(means)
        self.record.updates = list(self.teacher.updates)
        self.record.rehearsals = list(self.teacher.rehearsals)
        self.record.reached = list(self.teacher.reached)
        if self.folder is not None:
            self.folder.save_checkpoint(self.turn, self._write)

    def resume(self, folder: RunFolder) -> np.ndarray:
        """Go on from the checkpoint; the observation there."""
        saved = json.loads((folder.checkpoint / STATE).read_text(encoding="utf-8"))
        for name, value in saved.items():
            setattr(self.record, name, value)
        observation = self.env.load(folder.checkpoint)
        self.teacher.load_state_dict(load_state(folder.checkpoint, TEACHER))
        self.turn = self.teacher.turn
        return observation

    def _write(self, checkpoint: Path) -> None:
        self.env.save(checkpoint)
        save_state(self.teacher.state_dict(), checkpoint, TEACHER)
        write_json(checkpoint / STATE, asdict(self.record))
