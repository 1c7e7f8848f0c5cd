"""What a comparison of teachers found out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .results import Result, read_config, read_result, row_means
from .run_folder import RESULTS
from .statistics import Interval, paired_interval, passes_at, smooth, summarise

WINDOW = 3
"""Over how many exams curves are smoothed before they are held against the baseline's end."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Finished runs of several teachers over the same seeds.

    Attributes:
        settings: All that is needed to repeat it.
        labels: The teachers.
        seeds: The seeds.
        baseline: Label of the teacher that the others are held against.
        results: The finished runs by (label, seed).
        out: Folder of the comparison.
    """

    settings: dict[str, Any]
    labels: list[str]
    seeds: list[int]
    baseline: str
    results: dict[tuple[str, int], Result]
    out: Path

    @property
    def example(self) -> Result:
        """Any of the runs: topics, levels and exam are the same in all."""
        return next(iter(self.results.values()))

    @property
    def finished(self) -> bool:
        """Whether every teacher has met every seed."""
        return len(self.results) == len(self.labels) * len(self.seeds)

    def name(self, label: str) -> str:
        """A label without its options, if no other teacher here has that name."""
        names = [other.partition(":")[0] for other in self.labels]
        name = label.partition(":")[0]
        return name if names.count(name) == 1 else label

    def runs(self, label: str) -> list[Result]:
        """The finished runs of a teacher, by seed."""
        return [self.results[label, s] for s in self.seeds if (label, s) in self.results]

    def curves(self, label: str) -> tuple[list[int], np.ndarray]:
        """Lessons of the exams, and their mean scores of shape (seeds, exams)."""
        curves = [run.curve for run in self.runs(label)]
        lessons = sorted({lesson for at, _ in curves for lesson in at})
        # A student who has learned all it could keeps its last exam.
        return lessons, np.array(
            [np.array(means)[np.searchsorted(at, lessons, "right") - 1] for at, means in curves]
        )

    def difference(self, label: str) -> Interval | None:
        """Final score minus the baseline's, paired by seed; None for the baseline itself."""
        pairs = [
            (self.results[label, seed].final, self.results[self.baseline, seed].final)
            for seed in self.seeds
            if (label, seed) in self.results and (self.baseline, seed) in self.results
        ]
        if label == self.baseline or not pairs:
            return None
        values, baseline = zip(*pairs, strict=True)
        return paired_interval(values, baseline)

    def passes(self, label: str) -> int | None:
        """The lesson from which a teacher's curve is above the baseline's end and stays there.

        The curve is the mean over seeds, smoothed over three exams; the baseline's end is the mean
        over seeds of its last exam.
        """
        if label == self.baseline or not self.runs(self.baseline):
            return None
        lessons, curves = self.curves(label)
        level = summarise([run.final for run in self.runs(self.baseline)]).mean
        return passes_at(lessons, smooth(curves.mean(axis=0), WINDOW).tolist(), level)

    def teacher(self, label: str) -> dict[str, Any]:
        """The numbers of one teacher."""
        runs = self.runs(label)
        lessons, curves = self.curves(label)
        difference, passes = self.difference(label), self.passes(label)
        before, after = self.cells(label)
        return {
            "teacher": label,
            "seeds": [seed for seed in self.seeds if (label, seed) in self.results],
            "first": asdict(summarise([run.first for run in runs])),
            "final": asdict(summarise([run.final for run in runs])),
            "gain": asdict(summarise([run.gain for run in runs])),
            "difference": difference and asdict(difference),
            "passes_at": passes,
            "passes_share": None if passes is None else passes / runs[0].budget,
            "finals": [run.final for run in runs],
            "lessons": lessons,
            "curve": curves.mean(axis=0).tolist(),
            "smoothed": smooth(curves.mean(axis=0), WINDOW).tolist(),
            "curve_sd": curves.std(axis=0, ddof=1).tolist() if len(runs) > 1 else None,
            "topics": {
                topic: {"before": first, "after": last}
                for topic, first, last in zip(
                    self.example.topics, row_means(before), row_means(after), strict=True
                )
            },
        }

    def cells(self, label: str) -> tuple[np.ndarray, np.ndarray]:
        """Mean over seeds of `Result.before` and `Result.after`, shape (topics, levels)."""
        runs = self.runs(label)
        before = np.array([run.before for run in runs]).mean(axis=0)
        return before, np.array([run.after for run in runs]).mean(axis=0)

    def taught(self, label: str, periods: int) -> np.ndarray:
        """Mean over seeds of `Result.taught`, shape (topics, levels, periods)."""
        return np.array([run.taught(periods) for run in self.runs(label)]).mean(axis=0)

    def summary(self) -> dict[str, Any]:
        """All numbers, as JSON."""
        return {
            "baseline": self.baseline,
            "seeds": self.seeds,
            "budget": self.example.budget,
            "smoothed_over": WINDOW,
            "teachers": [self.teacher(label) for label in self.labels if self.runs(label)],
        }


def folder_name(label: str) -> str:
    """A label as the name of a folder, on every file system."""
    return "".join(c if c.isalnum() or c in "._=-" else "-" for c in label).strip(".") or "teacher"


def run_path(folder: Path, label: str, seed: int) -> Path:
    """Where a run of a comparison is."""
    return folder / folder_name(label) / f"seed-{seed}"


def read_comparison(folder: str | Path) -> Comparison:
    """Read a comparison from its folder; of an unfinished one, the runs that are finished.

    Raises:
        ValueError: If the folder holds no comparison, or none of its runs is finished.
    """
    folder = Path(folder)
    settings = read_config(folder, "compare")["settings"]
    labels = [label for label, _, _ in settings["teachers"]]
    paths = {
        (label, seed): run_path(folder, label, seed)
        for label in labels
        for seed in settings["seeds"]
    }
    results = {key: read_result(path) for key, path in paths.items() if (path / RESULTS).is_file()}
    if not results:
        raise ValueError(f"no run of the comparison in {str(folder)!r} is finished yet")
    return Comparison(settings, labels, settings["seeds"], settings["baseline"], results, folder)
