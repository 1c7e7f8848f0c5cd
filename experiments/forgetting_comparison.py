"""Learning rules and rehearsal schedules compared by what a student keeps, over several seeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from .charts import Series, line_chart
from .executors import Tell, in_processes
from .forgetting import Protocol, Retention, teach_in_turn
from .retention import MEASURES, backward_transfers, forgettings, means_over_topics
from .run_folder import write_json
from .statistics import Interval, paired_interval

COLUMNS = {
    "learning_gain": "learned in its turn",
    "final_accuracy": "at the end",
    "backward_transfer": "backward transfer",
    "forgetting": "forgetting",
}
"""Measures that the table shows, and what they are called there."""
LEVELS = {"final_accuracy"}
"""Those that are scores, not changes of scores."""


@dataclass(frozen=True, slots=True)
class ForgettingComparison:
    """Runs of several learning rules under several schedules, the same seeds for each.

    Attributes:
        seeds: The seeds, in order.
        runs: A list of runs, one a seed, by (label of the rule, schedule).
    """

    seeds: list[int]
    runs: dict[tuple[str, str], list[Retention]]

    def values(self, rule: str, schedule: str, measure: str) -> list[float]:
        """A measure of `MEASURES` for each seed."""
        return [MEASURES[measure](run.matrix) for run in self.runs[rule, schedule]]

    def interval(self, rule: str, schedule: str, measure: str) -> Interval:
        """Mean over the seeds with its 95% t interval."""
        return over_seeds(self.values(rule, schedule, measure))

    def difference(self, one: tuple[str, str], other: tuple[str, str], measure: str) -> Interval:
        """Mean of a rule under a schedule less another, paired by seed, with its 95% t interval."""
        return paired_interval(self.values(*one, measure), self.values(*other, measure))

    def pairs(self) -> list[tuple[tuple[str, str], tuple[str, str]]]:
        """What differs in one thing: rules under the same schedule, then schedules of a rule."""
        pairs = list(combinations(self.runs, 2))
        return [pair for pair in pairs if pair[0][1] == pair[1][1]] + [
            (other, one) for one, other in pairs if one[0] == other[0]
        ]


def compare_forgetting(
    rules: Mapping[str, tuple[str, Mapping[str, Any]]],
    seeds: Sequence[int],
    protocol: Protocol | None = None,
    *,
    out: str | Path,
    schedules: Sequence[str] = ("none", "uniform", "power_law"),
    student: str = "tiny",
    student_options: Mapping[str, Any] | None = None,
    jobs: int = 1,
    threads: int | None = 1,
    progress: Callable[[str, str, int], None] | None = None,
) -> ForgettingComparison:
    """Teach topics in turn with each rule, schedule and seed.

    Each run has a folder under `out`; finished ones are read and stopped ones go on, so the same
    call resumes. Leaves ``results.json`` and ``forgetting.svg`` there.

    Args:
        rules: Label: name of the update and its arguments.
        seeds: At least one.
        protocol: What is taught.
        out: Folder of the comparison.
        schedules: Of `teachgym.experiments.rehearsal.SCHEDULES`.
        student: Name, module:factory, folder or hub id of the student.
        student_options: Arguments of a named student.
        jobs: Runs at a time, each in a process of its own if above 1.
        threads: Threads of the numerical libraries in each run.
        progress: Called with rule, schedule and seed when a run is finished.

    Raises:
        ValueError: For no rule or seed, or what `teach_in_turn` refuses.
    """
    if not rules or not len(seeds):
        raise ValueError("a comparison needs at least one learning rule and one seed")
    calls: dict[tuple[str, str, int], dict[str, Any]] = {
        (rule, schedule, seed): {
            "protocol": protocol,
            "student": student,
            "update": update,
            "update_options": dict(options),
            "student_options": student_options,
            "schedule": schedule,
            "seed": seed,
            "threads": threads,
            "out": Path(out)
            / rule.replace(", ", "-").replace(" ", "-")
            / schedule
            / f"seed-{seed}",
        }
        for rule, (update, options) in rules.items()
        for schedule in schedules
        for seed in seeds
    }
    found: dict[tuple[str, str, int], Retention] = {}
    for (key, _), retention in in_processes(jobs)(_run, list(calls.items())):
        found[key] = retention
        if progress is not None:
            progress(*key)
    comparison = ForgettingComparison(
        list(seeds),
        {
            (rule, schedule): [found[rule, schedule, seed] for seed in seeds]
            for rule in rules
            for schedule in schedules
        },
    )
    write_json(Path(out) / "results.json", results(comparison))
    (Path(out) / "forgetting.svg").write_text(figure(comparison), encoding="utf-8")
    return comparison


def over_seeds(values: Sequence[float]) -> Interval:
    """Mean of one number per seed, with its 95% t interval."""
    return paired_interval(values, [0.0] * len(values))


def results(comparison: ForgettingComparison) -> dict[str, Any]:
    """All that was found, as JSON: measures with intervals, by topic too, and the matrices."""
    rows = []
    for (rule, schedule), runs in comparison.runs.items():
        topics = runs[0].topics
        transfers = np.array([backward_transfers(run.matrix) for run in runs])
        losses = np.array([forgettings(run.matrix) for run in runs])
        rows.append(
            {
                "rule": rule,
                "schedule": schedule,
                **{
                    measure: asdict(comparison.interval(rule, schedule, measure))
                    for measure in MEASURES
                },
                "topics": [
                    {
                        "topic": topics[i],
                        "backward_transfer": asdict(over_seeds(transfers[:, i].tolist())),
                        "forgetting": asdict(over_seeds(losses[:, i].tolist())),
                    }
                    for i in range(len(topics) - 1)
                ],
                "runs": [asdict(run) for run in runs],
            }
        )
    differences = [
        {
            "rule": one[0],
            "schedule": one[1],
            "less": {"rule": other[0], "schedule": other[1]},
            **{measure: asdict(comparison.difference(one, other, measure)) for measure in MEASURES},
        }
        for one, other in comparison.pairs()
    ]
    return {"seeds": comparison.seeds, "rows": rows, "differences": differences}


def table(comparison: ForgettingComparison) -> str:
    """The measures as a Markdown table, with differences, and two by topic."""
    lines = [
        f"| rule | rehearsal | updates a topic | {' | '.join(COLUMNS.values())} |",
        "|---" * (3 + len(COLUMNS)) + "|",
    ]
    for (rule, schedule), runs in comparison.runs.items():
        spent = np.mean([np.mean(run.updates) for run in runs])
        cells = [
            _shown(comparison.interval(rule, schedule, measure), "" if measure in LEVELS else "+")
            for measure in COLUMNS
        ]
        lines.append(f"| {rule} | {_name(schedule)} | {spent:.0f} | {' | '.join(cells)} |")
    for one, other in comparison.pairs():
        cells = [_shown(comparison.difference(one, other, measure)) for measure in COLUMNS]
        rule, schedule = one[0], _name(one[1])
        if one[0] == other[0]:
            schedule += f" less {_name(other[1])}"
        else:
            rule += f" less {other[0]}"
        lines.append(f"| {rule} | {schedule} | | {' | '.join(cells)} |")
    topics = next(iter(comparison.runs.values()))[0].topics[:-1]
    for name, by_topic in (("backward transfer", backward_transfers), ("forgetting", forgettings)):
        lines += [
            "",
            f"| {name} | rehearsal | {' | '.join(topics)} |",
            "|---" * (2 + len(topics)) + "|",
        ]
        for (rule, schedule), runs in comparison.runs.items():
            values = np.array([by_topic(run.matrix) for run in runs])
            cells = [_shown(over_seeds(column.tolist())) for column in values.T]
            lines.append(f"| {rule} | {_name(schedule)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def figure(comparison: ForgettingComparison) -> str:
    """Mean exam score over all topics by how many were taught, as SVG; bands are 95% intervals."""
    series = []
    for (rule, schedule), runs in comparison.runs.items():
        curves = np.array([means_over_topics(run.matrix) for run in runs])
        intervals = [over_seeds(column.tolist()) for column in curves.T]
        ends = [(each.low, each.high) for each in intervals]
        # Intervals of few seeds reach beyond what a score can be.
        low = [max(float(end[0]), 0.0) for end in ends if end[0] is not None]
        high = [min(float(end[1]), 1.0) for end in ends if end[1] is not None]
        series.append(
            Series(
                rule if schedule == "none" else f"{rule}, {_name(schedule)}",
                list(range(curves.shape[1])),
                curves.mean(axis=0).tolist(),
                low or None,
                high or None,
            )
        )
    chart = line_chart(
        series,
        title="Mean exam score over all topics as they are taught one after the other",
        x_label="topics taught",
        y_label="mean score of all topics",
        width=860,
    )
    opening, rest = chart.split(">", 1)
    return f'{opening} xmlns="http://www.w3.org/2000/svg"><style>{STYLE}</style>{rest}\n'


STYLE = """svg { font: 14px system-ui, sans-serif; background: white; }
.grid { stroke: #e3e5e8; } .tick, .axis, .end { fill: #4b5563; }
.line { fill: none; stroke-width: 2.5; } .band { fill-opacity: 0.12; }
.line.s1 { stroke: #2563eb; } .band.s1, .dot.s1 { fill: #2563eb; }
.line.s2 { stroke: #0891b2; } .band.s2, .dot.s2 { fill: #0891b2; }
.line.s3 { stroke: #7c3aed; } .band.s3, .dot.s3 { fill: #7c3aed; }
.line.s4 { stroke: #dc2626; } .band.s4, .dot.s4 { fill: #dc2626; }
.line.s5 { stroke: #d97706; } .band.s5, .dot.s5 { fill: #d97706; }
.line.s6 { stroke: #65a30d; } .band.s6, .dot.s6 { fill: #65a30d; }"""


def _shown(interval: Interval, sign: str = "+") -> str:
    mean = f"{interval.mean:{sign}.3f}"
    if interval.low is None or interval.high is None:
        return mean
    return f"{mean} ± {(interval.high - interval.low) / 2:.3f}"


def _name(schedule: str) -> str:
    return schedule.replace("_", " ")


def _run(call: tuple[Any, dict[str, Any]], tell: Tell) -> Retention:
    return teach_in_turn(**call[1])
