"""A reader of EdNet's KT1."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from .logs import StudentRecord
from .records import CURE, Rows, days, on_line, table

CHOICES = ("a", "b", "c", "d")
"""Of the questions of EdNet."""


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
            day = days(when, "ms", at)
            rows.add(partial(on_line, file, number), question, tags, str(int(answer == right)), day)
    return rows.record()
