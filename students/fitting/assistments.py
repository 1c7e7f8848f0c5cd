"""A reader of tables like those of ASSISTments."""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from ...core.names import lookup
from .logs import StudentRecord
from .records import DAY, Rows, days, on_line, table


def stream_assistments(
    path: str | Path,
    *,
    strict: bool = True,
    student: str = "user_id",
    concept: str | None = None,
    item: str = "problem_id",
    correct: str = "correct",
    order: str | None = None,
    time: str | None = None,
    unit: str = "ms",
) -> Iterator[StudentRecord]:
    """Read a table like those of ASSISTments (Feng et al. 2009): CSV, one answer a row.

    A student's rows may lie anywhere in the file, so all of it is read, into compact arrays, before
    the first student is yielded. Several rows of one student with the same order and item are one
    answer to a question of several concepts, as in the skill builder data of 2009; several concepts
    in one field have ``_`` between them, as in its collapsed version.

    Args:
        path: The file.
        strict: Whether to refuse what is broken, rather than drop it.
        student: Column of the student.
        concept: Column of the concept; None takes ``skill_id``, else ``skill_name``.
        item: Column of the question.
        correct: Column of the answer, 0 or 1.
        order: Column that a student's rows are sorted by, a number or a date; None takes
            ``order_id`` if it is there, else the rows must be in order already.
        time: Column of the time, a number or a date as in ISO 8601; None takes ``timestamp`` if it
            is there, else the times are unknown.
        unit: What a time that is a number counts: "ms", "s" or "days".

    Raises:
        ValueError: For a missing column or a broken record, naming file and line.
    """
    path = Path(path)
    lookup("unit of time", unit, DAY)
    with open(path, encoding="utf-8-sig", errors="replace", newline="") as file:
        header = [name.strip() for name in next(csv.reader(file), [])]
    concept = concept or ("skill_id" if "skill_id" in header else "skill_name")
    order = order or ("order_id" if "order_id" in header else None)
    time = time or ("timestamp" if "timestamp" in header else None)
    names: dict[str, int] = {}
    codes = [array("i") for _ in range(4)]  # student, item, concepts, answer
    lines, keys, times = array("q"), array("d"), array("d")
    columns = [student, item, concept, correct, time or correct, order or correct]
    dropped = 0
    for number, fields in table(path, columns):
        if not fields[0] or (order and not fields[5]):
            if strict:
                raise ValueError(
                    f"{path}, line {number}: the {student if not fields[0] else order} is missing"
                )
            dropped += 1
            continue
        for column, field in zip(codes, fields[:4], strict=True):
            column.append(names.setdefault(field, len(names)))
        at = f"{path}, line {number}"
        times.append(days(fields[4], unit, at) if time else 0.0)
        keys.append(days(fields[5], "days", at) if order else 0.0)
        lines.append(number)
    texts = list(names)
    who = np.array(codes[0], dtype=np.int64)
    rows, last = Rows("", strict), None
    for i in np.lexsort((np.array(lines), np.array(keys), who)):
        name, asked, skills, answer = (texts[column[i]] for column in codes)
        if name != rows.student:
            if rows.items:
                yield rows.record()
            else:
                dropped += rows.dropped
            rows, last = Rows(name, strict), None
        key = keys[i], asked
        if rows.add(
            partial(on_line, path, lines[i]),
            asked,
            skills.split("_"),
            answer,
            times[i] if time else None,
            again=order is not None and last == key,
        ):
            last = key
    rows.dropped += dropped
    yield rows.record()
