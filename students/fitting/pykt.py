"""A reader of pyKT's format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path

from .logs import StudentRecord
from .records import Rows, days

PYKT = ("length", "questions", "concepts", "responses", "timestamps", "use times")
"""The lines of a record in pyKT's format."""


def stream_pykt(path: str | Path, *, strict: bool = True) -> Iterator[StudentRecord]:
    """Read pyKT's format (Liu et al. 2022, arXiv 2206.11460): six lines for each student.

    The lines are: student and number of answers; questions; concepts, with ``_`` between several of
    one question; responses, 0 or 1; timestamps in milliseconds; times of use, which are not kept.
    The entries have commas between them; a line that is not known is ``NA``. Where there are no
    concepts, each question is one; where there are no questions, each concept is one.

    Args:
        path: The file.
        strict: Whether to refuse what is broken, rather than drop it.

    Raises:
        ValueError: For a broken record, naming file and line.
    """
    # Bytes that are no UTF-8 become marks, so that the line where they don't belong is named.
    with open(path, encoding="utf-8-sig", errors="replace") as file:
        seen: set[str] = set()
        begin = 1
        while lines := list(islice(file, len(PYKT))):
            if "".join(lines).strip():  # else blank lines at the end
                record = _pykt(lines, path, begin, strict)
                if record.student in seen:
                    raise ValueError(
                        f"{path}, line {begin}: student {record.student!r} has been before; a "
                        "student has one record"
                    )
                seen.add(record.student)
                yield record
            begin += len(lines)


def _pykt(lines: Sequence[str], path: str | Path, begin: int, strict: bool) -> StudentRecord:
    """The record in six lines, the first of which has the number `begin`."""
    header = [entry.strip() for entry in lines[0].split(",")]
    if len(header) != 2 or not header[0] or not header[1].isdecimal():
        raise ValueError(
            f"{path}, line {begin}: expected 'student,number of answers', not "
            f"{lines[0].strip()!r:.80}"
        )
    student, length = header[0], int(header[1])
    if len(lines) < len(PYKT):
        raise ValueError(
            f"{path}, line {begin + len(lines) - 1}: the file ends after {len(lines)} of the six "
            f"lines of student {student!r}"
        )
    columns: list[list[str] | None] = []
    for name, number, line in zip(PYKT[1:], range(begin + 1, begin + 6), lines[1:], strict=True):
        entries = [entry.strip() for entry in line.split(",")]
        if set(entries) == {"NA"} or not length:
            columns.append(None)
        elif len(entries) == length:
            columns.append(entries)
        else:
            raise ValueError(
                f"{path}, line {number}: expected the {length} {name} of student {student!r} (by "
                f"line {begin}) or NA, not {len(entries)}"
            )
    questions, concepts, responses, times, _ = columns
    if length and responses is None:
        raise ValueError(f"{path}, line {begin + 3}: expected responses, not NA")
    if length and not (questions or concepts):
        raise ValueError(
            f"{path}, line {begin + 1}: expected questions or concepts, but both are NA"
        )
    rows = Rows(student, strict)
    line_of = {"item": 1 if questions else 2, "concept": 2, "answer": 3, "time": 4}
    line_of = {field: begin + line for field, line in line_of.items()}
    for i, answer in enumerate(responses or ()):
        rows.add(
            partial(_entry, path, line_of, i + 1),
            (questions or concepts or ())[i],
            concepts[i].split("_") if concepts else [questions[i]] if questions else [],
            answer,
            days(times[i], "ms", f"{path}, line {begin + 4}, entry {i + 1}") if times else None,
        )
    return rows.record()


def _entry(path: str | Path, line_of: Mapping[str, int], entry: int, field: str) -> str:
    return f"{path}, line {line_of[field]}, entry {entry}"
