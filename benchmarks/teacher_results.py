"""What the cells of `teachers.py` say: pure functions of the database."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from teacher_settings import BASELINE, candidates

from teachgym.experiments.cells import Cell
from teachgym.experiments.statistics import (
    Interval,
    Summary,
    paired_interval,
    passes_at,
    smooth,
    summarise,
)

Results = Mapping[Cell, Mapping[str, Any]]
BETTER, WORSE, UNCLEAR = "better", "worse", "not told apart"


@dataclass(frozen=True, slots=True)
class Row:
    """A teacher's cells in an environment.

    Attributes:
        teacher: Its name.
        options: Its options, as cells write them.
        seeds: The seeds, rising.
        lessons: Where the curves were measured.
        curves: Exams of shape (seeds, len(lessons)).
        difference: Of the last exam to the baseline's, paired by seed; None for the baseline.
        passes: The lesson from which on the mean curve is above the baseline's end.
        cells: What was measured, by seed.
    """

    teacher: str
    options: str
    seeds: list[int]
    lessons: list[int]
    curves: np.ndarray
    difference: Interval | None
    passes: int | None
    cells: list[Mapping[str, Any]]

    @property
    def final(self) -> Summary:
        """The last exams."""
        return summarise(self.curves[:, -1].tolist())

    @property
    def whole(self) -> float:
        """The mean exam over the curve: who learns early has more of it."""
        return float(self.curves.mean())

    @property
    def verdict(self) -> str:
        """What the interval of the difference says; the baseline is not told apart from itself."""
        interval = self.difference
        if interval is None or interval.low is None or interval.high is None:
            return UNCLEAR
        return BETTER if interval.low > 0 else WORSE if interval.high < 0 else UNCLEAR

    def as_json(self) -> dict[str, Any]:
        """All its numbers."""
        return {
            "teacher": self.teacher,
            "options": json.loads(self.options),
            "seeds": self.seeds,
            "final": asdict(self.final),
            "finals": self.curves[:, -1].tolist(),
            "mean_of_curve": self.whole,
            "difference": self.difference and asdict(self.difference),
            "verdict": self.verdict,
            "passes_at": self.passes,
            "lessons": self.lessons,
            "curve": np.round(self.curves.mean(axis=0), 6).tolist(),
            "informative": mean_of("informative", self.cells),
        }


def mean_of(name: str, cells: Sequence[Mapping[str, Any]]) -> float | None:
    """Mean of a number that cells may have, None if none has it."""
    values = [cell[name] for cell in cells if cell.get(name) is not None]
    return float(np.mean(values)) if values else None


def choose(tuning: Results, env: str, teacher: str) -> str:
    """The options with the greatest mean of the curve over the tuning seeds.

    Candidates that failed on a seed don't count. Of those that tie, the first one is taken, so the
    defaults if they are among them, or if there is nothing to go by.
    """
    tried = candidates(teacher)
    scores: dict[str, list[float]] = {options: [] for options in tried}
    for cell, result in tuning.items():
        if cell.env == env and cell.teacher == teacher and cell.options in scores:
            scores[cell.options].append(float(np.mean(result["curve"])))
    most = max(len(values) for values in scores.values())
    whole = {o: np.mean(values) for o, values in scores.items() if values and len(values) == most}
    return max(whole, key=lambda options: whole[options]) if whole else tried[0]


def table(
    results: Results, env: str, settings: str, wanted: Sequence[tuple[str, str]]
) -> list[Row]:
    """The rows of teachers in an environment, the best first.

    They are in order of the mean last exam, and where that ties of the mean of the curve.

    Args:
        results: Measured cells.
        env: The environment.
        settings: Of the cells that count, as they write it.
        wanted: Names and options of the teachers, the baseline's first; who has no cell is left
            out.
    """
    found: dict[tuple[str, str], dict[int, Mapping[str, Any]]] = {}
    for cell, result in results.items():
        if cell.env == env and cell.settings == settings:
            found.setdefault((cell.teacher, cell.options), {})[cell.seed] = result
    base = found.get(wanted[0], {})
    rows = [
        _row(teacher, options, found[teacher, options], base)
        for teacher, options in dict.fromkeys(wanted)
        if (teacher, options) in found
    ]
    return sorted(rows, key=_order)


def ranked(rows: Sequence[Row]) -> list[int]:
    """The places of rows that are in order, from 1; rows that tie share the first of theirs."""
    keys = [_order(row) for row in rows]
    return [keys.index(key) + 1 for key in keys]


def _order(row: Row) -> tuple[float, float]:
    return -round(row.final.mean, 9), -round(row.whole, 9)


def _row(
    teacher: str,
    options: str,
    cells: dict[int, Mapping[str, Any]],
    base: dict[int, Mapping[str, Any]],
) -> Row:
    seeds = sorted(cells)
    curves = np.array([cells[seed]["curve"] for seed in seeds], dtype=float)
    lessons = list(cells[seeds[0]]["lessons"])
    both = [seed for seed in seeds if seed in base]
    difference = passes = None
    if both and (teacher, options) != (BASELINE, "{}"):
        difference = paired_interval(
            [cells[seed]["curve"][-1] for seed in both], [base[seed]["curve"][-1] for seed in both]
        )
        level = float(np.mean([result["curve"][-1] for result in base.values()]))
        passes = passes_at(lessons, smooth(curves.mean(axis=0).tolist()).tolist(), level)
    return Row(
        teacher, options, seeds, lessons, curves, difference, passes, [cells[s] for s in seeds]
    )
