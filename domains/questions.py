"""Questions with short answers from a table of one's own, or the bundled set."""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np

from . import data
from .base import Domain, Task, check_options
from .tables import Row, read_rows

BUNDLED = "questions.jsonl"
"""The default source: 240 questions in six topics, with difficulties 1 to 4."""


@dataclass(frozen=True)
class Question:
    """A row that was read and checked."""

    place: str
    topic: str
    prompt: str
    answers: tuple[str, ...]
    difficulty: float | None
    several: bool


class Questions(Domain):
    """Questions with short answers, by topic, from a file or a `datasets.Dataset`.

    Within each topic the questions are ranked by difficulty and cut into `levels` parts of equal
    size (±1). Question i of n has the difficulty ``(i + 1/2) / n``. A column of difficulties may
    have any scale, larger being harder. Without one, the surprisal of the answer ranks the
    questions (see `surprisals`); it also breaks ties, and the order of the rows breaks the rest.

    Rows that agree in prompt, topic and answers count once. White space around texts is removed.

    Args:
        source: Path of a ``.jsonl``, ``.csv`` or ``.parquet`` file, a `datasets.Dataset` or
            another iterable of mappings; None for the bundled set, whose column ``difficulty``
            is used by default.
        topic: Name of the column with the topic.
        prompt: Name of the column with the question.
        answer: Name of the column with the answer. A list of answers is allowed: the first is the
            reference, and all of them are accepted (``Task.metadata["answers"]``).
        difficulty: Name of the column with the difficulty, or None.
        levels: Number of difficulty levels, at least 1.
        exam_share: Share of each cell's questions that is held out for the exam.

    Raises:
        ValueError: For arguments out of range, a source that cannot be read, a missing column, a
            bad value (with its line), one prompt with two answers, or a cell of fewer than two
            questions.
        FileNotFoundError: If there is no such file.
        TypeError: For a source of another kind.

    Attributes:
        digest: Hash of all questions with their answers, in the order of their difficulty.
    """

    reward = "exact_match_squad"

    def __init__(
        self,
        source: str | os.PathLike[str] | Iterable[Mapping[str, Any]] | None = None,
        *,
        topic: str = "topic",
        prompt: str = "prompt",
        answer: str = "answer",
        difficulty: str | None = None,
        levels: int = 4,
        exam_share: float = 0.2,
    ) -> None:
        check_options(levels, exam_share)
        self.levels = levels
        self.exam_share = exam_share
        if source is None:
            with resources.as_file(resources.files(data) / BUNDLED) as path:
                rows = read_rows(path)
            difficulty = difficulty or "difficulty"
        else:
            rows = read_rows(source)
        questions = _distinct(_question(row, topic, prompt, answer, difficulty) for row in rows)
        self.topics = tuple(dict.fromkeys(question.topic for question in questions))
        self._cells = self._grade(questions)
        self.digest = _digest(self._cells)

    def generate(self, topic: int, level: int, rng: np.random.Generator) -> Task:
        """Draw any question of a cell."""
        cell = self._cells[topic][level]
        return cell[rng.integers(len(cell))]

    def enumerate(self, topic: int, level: int) -> Sequence[Task]:
        """All questions of a cell."""
        return self._cells[topic][level]

    def _grade(self, questions: Sequence[Question]) -> list[list[list[Task]]]:
        """The tasks of each topic and level."""
        order = sorted(
            zip(questions, surprisals(questions), strict=True),
            key=lambda pair: (pair[0].difficulty or 0.0, pair[1]),
        )
        cells: list[list[list[Task]]] = []
        for index, topic in enumerate(self.topics):
            ranked = [question for question, _ in order if question.topic == topic]
            levels: list[list[Task]] = [[] for _ in range(self.levels)]
            for i, question in enumerate(ranked):
                rank = (i + 0.5) / len(ranked)
                levels[self.level(rank)].append(_task(question, index, rank))
            for level, cell in enumerate(levels):
                if len(cell) < 2:
                    most = len(ranked) // 2
                    advice = f"levels={most} or fewer, or " if most else ""
                    raise ValueError(
                        f"topic {topic!r}, level {level}, has {len(cell)} question(s); it needs "
                        "at least two, one for the exam and one for practice: use "
                        f"{advice}more questions (the topic has {len(ranked)})"
                    )
            cells.append(levels)
        return cells


def surprisals(questions: Sequence[Question]) -> list[float]:
    """How unexpected each reference answer is, in nats: long and rare answers are hard.

    The surprisal of an answer is the sum of ``-log(frequency)`` over its words, where the
    frequency of a word is its share of all words in the prompts and answers of the source.
    """
    counts = Counter(
        word
        for question in questions
        for word in _words(f"{question.prompt} {question.answers[0]}")
    )
    total = counts.total()
    return [
        sum(math.log(total / counts[word]) for word in _words(question.answers[0]))
        for question in questions
    ]


def _digest(cells: Sequence[Sequence[Sequence[Task]]]) -> str:
    content = [
        [task.prompt, task.answer, dict(task.metadata)]
        for topic in cells
        for cell in topic
        for task in cell
    ]
    return hashlib.blake2b(json.dumps(content).encode(), digest_size=16).hexdigest()


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _task(question: Question, topic: int, difficulty: float) -> Task:
    metadata = {"answers": list(question.answers)} if question.several else {}
    return Task(question.prompt, question.answers[0], topic, difficulty, metadata)


def _distinct(questions: Iterable[Question]) -> list[Question]:
    """The questions without repetitions."""
    seen: dict[str, Question] = {}
    for question in questions:
        first = seen.setdefault(question.prompt, question)
        if (first.topic, first.answers) != (question.topic, question.answers):
            raise ValueError(
                f"{first.place} and {question.place} have the same prompt {question.prompt!r:.60} "
                "but differ in topic or answer; remove one, or put all accepted answers in a list"
            )
    return list(seen.values())


def _question(row: Row, topic: str, prompt: str, answer: str, difficulty: str | None) -> Question:
    """Read the named columns of a row."""
    place = row[0]
    cell = _column(row, answer)
    answers = cell if isinstance(cell, (list, tuple)) else [cell]
    if not answers:
        raise ValueError(f"{place}: column {answer!r} must have at least one answer")
    return Question(
        place=place,
        topic=_text(place, topic, _column(row, topic)),
        prompt=_text(place, prompt, _column(row, prompt)),
        answers=tuple(_text(place, answer, value) for value in answers),
        difficulty=_number(place, difficulty, _column(row, difficulty)) if difficulty else None,
        several=isinstance(cell, (list, tuple)),
    )


def _column(row: Row, name: str) -> Any:
    place, columns = row
    if name not in columns:
        present = ", ".join(repr(column) for column in columns) or "none"
        raise ValueError(
            f"{place}, has no column {name!r}; it has: {present}. Name the columns with topic=, "
            "prompt=, answer= and difficulty="
        )
    return columns[name]


def _text(place: str, column: str, value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # Parquet and pandas turn whole numbers with gaps into floats.
    if not isinstance(value, (str, int, float)) or not str(value).strip():
        raise ValueError(f"{place}: column {column!r} must be a text or number, not {value!r:.40}")
    return str(value).strip()


def _number(place: str, column: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{place}: column {column!r} must be a finite number, not {value!r:.40}")
    return number
