"""Logs of students' answers, as compact arrays."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np


@dataclass(frozen=True, slots=True)
class StudentRecord:
    """One student's answers in the order of time, as the readers yield them.

    Attributes:
        student: Who answered.
        items: The question of each answer.
        concepts: What each question asks for, one or several names per answer.
        correct: Whether each answer was right.
        days: When each was given, in days, never falling; NaN where it is not known.
        dropped: How many rows of the file were left out.
    """

    student: str
    items: Sequence[str]
    concepts: Sequence[Sequence[str]]
    correct: Sequence[bool]
    days: Sequence[float]
    dropped: int = 0


@dataclass(frozen=True, eq=False)
class InteractionLog:
    """Answers of many students: student by student, each one's in the order of time.

    The answers (rows) of student s are ``offsets[s]:offsets[s + 1]``. A question may ask for
    several concepts: those of row r are ``tags[tag_offsets[r]:tag_offsets[r + 1]]``.

    Attributes:
        offsets: Shape (students + 1,), where each student's rows begin, and the end.
        item: Shape (rows,), indices into `items`.
        tags: Shape (tags,), indices into `concepts`.
        tag_offsets: Shape (rows + 1,), where each row's tags begin, and the end.
        correct: Bool of shape (rows,), whether the answer was right.
        days: Shape (rows,), when it was given, in days; NaN where that is not known.
        students: Names of the students.
        items: Names of the items.
        concepts: Names of the concepts.
        dropped: How many rows of the file are not here.

    Raises:
        ValueError: If the arrays do not fit together, a row has no concept, or a student's times
            run backwards.
    """

    offsets: np.ndarray
    item: np.ndarray
    tags: np.ndarray
    tag_offsets: np.ndarray
    correct: np.ndarray
    days: np.ndarray
    students: tuple[str, ...]
    items: tuple[str, ...]
    concepts: tuple[str, ...]
    dropped: int = 0

    def __post_init__(self) -> None:
        rows = len(self.item)
        checks = {
            "offsets must rise from 0 to the number of rows, one step a student": (
                len(self.offsets) == len(self.students) + 1 and _rises(self.offsets, rows)
            ),
            "tag_offsets must rise from 0 to the number of tags, one step a row": (
                len(self.tag_offsets) == rows + 1 and _rises(self.tag_offsets, len(self.tags))
            ),
            "item, correct and days must have one entry a row": (
                rows == len(self.correct) == len(self.days)
            ),
            "item must hold indices into items": _indices(self.item, len(self.items)),
            "tags must hold indices into concepts": _indices(self.tags, len(self.concepts)),
        }
        broken = [text for text, holds in checks.items() if not holds]
        if broken:
            raise ValueError("; ".join(broken))
        bare = np.flatnonzero(np.diff(self.tag_offsets) == 0)
        if len(bare):
            raise ValueError(f"row {bare[0]} has no concept; every answer needs one at least")
        same = self.student[1:] == self.student[:-1]
        back = np.flatnonzero(same & (self.days[1:] < self.days[:-1]))
        if len(back):
            row = int(back[0])
            raise ValueError(
                f"the times of student {self.students[self.student[row]]!r} run backwards: day "
                f"{self.days[row + 1]} comes after day {self.days[row]}"
            )

    def __len__(self) -> int:
        """Number of answers."""
        return len(self.item)

    @property
    def student(self) -> np.ndarray:
        """Index of the student of each row, shape (rows,)."""
        return np.repeat(np.arange(len(self.students)), np.diff(self.offsets))

    @property
    def tag_row(self) -> np.ndarray:
        """Index of the row of each tag, shape (tags,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.tag_offsets))

    @property
    def first(self) -> np.ndarray:
        """Whether each row is its student's first, bool of shape (rows,)."""
        first = np.zeros(len(self), dtype=bool)
        first[self.offsets[:-1][np.diff(self.offsets) > 0]] = True
        return first

    def days_since_first(self, model: str) -> np.ndarray:
        """Days since the student's first answer, shape (rows,), for a model that needs times.

        Raises:
            ValueError: If one is not known; the message names the model.
        """
        unknown = np.isnan(self.days)
        if unknown.any():
            who = self.students[int(self.student[np.argmax(unknown)])]
            raise ValueError(f"{model} needs the times of all answers; student {who!r} has none")
        return self.days - self.days[self.offsets[self.student]]

    def sum_tags(self, values: np.ndarray) -> np.ndarray:
        """Sum over each row's concepts of values of shape (tags, ...), shape (rows, ...)."""
        if not len(self):
            return values
        return np.add.reduceat(values, self.tag_offsets[:-1], axis=0)

    def mean_tags(self, values: np.ndarray) -> np.ndarray:
        """Mean over each row's concepts of a number per tag, shape (rows,)."""
        return self.sum_tags(values) / np.diff(self.tag_offsets)

    def subset(self, students: np.ndarray) -> InteractionLog:
        """The rows of some students, given as indices or a bool mask; all names are kept."""
        chosen = np.arange(len(self.students))[students]
        rows = _ranges(self.offsets[chosen], self.offsets[chosen + 1])
        tags = _ranges(self.tag_offsets[rows], self.tag_offsets[rows + 1])
        return InteractionLog(
            offsets=_starts(np.diff(self.offsets)[chosen]),
            item=self.item[rows],
            tags=self.tags[tags],
            tag_offsets=_starts(np.diff(self.tag_offsets)[rows]),
            correct=self.correct[rows],
            days=self.days[rows],
            students=tuple(self.students[i] for i in chosen),
            items=self.items,
            concepts=self.concepts,
        )

    def split(
        self, share: float, rng: np.random.Generator
    ) -> tuple[InteractionLog, InteractionLog]:
        """Hold out a share of the students: returns (the others, those held out).

        Raises:
            ValueError: If the share is not in (0, 1), or one of the two would have no student.
        """
        if not 0 < share < 1:
            raise ValueError(f"the share held out must be above 0 and below 1, not {share}")
        count = len(self.students)
        held = max(1, round(share * count))
        if held >= count:
            raise ValueError(f"{count} student(s) are too few to hold out a share of {share}")
        order = rng.permutation(count)
        return self.subset(np.sort(order[held:])), self.subset(np.sort(order[:held]))

    def named(self, items: Sequence[str] | None, concepts: Sequence[str]) -> InteractionLog:
        """The same log with its indices pointing into other lists of names.

        Args:
            items: The new names, or None to leave the items as they are.
            concepts: The new names.

        Raises:
            ValueError: If an item or concept that occurs in a row is not among the new names.
        """
        item, names = self.item, self.items
        if items is not None:
            item, names = _translate("item", item, self.items, items), tuple(items)
        return InteractionLog(
            self.offsets,
            item,
            _translate("concept", self.tags, self.concepts, concepts),
            self.tag_offsets,
            self.correct,
            self.days,
            self.students,
            names,
            tuple(concepts),
            self.dropped,
        )

    @classmethod
    def gather(cls, records: Iterable[StudentRecord]) -> Self:
        """Take up records one after another; only compact arrays are kept of them."""
        lengths, item, tags, widths = array("q"), array("i"), array("i"), array("i")
        correct, days = array("b"), array("d")
        students: list[str] = []
        items: dict[str, int] = {}
        concepts: dict[str, int] = {}
        dropped = 0
        for record in records:
            dropped += record.dropped
            if not record.items:
                continue
            students.append(record.student)
            lengths.append(len(record.items))
            item.extend(items.setdefault(name, len(items)) for name in record.items)
            for names in record.concepts:
                widths.append(len(names))
                tags.extend(concepts.setdefault(name, len(concepts)) for name in names)
            correct.extend(map(int, record.correct))
            days.extend(record.days)
        return cls(
            offsets=_starts(np.array(lengths, dtype=np.int64)),
            item=np.array(item, dtype=np.int32),
            tags=np.array(tags, dtype=np.int32),
            tag_offsets=_starts(np.array(widths, dtype=np.int64)),
            correct=np.array(correct, dtype=bool),
            days=np.array(days, dtype=float),
            students=tuple(students),
            items=tuple(items),
            concepts=tuple(concepts),
            dropped=dropped,
        )


def _starts(lengths: np.ndarray) -> np.ndarray:
    """Where pieces of these lengths begin, and the end of the last."""
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


def _ranges(starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """The whole numbers of all half-open ranges, one range after another."""
    lengths = ends - starts
    before = _starts(lengths)
    return np.repeat(starts - before[:-1], lengths) + np.arange(before[-1])


def _rises(offsets: np.ndarray, end: int) -> bool:
    return bool(offsets[0] == 0 and offsets[-1] == end and (np.diff(offsets) >= 0).all())


def _indices(values: np.ndarray, count: int) -> bool:
    return not len(values) or bool(values.min() >= 0 and values.max() < count)


def _translate(
    kind: str, indices: np.ndarray, old: Sequence[str], new: Sequence[str]
) -> np.ndarray:
    if tuple(old) == tuple(new):
        return indices
    place = {name: i for i, name in enumerate(new)}
    table = np.array([place.get(name, -1) for name in old], dtype=np.int32)
    translated = table[indices]
    if (translated < 0).any():
        name = old[int(indices[np.argmax(translated < 0)])]
        raise ValueError(f"{kind} {name!r} was not in the log that the model was fitted to")
    return translated
