"""What all readers of logs share: one student's rows, checked one by one."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from .logs import StudentRecord

DAY = {"ms": 86_400_000.0, "s": 86_400.0, "days": 1.0}
"""How many of each unit of time make a day."""

ANSWERS = {"0": False, "1": True, "0.0": False, "1.0": True}

CURE = "strict=False (on the command line --lenient)"


class Rows:
    """Gathers one student's rows.

    Args:
        student: Who answered.
        strict: Whether to refuse rows that lack something or are out of order; else the former are
            dropped and counted, and all are sorted by time.
    """

    def __init__(self, student: str, strict: bool) -> None:
        self.student, self.strict = student, strict
        self.items: list[str] = []
        self.concepts: list[tuple[str, ...]] = []
        self.correct: list[bool] = []
        self.days: list[float] = []
        self.dropped = 0

    def add(
        self,
        where: Callable[[str], str],
        item: str,
        concepts: Sequence[str],
        answer: str,
        day: float | None = None,
        *,
        again: bool = False,
    ) -> bool:
        """Take up a row.

        Args:
            where: Names the place of a field in the file, for messages.
            item: The question.
            concepts: What it asks for.
            answer: "0" or "1".
            day: When, in days; NaN if it is missing, None if times are not known at all.
            again: Whether the row tells of a further concept of the last one taken.

        Returns:
            Whether it was taken, not dropped.

        Raises:
            ValueError: If something is wrong with the row, naming the place.
        """
        timeless = day is not None and math.isnan(day)
        lacks = {"item": not item, "concept": not (concepts and all(concepts)), "time": timeless}
        for field, lacking in lacks.items():
            if lacking:
                self.drop(f"{where(field)}: the {field} of student {self.student!r} is missing")
                return False
        if answer not in ANSWERS:
            self.drop(f"{where('answer')}: expected the answer to be 0 or 1, not {answer!r:.40}")
            return False
        day = math.nan if day is None else day
        if self.strict and self.days and day < self.days[-1]:
            raise ValueError(
                f"{where('time')}: the times of student {self.student!r} run backwards, "
                f"{self.days[-1] - day:.6g} days; {CURE} sorts the rows"
            )
        if again:
            if ANSWERS[answer] != self.correct[-1]:
                self.drop(
                    f"{where('answer')}: this answer was {int(self.correct[-1])} for another "
                    f"concept, and is {answer} now"
                )
                return False
            self.concepts[-1] = tuple(dict.fromkeys([*self.concepts[-1], *concepts]))
            return True
        self.items.append(item)
        self.concepts.append(tuple(dict.fromkeys(concepts)))
        self.correct.append(ANSWERS[answer])
        self.days.append(day)
        return True

    def drop(self, problem: str) -> None:
        """Count a row that is left out, or refuse it.

        Raises:
            ValueError: With the problem, if the rows are read strictly.
        """
        if self.strict:
            raise ValueError(f"{problem}; {CURE} drops such rows")
        self.dropped += 1

    def record(self) -> StudentRecord:
        """What has been gathered, in the order of time."""
        if self.strict:
            order = list(range(len(self.items)))
        else:
            order = np.argsort(np.array(self.days), kind="stable").tolist()
        return StudentRecord(
            self.student,
            [self.items[i] for i in order],
            [self.concepts[i] for i in order],
            [self.correct[i] for i in order],
            [self.days[i] for i in order],
            self.dropped,
        )


def days(text: str, unit: str, at: str) -> float:
    """A time in days: a number of a unit, or a date and time as in ISO 8601 (UTC if it names none).

    Args:
        text: The time; NaN comes of an empty one.
        unit: What a number counts, a key of `DAY`.
        at: Where it stands, for messages.

    Raises:
        ValueError: For anything else.
    """
    if not text:
        return math.nan
    try:
        value = float(text) / DAY[unit]
    except ValueError:
        try:
            date = datetime.fromisoformat(text)
        except ValueError:
            value = math.nan
        else:
            date = date if date.tzinfo else date.replace(tzinfo=UTC)
            value = date.timestamp() / DAY["s"]
    if not math.isfinite(value):
        raise ValueError(f"{at}: expected a number or a date (ISO 8601), not {text!r:.40}")
    return value


def table(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file: number of the line, and the fields of some columns.

    Raises:
        ValueError: For a missing column, a row with too few or too many fields, or no CSV at all.
    """
    # Bytes that are no UTF-8 (older files of ASSISTments have some, in names) don't stop it.
    with open(path, encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.reader(file)
        try:
            header = [name.strip() for name in next(reader, [])]
            missing = [name for name in columns if name not in header]
            if missing:
                raise ValueError(
                    f"{path}, line 1: expected a column {missing[0]!r}, but there are only "
                    f"{', '.join(map(repr, header))[:300] or 'none'}"
                )
            places = [header.index(name) for name in columns]
            for row in reader:
                if len(row) == len(header):
                    yield reader.line_num, [row[place].strip() for place in places]
                elif row:
                    raise ValueError(
                        f"{path}, line {reader.line_num}: expected {len(header)} fields, not "
                        f"{len(row)}"
                    )
        except csv.Error as error:  # as for a quotation mark that is never closed
            raise ValueError(f"{path}, line {reader.line_num}: this is no CSV: {error}") from None


def on_line(path: str | Path, number: int, field: str) -> str:
    """Names a line, whatever the field."""
    return f"{path}, line {number}"
