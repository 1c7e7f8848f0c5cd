"""The report of a TRL run with a curriculum, from the log that its callback wrote."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from .charts import Series, line_chart, schedule
from .report import NARROW, NARROW_PERIODS, PERIODS, REPORT, WIDE, render_page


@dataclass(frozen=True, slots=True)
class CurriculumLog:
    """What a curriculum did in a run.

    Attributes:
        header: Topics, levels, the teacher's name, and the source.
        entries: In order: ``step``, ``taught`` ([arm, tasks, tasks with a score, sum of the
            scores]) and ``logs``, what the trainer logged.
    """

    header: Mapping[str, Any]
    entries: list[dict[str, Any]]

    @property
    def topics(self) -> list[str]:
        """Names of the topics."""
        return list(self.header["topics"])

    @property
    def levels(self) -> int:
        """Levels per topic."""
        return int(self.header["levels"])

    @property
    def steps(self) -> int:
        """Optimizer steps up to the last entry."""
        return int(self.entries[-1]["step"]) if self.entries else 0

    def taught(self, periods: int = 1) -> np.ndarray:
        """What was told in equal parts of the run.

        Returns:
            Shape (3, topics, levels, periods): tasks, tasks with a score, and sums of scores.
        """
        totals = np.zeros((3, len(self.topics) * self.levels, periods))
        for entry in self.entries:
            period = min(max(entry["step"] - 1, 0) * periods // max(self.steps, 1), periods - 1)
            for arm, *numbers in entry["taught"]:
                totals[:, arm, period] += numbers
        return totals.reshape(3, len(self.topics), self.levels, periods)

    def practice(self) -> tuple[list[int], list[float]]:
        """Steps of the entries that have scores, and the mean score since the entry before."""
        steps, means = [], []
        for entry in self.entries:
            known = sum(scored for _, _, scored, _ in entry["taught"])
            if known:
                steps.append(int(entry["step"]))
                means.append(sum(total for *_, total in entry["taught"]) / known)
        return steps, means

    def logged(self, name: str) -> tuple[list[int], list[float]]:
        """Steps and values of one of the trainer's measures."""
        found = [entry for entry in self.entries if name in entry["logs"]]
        return [int(entry["step"]) for entry in found], [entry["logs"][name] for entry in found]


def read_curriculum(folder: str | Path) -> CurriculumLog:
    """Read the log in a run's folder, the trainer's ``output_dir``.

    Raises:
        FileNotFoundError: If there is none.
        ValueError: If it is no such log. A torn last line, which a crash leaves, is left out.
    """
    # Not at the top: it loads gymnasium, which the command line's help does not need.
    from ..training.curriculum.measures import LOG

    path = Path(folder) / LOG
    if not path.is_file():
        raise FileNotFoundError(
            f"there is no {LOG} in {str(folder)!r}: give the output_dir of a run that had "
            "callbacks=[curriculum.callback]"
        )
    first, *rest = path.read_text(encoding="utf-8").splitlines() or [""]
    entries = []
    try:
        header = json.loads(first)
        header["topics"], header["levels"]
        for number, line in enumerate(rest, start=1):
            try:
                entries.append(json.loads(line))
            except json.JSONDecodeError:
                if number < len(rest):
                    raise
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{str(path)!r} is no log of a curriculum: {error}") from error
    return CurriculumLog(header, entries)


def curriculum_report(folder: str | Path) -> Path:
    """Write ``report.html`` beside the log of a TRL run with a curriculum.

    Args:
        folder: The trainer's ``output_dir``; the run may be going on.

    Returns:
        The page's path: one file that needs no network.

    Raises:
        FileNotFoundError: If the folder has no log.
        ValueError: If it is no such log.
        ModuleNotFoundError: Without jinja2 (``pip install 'teachgym[report]'``).
    """
    page = render_page("curriculum.html.jinja", _context(read_curriculum(folder)))
    path = Path(folder) / REPORT
    path.write_text(page, encoding="utf-8", errors="xmlcharrefreplace")
    return path


def _context(log: CurriculumLog) -> dict[str, Any]:
    rows, known, sums = log.taught().sum(axis=(2, 3))
    lines = _lines(log)
    means = log.practice()[1]
    tenth = max(len(means) // 10, 1)
    stale = log.logged("curriculum/staleness")[1]
    return {
        "title": f"What {log.header['teacher']} taught",
        "teacher": log.header["teacher"],
        "steps": log.steps,
        "rows": int(rows.sum()),
        "first": _number(float(np.mean(means[:tenth])) if means else None),
        "last": _number(float(np.mean(means[-tenth:])) if means else None),
        "staleness": _number(float(np.mean(stale)) if stale else None),
        "lines": [line.label for line in lines],
        "curve": _curves(lines),
        "levels": log.levels,
        "schedules": [("What was taught when", _schedules(log))],
        "topics": [
            {
                "name": name,
                "rows": int(rows[i]),
                "share": f"{rows[i] / max(rows.sum(), 1):.0%}",
                "score": _number(float(sums[i] / known[i]) if known[i] else None),
            }
            for i, name in enumerate(log.topics)
        ],
        "settings": [
            (name, _written(value)) for name, value in log.header.get("source", {}).items()
        ],
    }


def _lines(log: CurriculumLog) -> list[Series]:
    measured = {
        "practice": log.practice(),
        "entropy": log.logged("curriculum/entropy"),
        "evaluation": log.logged("eval_reward"),
    }
    return [
        Series(name, steps, values)
        for name, (steps, values) in measured.items()
        # Rewards of a user's own beside the curriculum's may take the trainer's out of [0, 1].
        if steps and min(values) >= 0 and max(values) <= 1
    ]


def _curves(lines: list[Series]) -> list[str]:
    if not lines:
        return []
    draw = partial(
        line_chart,
        lines,
        title="Score and entropy over optimizer steps",
        x_label="optimizer steps",
        y_label="0 to 1",
        unit="step",
    )
    return [
        draw(width=WIDE, height=380, name_lines=True),
        draw(width=NARROW, height=300, name_lines=False),
    ]


def _schedules(log: CurriculumLog) -> list[str]:
    steps = max(log.steps, 1)
    entries = sum(bool(entry["taught"]) for entry in log.entries)
    return [
        schedule(
            # Not more columns than entries, or some would be empty.
            log.taught(min(periods, steps, max(entries, 1)))[0],
            log.topics,
            steps,
            title="What was taught when",
            width=width,
            unit="optimizer step",
        )
        for periods, width in ((PERIODS, WIDE), (NARROW_PERIODS, NARROW))
    ]


def _written(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={item}" for name, item in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _number(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"
