"""Readers of the three formats that logs of students' answers come in.

Each yields one student after another, so that only compact arrays need be kept of a large log. A
broken record stops them with a ValueError that names file and line. With ``strict=False`` they do
what pyKT's own preparation of data does: rows that lack a field, or whose answer is neither right
nor wrong, are dropped (and counted), and each student's rows are sorted by time.
"""

from __future__ import annotations

import csv
import inspect
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from ...models.names import lookup
from .logs import InteractionLog, StudentRecord
from .records import CURE, DAY, Rows, days, table

PYKT = ("length", "questions", "concepts", "responses", "timestamps", "use times")
"""The lines of a record in pyKT's format."""

CHOICES = ("a", "b", "c", "d")


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
    with open(path, encoding="utf-8-sig") as file:
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
            times[i] if times else None,
        )
    return rows.record()


def _entry(path: str | Path, line_of: Mapping[str, int], entry: int, field: str) -> str:
    return f"{path}, line {line_of[field]}, entry {entry}"


def _line(path: str | Path, number: int, field: str) -> str:
    return f"{path}, line {number}"


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
    codes = [array("i") for _ in range(5)]  # student, item, concepts, answer, time
    lines, keys = array("q"), array("d")
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
        for column, field in zip(codes, fields[:5], strict=True):
            column.append(names.setdefault(field, len(names)))
        keys.append(days(fields[5], "days", f"{path}, line {number}") if order else 0.0)
        lines.append(number)
    texts = list(names)
    who = np.array(codes[0], dtype=np.int64)
    rows, last = Rows("", strict, unit), None
    for i in np.lexsort((np.array(lines), np.array(keys), who)):
        name, asked, skills, answer, when = (texts[column[i]] for column in codes)
        if name != rows.student:
            if rows.items:
                yield rows.record()
            else:
                dropped += rows.dropped
            rows, last = Rows(name, strict, unit), None
        rows.add(
            partial(_line, path, lines[i]),
            asked,
            skills.split("_"),
            answer,
            when if time else None,
            again=order is not None and last == (keys[i], asked),
        )
        last = (keys[i], asked)
    rows.dropped += dropped
    yield rows.record()


def stream_ednet(
    folder: str | Path, *, strict: bool = True, questions: str | Path | None = None
) -> Iterator[StudentRecord]:
    """Read EdNet's KT1 (Choi et al. 2020, arXiv 1912.03072): a folder with a CSV file per student.

    The files are called ``u….csv``, with the columns timestamp (milliseconds), solving_id (1, 2, …,
    shared by the questions of a bundle), question_id, user_answer (a to d) and elapsed_time (which
    is not kept). They lie in the folder, or in ``KT1`` in it. The concepts are the tags of the
    question; answers to questions without one (tag -1) are dropped, as in pyKT.

    Args:
        folder: Where the files are.
        strict: Whether to refuse what is broken, rather than drop it.
        questions: The table of questions, with question_id, correct_answer and tags; None looks for
            ``questions.csv`` and ``contents/questions.csv`` in the folder and the one above it.

    Raises:
        ValueError: For a missing file or a broken record, naming file and line.
    """
    folder = Path(folder)
    near = ("questions.csv", "contents/questions.csv")
    places = [place / name for place in (folder, folder.parent) for name in near]
    content = Path(questions) if questions else next(filter(Path.is_file, places), places[0])
    if not content.is_file():
        raise ValueError(f"{content}: EdNet's table of questions is expected there")
    known: dict[str, tuple[str, list[str]]] = {}
    for number, (name, right, tags) in table(content, ("question_id", "correct_answer", "tags")):
        if right not in CHOICES or not name or not tags:
            raise ValueError(
                f"{content}, line {number}: expected a question, its correct answer (a to d) and "
                f"its tags, not {name!r}, {right!r} and {tags!r}"
            )
        known[name] = (right, [tag for tag in tags.split(";") if tag != "-1"])
    home = folder / "KT1" if (folder / "KT1").is_dir() else folder
    files = sorted(home.glob("u*.csv"), key=lambda file: (len(file.name), file.name))
    if not files:
        raise ValueError(f"{home}: files of students (u1.csv, u2.csv, …) are expected there")
    for file in files:
        yield _ednet(file, content, known, strict)


def _ednet(
    file: Path, content: Path, known: dict[str, tuple[str, list[str]]], strict: bool
) -> StudentRecord:
    """The record in one student's file."""
    rows = Rows(file.stem, strict)
    session = 0
    for number, fields in table(file, ("timestamp", "solving_id", "question_id", "user_answer")):
        when, solving, question, answer = fields
        at = f"{file}, line {number}"
        if question not in known:
            raise ValueError(f"{at}: question {question!r} is not in {content}")
        if strict and solving not in {str(session or 1), str(session + 1)}:
            raise ValueError(
                f"{at}: expected solving_id {session + 1}{f' or {session}' * bool(session)}, not "
                f"{solving!r}: records are missing; {CURE} reads on"
            )
        session = int(solving) if strict else 0
        right, tags = known[question]
        if not tags:
            rows.dropped += 1
        elif answer not in CHOICES:
            rows.drop(f"{at}: expected user_answer to be a, b, c or d, not {answer!r:.40}")
        else:
            rows.add(partial(_line, file, number), question, tags, str(int(answer == right)), when)
    return rows.record()


FORMATS: dict[str, Callable[..., Iterator[StudentRecord]]] = {
    "pykt": stream_pykt,
    "assistments": stream_assistments,
    "ednet": stream_ednet,
}
"""The readers, by the name of the format."""


def read_records(path: str | Path, format: str, **options: Any) -> Iterator[StudentRecord]:
    """The students of a log, one after another.

    Args:
        path: The file; for EdNet, the folder.
        format: A key of `FORMATS`.
        **options: Arguments of its reader.

    Raises:
        ValueError: For an unknown format or option; while reading, for a broken record.
    """
    reader = lookup("format", format, FORMATS)
    check_names(f"option of the format {format}", options, reader)
    return reader(path, **options)


def read_log(path: str | Path, format: str, **options: Any) -> InteractionLog:
    """Read a log; see `read_records`.

    Raises:
        ValueError: For an unknown format or option, a broken record, or a log without an answer.
    """
    log = InteractionLog.gather(read_records(path, format, **options))
    if not len(log):
        raise ValueError(f"{path}: no answers are there")
    return log


def check_names(kind: str, options: Mapping[str, Any], function: Callable[..., Any]) -> None:
    """Refuse options that are no keywords of the function, naming the nearest.

    Raises:
        ValueError: For an unknown one.
    """
    known = {
        name: None
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind == parameter.KEYWORD_ONLY and name != "progress"
    }
    for option in options:
        lookup(kind, option, known)
