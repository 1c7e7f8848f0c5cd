"""What a run found out: kept in memory while it runs, read back from its folder later."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from .run_folder import CONFIG, EXAM, EXAMS, LESSONS, read_lines


@dataclass(slots=True)
class Result:
    """One run: a student taught by a teacher.

    Attributes:
        settings: All that is needed to repeat it.
        topics: Names of the topics.
        levels: Number of difficulty levels.
        tasks: The exam: a dict with prompt, answer, topic and level for each task.
        lessons: A dict for each lesson: lesson (from 1), action, topic, level, score, reward,
            stats, teacher (what it has counted so far, if it counts anything), and exam where one
            was sat after it.
        exams: A dict for each exam: lesson (0 before the first), mean, cells, scores, answers.
        out: The run folder, if there is one.
        student: The taught student; None for a run that was read from its folder.
    """

    settings: dict[str, Any]
    topics: list[str]
    levels: int
    tasks: list[dict[str, Any]]
    lessons: list[dict[str, Any]] = field(default_factory=list)
    exams: list[dict[str, Any]] = field(default_factory=list)
    out: Path | None = None
    student: Any = None

    @property
    def budget(self) -> int:
        """Lessons of a full run."""
        return int(self.settings["budget"])

    @property
    def finished(self) -> bool:
        """Whether the budget was spent and the last exam sat."""
        if not self.exams:
            return False
        early = bool(self.lessons) and self.lessons[-1].get("ended", False)
        return early or self.exams[-1]["lesson"] == self.budget

    @property
    def first(self) -> float:
        """Mean score of the exam before the first lesson, in [0, 1]."""
        return float(self.exams[0]["mean"])

    @property
    def final(self) -> float:
        """Mean score of the last exam, in [0, 1]."""
        return float(self.exams[-1]["mean"])

    @property
    def gain(self) -> float:
        """What the student learned: last exam - first exam."""
        return self.final - self.first

    @property
    def curve(self) -> tuple[list[int], list[float]]:
        """Lessons at which exams were sat, and their mean scores."""
        return [e["lesson"] for e in self.exams], [e["mean"] for e in self.exams]

    @property
    def before(self) -> np.ndarray:
        """First exam's mean scores, shape (topics, levels), NaN where a cell has no task."""
        return np.array(self.exams[0]["cells"], dtype=float)

    @property
    def after(self) -> np.ndarray:
        """Last exam's mean scores, shape (topics, levels), NaN where a cell has no task."""
        return np.array(self.exams[-1]["cells"], dtype=float)

    def taught(self, periods: int = 1) -> np.ndarray:
        """Lessons given in each of so many equal parts of the budget.

        Returns:
            Counts of shape (topics, levels, periods).
        """
        counts = np.zeros((len(self.topics), self.levels, periods), dtype=int)
        for lesson in self.lessons:
            period = min((lesson["lesson"] - 1) * periods // self.budget, periods - 1)
            counts[lesson["topic"], lesson["level"], period] += 1
        return counts

    def summary(self) -> dict[str, Any]:
        """The final numbers."""
        return {
            "lessons": len(self.lessons),
            "first": self.first,
            "final": self.final,
            "gain": self.gain,
            "topics": {
                topic: {"before": before, "after": after}
                for topic, before, after in zip(
                    self.topics, row_means(self.before), row_means(self.after), strict=True
                )
            },
        }


def row_means(cells: np.ndarray) -> list[float | None]:
    """Mean of each row without its NaN, None for a row of NaN only."""
    return [float(row[~np.isnan(row)].mean()) if not np.isnan(row).all() else None for row in cells]


def read_result(folder: str | Path) -> Result:
    """Read a run from its folder, finished or not.

    Raises:
        ValueError: If the folder holds no run of `teach`, or one that sat no exam yet.
    """
    folder = Path(folder)
    config = read_config(folder, "teach")
    exams = read_lines(folder / EXAMS)
    if not (folder / EXAM).is_file() or not exams:
        raise ValueError(f"the run in {str(folder)!r} has no exam yet: there is nothing to show")
    exam = json.loads((folder / EXAM).read_text(encoding="utf-8"))
    return Result(
        settings=config["settings"],
        topics=exam["topics"],
        levels=exam["levels"],
        tasks=exam["tasks"],
        lessons=read_lines(folder / LESSONS),
        exams=exams,
        out=folder,
    )


def read_config(folder: str | Path, kind: str | None = None) -> dict[str, Any]:
    """Read the ``config.json`` of a run folder.

    Args:
        folder: Where the run is.
        kind: ``"teach"`` or ``"compare"`` if only that will do.

    Raises:
        ValueError: If there is none, or one of another kind.
    """
    path = Path(folder) / CONFIG
    if not path.is_file():
        raise ValueError(f"{str(folder)!r} holds no run (no {CONFIG})")
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        found = config["kind"]
    except (json.JSONDecodeError, KeyError, TypeError):
        raise ValueError(f"{str(path)!r} was not written by teachgym") from None
    if kind is not None and found != kind:
        raise ValueError(f"{str(folder)!r} holds a run of {found}, not of {kind}")
    return dict(config)
