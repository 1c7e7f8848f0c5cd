"""Topics taught one after the other: what is learned, and what is forgotten of the earlier ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..core.checks import whole
from ..core.isolation import isolated_rng
from ..core.names import lookup
from ..core.threads import limited_threads
from ..domains import DOMAINS, Domain, Task
from ..rewards import Reward, scores
from ..students import Student, columns
from .configuration import check_same, versions
from .rehearsal import SCHEDULES, next_topic
from .run_folder import CONFIG, RESULTS, RunFolder, write_json
from .values import jsonable

STATE = "forgetting.json"
"""Inside the checkpoint: what was found so far."""

Report = Callable[[int, int, float], None]
"""Called after each update with the number of topics taught, the update and the lesson's score."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """What is taught, in which order, for how long, and how it is examined.

    Each update is one lesson of `lesson_size` practice tasks of one topic, at levels drawn evenly.
    Budgets are matched in one of two ways. Without `gain` every topic gets `updates` updates,
    rehearsals included, whatever the learning rule: equal numbers of lessons, tasks and updates.
    With `gain` a topic's turn ends as soon as its score on fresh practice tasks has risen by that
    much since the turn began, or after `updates` updates: equal learning, unless the limit was
    reached, which the record shows.

    Attributes:
        domain: A name in `DOMAINS`, or a domain.
        domain_options: Arguments of a named domain, such as ``{"levels": 6}``.
        topics: Names of the topics in the order of teaching, at least 2; None for all of them.
        updates: Updates in the turn of a topic, at least 1.
        gain: Rise of the score at which a turn ends, in (0, 1), or None.
        lesson_size: Tasks in a lesson.
        share: Share of the lessons that rehearse, in [0, 1], where anything is rehearsed.
        exponent: Of the power law of rehearsal.
        exam_size: Held-out tasks of each topic.
        exam_seed: The same seed gives the same exam.
        probe_every: With `gain`, updates between probes.
        probe_size: With `gain`, fresh practice tasks in a probe.

    Raises:
        ValueError: For numbers out of range, or topics that the domain does not have.
    """

    domain: str | Domain = "strings"
    domain_options: Mapping[str, Any] = field(default_factory=dict)
    topics: tuple[str, ...] | None = None
    updates: int = 60
    gain: float | None = None
    lesson_size: int = 8
    share: float = 0.25
    exponent: float = 1.0
    exam_size: int = 60
    exam_seed: int = 0
    probe_every: int = 5
    probe_size: int = 60

    def __post_init__(self) -> None:
        for name in ("updates", "lesson_size", "exam_size", "probe_every", "probe_size"):
            whole(name, getattr(self, name))
        if self.gain is not None and not 0 < self.gain < 1:
            raise ValueError(f"gain must be in (0, 1), or None, not {self.gain!r}")
        if not 0 <= self.share <= 1:
            raise ValueError(f"share must be in [0, 1], not {self.share!r}")
        if not self.exponent > 0:
            raise ValueError(f"exponent must be above 0, not {self.exponent!r}")
        known = {name: i for i, name in enumerate(self.made().topics)}
        chosen = self.order
        for name in chosen:
            lookup("topic", name, known)
        if len(chosen) < 2 or len(set(chosen)) < len(chosen):
            raise ValueError(f"topics must be at least 2 different ones, not {', '.join(chosen)}")

    def made(self) -> Domain:
        """The domain itself."""
        if isinstance(self.domain, str):
            return lookup("domain", self.domain, DOMAINS)(**self.domain_options)
        if self.domain_options:
            raise ValueError("domain_options are for a domain given by name")
        from ..envs.factories import resolve_domain

        return resolve_domain(self.domain)

    @property
    def order(self) -> tuple[str, ...]:
        """Names of the topics as they are taught."""
        return tuple(self.topics) if self.topics is not None else tuple(self.made().topics)


@dataclass(slots=True)
class Retention:
    """What one student has learned and kept.

    Attributes:
        topics: Names of the topics as they were taught, T of them.
        matrix: Exam scores, shape (T + 1, T), as `teachgym.experiments.retention` takes it.
        updates: Updates in each turn.
        rehearsals: How many of them rehearsed an earlier topic.
        reached: With `gain`, whether a turn reached it before its limit.
        settings: All that is needed to repeat it.
    """

    topics: list[str]
    matrix: list[list[float]]
    updates: list[int] = field(default_factory=list)
    rehearsals: list[int] = field(default_factory=list)
    reached: list[bool] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)


def teach_in_turn(
    protocol: Protocol | None = None,
    *,
    student: Any = "tiny",
    update: str | None = None,
    update_options: Mapping[str, Any] | None = None,
    student_options: Mapping[str, Any] | None = None,
    schedule: str = "none",
    seed: int = 0,
    out: str | Path | None = None,
    threads: int | None = None,
    progress: Report | None = None,
) -> Retention:
    """Teach topics one after the other, with an exam of all of them before and after each turn.

    With the same seed, all schedules and updates are given the same random draws of topics, levels
    and tasks. With `out` the run is saved after each turn: called again with the same arguments it
    goes on from there, and ends with the same numbers; a finished run is read.

    Args:
        protocol: What is taught; by default `Protocol()`.
        student: A name, ``"package.module:factory"``, the folder or hub id of a model, or a factory
            that is called without arguments.
        update: Name of a language model's learning rule.
        update_options: Its arguments.
        student_options: Arguments of a named student.
        schedule: How earlier topics are rehearsed: ``"none"``, ``"uniform"`` or ``"power_law"``.
        seed: Seeds student and lessons.
        out: A folder of its own for this run.
        threads: Threads of the numerical libraries; None leaves them alone.
        progress: Called after each update.

    Raises:
        TypeError: For a student that can't be saved, if `out` is given.
        ValueError: For an unknown schedule, or a folder with another run.
    """
    from ..envs.factories import student_factory

    protocol = protocol or Protocol()
    if schedule not in SCHEDULES:
        raise ValueError(f"schedule must be one of {', '.join(SCHEDULES)}, not {schedule!r}")
    make = student_factory(
        student, update=update, update_options=update_options, student_options=student_options
    )
    settings = jsonable(
        {
            "protocol": asdict(protocol),
            "student": student,
            "student_options": student_options,
            "update": update,
            "update_options": update_options,
            "schedule": schedule,
            "seed": seed,
            "threads": threads,
        }
    )
    folder = None if out is None else RunFolder(out)
    if folder is not None:
        finished = _opened(folder, settings)
        if finished is not None:
            return finished
    with limited_threads(threads):
        course = _Course(protocol, make(), schedule, seed, settings)
        return course.run(folder, progress)


def read_retention(folder: str | Path) -> Retention:
    """Read a finished run.

    Raises:
        ValueError: If there is none.
    """
    path = Path(folder) / RESULTS
    if not path.is_file():
        raise ValueError(f"{str(folder)!r} holds no finished run (no {RESULTS})")
    return Retention(**json.loads(path.read_text(encoding="utf-8")))


def _opened(folder: RunFolder, settings: dict[str, Any]) -> Retention | None:
    """Start a run in a folder, or find that it may go on; the run itself, if it is finished."""
    config = folder.path / CONFIG
    if not config.is_file():
        folder.create({"kind": "forgetting", "settings": settings, "versions": versions()})
        return None
    known = json.loads(config.read_text(encoding="utf-8"))["settings"]
    check_same(known, settings, folder.path)
    return read_retention(folder.path) if (folder.path / RESULTS).is_file() else None


class _Course:
    """A student on its way through the topics."""

    def __init__(
        self, protocol: Protocol, student: Student, schedule: str, seed: int, settings: Any
    ) -> None:
        from ..envs.factories import resolve_reward

        self.protocol = protocol
        self.domain = protocol.made()
        self.student = student
        self.schedule = schedule
        self.seed = seed
        self.order = [self.domain.topics.index(name) for name in protocol.order]
        self.reward: Reward = resolve_reward(self.domain.reward)
        exam = self.domain.exam(protocol.exam_size * len(self.domain.topics), protocol.exam_seed)
        # Topics that are never taught need not be examined.
        self.exam = [task for task in exam if task.topic in self.order]
        self.record = Retention(list(protocol.order), [], settings=settings)

    def run(self, folder: RunFolder | None, progress: Report | None) -> Retention:
        if folder is None or not self._resumed(folder):
            with isolated_rng():
                self.student.reset(seed=self.seed)
            self.record.matrix.append(self._examined())
            self._save(folder)
        for turn in range(len(self.record.updates), len(self.order)):
            self._turn(turn, progress)
            self.record.matrix.append(self._examined())
            self._save(folder)
        if folder is not None:
            write_json(folder.path / RESULTS, asdict(self.record))
        return self.record

    def _turn(self, turn: int, progress: Report | None) -> None:
        """The lessons of one topic. Its random draws depend on the seed and the turn alone."""
        from ..envs.grading import lesson_score

        protocol = self.protocol
        rng, probes = (np.random.default_rng([self.seed, turn, stream]) for stream in range(2))
        rehearsals, reached, done = 0, False, 0
        start = 0.0 if protocol.gain is None else self._probed(turn, probes)
        for done in range(1, protocol.updates + 1):
            place = next_topic(turn, self.schedule, protocol.share, protocol.exponent, rng)
            rehearsals += place != turn
            tasks = self._drawn(place, protocol.lesson_size, rng)
            with isolated_rng():
                study = self.student.study(tasks, self.reward)
            if progress is not None:
                progress(turn + 1, done, lesson_score(study, tasks))
            if protocol.gain is not None and done % protocol.probe_every == 0:
                reached = self._probed(turn, probes) - start >= protocol.gain
                if reached:
                    break
        self.record.updates.append(done)
        self.record.rehearsals.append(int(rehearsals))
        self.record.reached.append(bool(reached))

    def _drawn(self, place: int, count: int, rng: np.random.Generator) -> list[Task]:
        levels = rng.integers(self.domain.levels, size=count)
        # The words come from a generator of their own: topics draw different amounts.
        words = np.random.default_rng(rng.integers(2**63))
        topic = self.order[place]
        return [self.domain.sample(topic, self.domain.difficulty(int(k)), words) for k in levels]

    def _probed(self, turn: int, rng: np.random.Generator) -> float:
        tasks = self._drawn(turn, self.protocol.probe_size, rng)
        return self._mean(self._scored(tasks), "the probe")

    def _examined(self) -> list[float]:
        values = self._scored(self.exam)
        topics = np.array([task.topic for task in self.exam])
        return [
            self._mean(values[topics == topic], f"the exam on {self.domain.topics[topic]}")
            for topic in self.order
        ]

    def _mean(self, values: np.ndarray, of: str) -> float:
        from ..envs.grading import mean_score

        return mean_score(values, of)

    def _scored(self, tasks: Sequence[Task]) -> np.ndarray:
        with isolated_rng():
            answers = self.student.answer(tasks)
        return scores(self.reward, [task.prompt for task in tasks], answers, columns(tasks))

    def _save(self, folder: RunFolder | None) -> None:
        if folder is None:
            return
        student: Any = self.student
        if not hasattr(student, "save") or not hasattr(student, "load"):
            raise TypeError(
                f"{type(student).__name__} has no save(folder) and load(folder), so a run with it "
                "can't go on after it was stopped; give it both, or leave out= away"
            )

        def write(checkpoint: Path) -> None:
            with isolated_rng():
                student.save(checkpoint)
            write_json(checkpoint / STATE, asdict(self.record))

        folder.save_checkpoint(len(self.record.updates), write)

    def _resumed(self, folder: RunFolder) -> bool:
        if folder.position() is None:
            return False
        student: Any = self.student
        with isolated_rng():
            student.load(folder.checkpoint)
        text = (folder.checkpoint / STATE).read_text(encoding="utf-8")
        self.record = Retention(**json.loads(text))
        return True
