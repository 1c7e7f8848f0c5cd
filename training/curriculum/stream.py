"""A curriculum that any training loop can use: ask for tasks, tell how they went."""

from __future__ import annotations

import hashlib
import inspect
import math
import os
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import gymnasium as gym
import numpy as np

from ...core import checks
from ...core.names import lookup
from ...core.state import to_text
from ...core.streams import stream
from ...domains import DOMAINS, Domain
from ...domains.tables import READERS
from ...teachers import Teacher, accepts_scores, make_teacher
from .bins import BinnedSource
from .feedback import Feedback, grouped, mean_score
from .identity import check_identity, plain
from .processes import check_agreement, gather, process_count
from .rows import ARM, ROW
from .sources import DomainSource, Source
from .table import TableSource

VERSION = 1
"""Version of the layout of `TaskStream.state_dict`."""

RECENT = 512
"""How many of the arms that were asked for last tell how the teacher spreads its choice."""

TeacherLike = str | Teacher | Callable[[gym.Space], Teacher]
"""A teacher's name, a teacher, or what makes one for an action space."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A row that was asked for and not yet told about.

    Attributes:
        action: What the teacher chose.
        arm: The arm it belongs to.
        columns: The row's columns.
        item: Where a table holds it, or None.
        ahead: How many rows were waiting for feedback when it was chosen.
    """

    action: Any
    arm: int
    columns: dict[str, Any]
    item: int | None
    ahead: int


class TaskStream:
    """Tasks by a teacher's choice, for a training loop of one's own.

    ``ask(n)`` gives rows, ``tell(rows, scores)`` gives the teacher its feedback. Feedback may come
    late, in another order, for some of the rows only, or for several answers to each; a row that is
    never told about costs nothing but its place in the state.

    The same seeds and feedback give the same tasks.

    Args:
        data: A domain or its name, a table (path of a ``.jsonl``, ``.csv`` or ``.parquet`` file, a
            `datasets.Dataset`, a list of mappings), or a `Source`.
        teacher: A name in `teachgym.teachers.TEACHERS`, a callable that makes a teacher for an
            action space, or a teacher for ``source.space``.
        seed: Seeds the teacher, if it is made here, and the tasks.
        teacher_options: Keyword arguments of a teacher that is given by name.
        options: How arms are made, see `make_source`: ``action`` for a domain; ``topic``,
            ``level``, ``order``, ``bins``, ``prompt``, ``answer`` and others for a table.

    Raises:
        ValueError: For data, names or options that do not fit.
        TypeError: For data or a teacher of another kind.

    Attributes:
        source: Where tasks come from.
        teacher: Who chooses.
        asked: How many rows were asked for so far.
        heard: How many of them had a score.
    """

    def __init__(
        self,
        data: Source | Domain | str | os.PathLike[str] | Iterable[Mapping[str, Any]],
        teacher: TeacherLike = "learnability",
        *,
        seed: int = 0,
        teacher_options: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        seed = checks.whole("seed", seed, 0)
        self.source = make_source(data, seed=seed, **options)
        self._teacher_options = dict(teacher_options or {})
        self.teacher = _make_teacher(teacher, self.source.space, seed, self._teacher_options)
        self._takes_scores = accepts_scores(self.teacher)
        self._rng = stream(seed, "tasks")
        self.asked = self.heard = 0
        self._pending: dict[int, Asked] = {}
        self._recent: deque[int] = deque(maxlen=RECENT)
        self._history = b""

    def ask(self, n: int) -> list[dict[str, Any]]:
        """The next rows.

        Args:
            n: How many, at least 1.

        Returns:
            Mappings with ``prompt``, the row's other columns (``answer``, and for a domain
            ``topic``, ``difficulty``, ``metadata``), its number ``curriculum_row`` and its arm
            ``curriculum_arm``.
        """
        n = checks.whole("n", n)
        ahead = len(self._pending)
        rows = []
        for _ in range(n):
            action = self.teacher.act()
            drawn = self.source.draw(action, self._rng)
            number = self.asked
            self.asked += 1
            self._pending[number] = Asked(action, drawn.arm, drawn.columns, drawn.item, ahead)
            self._recent.append(drawn.arm)
            self._remember(number, drawn.arm, drawn.columns["prompt"])
            rows.append(self._row(number))
        return rows

    def tell(self, rows: Sequence[Any], scores: Any) -> Feedback:
        """Let the teacher learn how rows went, in the order in which they are given.

        Args:
            rows: Rows that `ask` returned, or their numbers (``curriculum_row``). A row may occur
                several times, once for each of its answers.
            scores: A score in [0, 1] per row, or a list or array of them per row; None or NaN where
                there is none. A row without any score is done with, and teaches nothing.

        Returns:
            What was new. Rows that were told about before are ignored: a row is heard once.

        Raises:
            ValueError: For scores that do not fit the rows or are not in [0, 1], and for rows that
                were never asked for; nothing is learned then.
        """
        groups = grouped(rows, scores)
        if unknown := [number for number in groups if number >= self.asked]:
            raise ValueError(
                f"row {unknown[0]} was never asked for ({self.asked} were): it comes from another "
                "curriculum, or from before a restart whose state was not loaded"
            )
        new = [number for number in groups if number in self._pending]
        heard = [self._hear(number, groups[number]) for number in new]
        arms, means, ahead = zip(*heard, strict=True) if heard else ((), (), ())
        return Feedback(
            np.array(arms, dtype=np.int64),
            np.array(means, dtype=float),
            np.array(ahead, dtype=np.int64),
            len(groups) - len(new),
        )

    def _hear(self, number: int, group: list[float]) -> tuple[int, float, int]:
        asked = self._pending.pop(number)
        score = mean_score(group)
        self._remember(number, asked.arm, score)
        if not math.isnan(score):
            self.heard += 1
            further: dict[str, Any] = {"scores": np.array([group])} if self._takes_scores else {}
            self.teacher.observe(asked.action, score, **further)
            self.source.learn(asked.item, score)
        return asked.arm, score, asked.ahead

    @property
    def pending(self) -> list[dict[str, Any]]:
        """The rows that were asked for and not told about, oldest first."""
        return [self._row(number) for number in self._pending]

    def next_rows(self, n: int) -> list[dict[str, Any]]:
        """Pending rows first, then new ones: what a loop that starts again shall go on with."""
        rows = self.pending[: checks.whole("n", n)]
        return rows + (self.ask(n - len(rows)) if len(rows) < n else [])

    @property
    def recent_arms(self) -> np.ndarray:
        """The arms that were asked for last, at most `RECENT`, oldest first."""
        return np.array(self._recent, dtype=np.int64)

    @property
    def digest(self) -> str:
        """A hash of everything that was asked and told so far, in its order."""
        return self._history.hex()

    def identity(self) -> dict[str, Any]:
        """What must agree where a state is loaded: source, teacher, and the teacher's options."""
        return {
            "source": self.source.identity(),
            "teacher": type(self.teacher).__name__,
            "teacher_options": plain(self._teacher_options),
        }

    def state_dict(self) -> dict[str, Any]:
        """Everything that changes, rows drawn ahead included: JSON-able values and arrays."""
        return {
            "version": VERSION,
            **self.identity(),
            "teacher_state": self.teacher.state_dict(),
            "source_state": self.source.state_dict(),
            "rng": self._rng.bit_generator.state,
            "asked": self.asked,
            "heard": self.heard,
            "digest": self.digest,
            "recent": list(self._recent),
            "pending": [
                {
                    "row": number,
                    "action": np.asarray(asked.action),
                    "arm": asked.arm,
                    "ahead": asked.ahead,
                    **({"columns": asked.columns} if asked.item is None else {"item": asked.item}),
                }
                for number, asked in self._pending.items()
            ],
        }

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from what `state_dict` returned.

        Raises:
            ValueError: For the state of another version, domain, table or teacher; nothing is
                changed then.
        """
        check_identity(state, {"version": VERSION, **self.identity()})
        self.teacher.load_state_dict(state["teacher_state"])
        self.source.load_state_dict(state["source_state"])
        self._rng.bit_generator.state = state["rng"]
        self.asked, self.heard = state["asked"], state["heard"]
        self._history = bytes.fromhex(state["digest"])
        self._recent = deque(state["recent"], maxlen=RECENT)
        self._pending = {entry["row"]: self._restored(entry) for entry in state["pending"]}

    def _restored(self, entry: Mapping[str, Any]) -> Asked:
        action = np.asarray(entry["action"])
        if isinstance(self.source.space, gym.spaces.Discrete):
            action = action[()]
        item = entry.get("item")
        columns = entry["columns"] if item is None else self.source.restore(entry["arm"], item)
        return Asked(action, entry["arm"], dict(columns), item, entry["ahead"])

    def _row(self, number: int) -> dict[str, Any]:
        asked = self._pending[number]
        return {**asked.columns, ROW: number, ARM: asked.arm}

    def _remember(self, *event: Any) -> None:
        content = self._history + repr(event).encode("utf-8", "surrogatepass")
        self._history = hashlib.blake2b(content, digest_size=16).digest()


def agree(stream: TaskStream) -> None:
    """Compare set-up and state of a stream with those in the other processes.

    Raises:
        RuntimeError: Where one differs.
    """
    if process_count() > 1:
        state = hashlib.blake2b(to_text(stream.state_dict()).encode(), digest_size=16)
        mine = {"its set-up": stream.identity(), "the hash of its state": state.hexdigest()}
        check_agreement(gather(mine))


def make_source(
    data: Source | Domain | str | os.PathLike[str] | Iterable[Mapping[str, Any]],
    *,
    seed: int = 0,
    **options: Any,
) -> Source:
    """A source from what a user has.

    Args:
        data: A domain or its name, a table (path of a ``.jsonl``, ``.csv`` or ``.parquet`` file, a
            `datasets.Dataset`, a list of mappings), or a source, which is returned.
        seed: Seeds what is random about the order of a table.
        options: Of `DomainSource`; or of `TableSource` if ``level`` is among them, or ``topic``
            without ``bins``; else of `BinnedSource`.

    Raises:
        ValueError: For a name that is neither a domain nor a file, or options that do not fit.
        TypeError: For data of another kind, or an unknown option.
    """
    if isinstance(data, Source):
        if options:
            raise ValueError(f"{', '.join(options)} can't be set here: the source is made already")
        return data
    if isinstance(data, str) and not data.lower().endswith(tuple(READERS)):
        try:
            data = lookup("domain", data, DOMAINS)()
        except ValueError as error:
            raise ValueError(
                f"{error}; a table is the path of a file that ends in {', '.join(READERS)}"
            ) from None
    if isinstance(data, Domain):
        return _made_source(DomainSource, data, options)
    if "level" in options or ("topic" in options and "bins" not in options):
        return _made_source(TableSource, data, options, seed=seed)
    return _made_source(BinnedSource, data, options, seed=seed)


def _made_source(kind: Any, data: Any, options: Mapping[str, Any], **further: Any) -> Source:
    """A source, with options that it has."""
    known = [name for name in inspect.signature(kind).parameters if name not in ("domain", "data")]
    for name in options:
        if name not in known:
            raise TypeError(
                f"{name} is no option of a {kind.__name__}; it has {', '.join(known)}"
                + ("; options of a domain go to the domain itself" if len(known) == 1 else "")
            )
    made: Source = kind(data, **options, **further)
    return made


def _make_teacher(
    teacher: TeacherLike, space: gym.Space, seed: int, options: Mapping[str, Any]
) -> Teacher:
    """A teacher that can choose from these tasks, whatever it was given as."""
    made = _made(teacher, space, seed, options)
    if getattr(made, "needs_observation", False):
        raise ValueError(
            f"a {type(made).__name__} chooses by an environment's observation, which there is none "
            "of here; take another teacher, or teach with this one in an environment"
        )
    return made


def _made(teacher: TeacherLike, space: gym.Space, seed: int, options: Mapping[str, Any]) -> Teacher:
    if isinstance(teacher, str):
        return make_teacher(teacher, space, seed=seed, **options)
    if options:
        raise ValueError("teacher_options are for a teacher given by name; this one has its own")
    made: Any = teacher
    if inspect.isclass(teacher):
        made = made(space, seed=seed)
    elif not hasattr(teacher, "act"):
        if not callable(teacher):
            raise TypeError(
                "teacher must be a name, a teacher, or a callable that makes one for an action "
                f"space, not {type(teacher).__name__}"
            )
        made = teacher(space)
    for name in ("act", "observe", "state_dict", "load_state_dict"):
        if not hasattr(made, name):
            raise TypeError(f"a {type(made).__name__} is no teacher: it has no method {name}")
    if getattr(made, "action_space", space) != space:
        raise ValueError(
            f"the teacher chooses from {made.action_space}, and these tasks from {space}; give a "
            "callable, such as its class, and it is made for them"
        )
    return made
