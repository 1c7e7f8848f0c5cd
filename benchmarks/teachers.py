"""Which teachers teach better than uniform practice?

Every teacher of the registry, on simulated students; some of them on the tiny language model.

First the options of each teacher are tuned on simulated students, then all teachers are run with
other seeds (`--part simulated`), then some of them teach the tiny language model (`--part tiny`),
then the page of results is written (`--part page`). What is measured goes into `cells.sqlite` under
`--out`, cell by cell: stop it whenever you like, and begin it again.

    python benchmarks/teachers.py --jobs 2
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from teacher_cells import TINY_ENV, TINY_SETTINGS, simulated, tiny, tiny_cell
from teacher_page import Section, chart, page
from teacher_results import Results, choose, table
from teacher_settings import (
    BASELINE,
    FIRST_SEED,
    TINY,
    TINY_SEED,
    TRIALS,
    TUNING,
    TUNING_SEED,
    Trial,
    candidates,
    groups,
    scheduled,
    teachers,
    told,
)

from teachgym.experiments.cells import Cell, CellDatabase, canonical
from teachgym.experiments.run_folder import write_json
from teachgym.experiments.sweep import Group, SweepProgress, Work, sweep
from teachgym.models.names import lookup

DOCS = Path(__file__).resolve().parents[1] / "docs"
PARTS = ("simulated", "tiny", "page")
TINY_SEEDS = 5
TINY_SECONDS = 50.0
LESSON_SECONDS = 1e-4
"""What a lesson takes, for the time left, until it is known."""
QUICK: dict[str, Any] = {"lessons": 40, "seeds": 2, "every": 10}
"""What `--quick` makes of every simulated environment."""
QUICK_TINY = {**TINY_SETTINGS, "budget": 8, "exam_size": 108, "exam_every": 4}
"""The settings of the tiny language model with `--quick`."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be run.

    Attributes:
        names: The teachers, the baseline first.
        trials: The environments with simulated students.
        tuning: How options are tried out, by environment.
        tiny: The settings of the tiny language model, None if it is not asked for.
        tiny_seeds: How many seeds it has.
    """

    names: list[str]
    trials: list[Trial]
    tuning: dict[str, Trial]
    tiny: Mapping[str, Any] | None
    tiny_seeds: int

    def tuning_groups(self) -> list[Group]:
        """What is run to choose options."""
        return [
            group
            for env in dict.fromkeys(trial.tuned_on for trial in (*self.trials, *self._for_tiny()))
            for name in self.names
            for options in (candidates(name) if len(candidates(name)) > 1 else [])
            for group in groups(
                "tuning", self.tuning[env], name, options, TUNING_SEED, self.tuning[env].seeds
            )
        ]

    def report_groups(self, tuned: Results) -> list[Group]:
        """What is run to be reported, once the options are chosen."""
        return [
            group
            for trial in self.trials
            for name, options in wanted(trial, self.names, tuned)
            for group in groups("report", trial, name, options, FIRST_SEED, trial.seeds)
        ]

    def tiny_groups(self, tuned: Results) -> list[Group]:
        """What is run on the tiny language model; seed by seed, so that part of it is of use."""
        if self.tiny is None:
            return []
        return [
            (tiny_cell(name, choose(tuned, "KnowledgeGraph", name), seed, self.tiny),)
            for seed in range(TINY_SEED, TINY_SEED + self.tiny_seeds)
            for name in self.names
            if name in TINY
        ]

    def _for_tiny(self) -> list[Trial]:
        return [] if self.tiny is None else [TRIALS["KnowledgeGraph"]]


def wanted(trial: Trial, names: Iterable[str], tuned: Results) -> list[tuple[str, str]]:
    """Names and options of the teachers that are reported in an environment."""
    pairs = []
    for name in names:
        chosen = choose(tuned, trial.tuned_on, name)
        pairs.append((name, chosen))
        if trial.defaults:
            pairs.append((name, canonical(scheduled(name))))
        if trial.env == "KnowledgeGraph" and (knows := told(name, json.loads(chosen))):
            pairs.append((name, canonical(knows)))
    return list(dict.fromkeys(pairs))


def make_plan(arguments: argparse.Namespace) -> Plan:
    """Read what is asked for.

    Raises:
        ValueError: For an unknown teacher or environment.
    """
    known = teachers()
    for name in arguments.only or []:
        lookup("teacher", name, dict.fromkeys(known))
    names = [n for n in known if not arguments.only or n in arguments.only or n == BASELINE]
    envs = {**dict.fromkeys(TRIALS), TINY_ENV: None}
    for env in arguments.env or []:
        lookup("environment", env, envs)
    changes: dict[str, Any] = dict(QUICK) if arguments.quick else {}
    if arguments.seeds is not None:
        changes["seeds"] = arguments.seeds
    trials = [
        replace(trial, **changes)
        for trial in TRIALS.values()
        if not arguments.env or trial.env in arguments.env
    ]
    tuning: dict[str, Trial] = dict(TUNING)
    tiny_settings, tiny_seeds = TINY_SETTINGS, TINY_SEEDS
    if arguments.quick:
        tuning = {name: replace(trial, **QUICK) for name, trial in TUNING.items()}
        tiny_settings, tiny_seeds = QUICK_TINY, 2
    return Plan(
        names,
        trials,
        tuning,
        tiny_settings if not arguments.env or TINY_ENV in arguments.env else None,
        tiny_seeds if arguments.seeds is None else arguments.seeds,
    )


def measure(plan: Plan, part: str, database: CellDatabase, out: Path, jobs: int) -> None:
    """Run one of the parts: what it tunes on first, then what it reports."""
    if part == "tiny" and plan.tiny is None:
        return
    _run("tuning", plan.tuning_groups(), simulated, database, jobs)
    tuned = database.results("tuning")
    if part == "simulated":
        _run(part, plan.report_groups(tuned), simulated, database, jobs)
    else:
        _run(part, plan.tiny_groups(tuned), partial(tiny, out / "tiny"), database, jobs)


def _run(title: str, work: list[Group], how: Work, database: CellDatabase, jobs: int) -> None:
    bars = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:.1f}%"),
        TextColumn("{task.fields[remark]}", markup=False),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        speed_estimate_period=600.0,
    )
    with bars:
        bar = bars.add_task(title, total=None, remark="")

        def show(now: SweepProgress) -> None:
            cell = now.cells[0]
            remark = f"{cell.teacher}, {cell.env}"
            bars.update(bar, completed=now.done, total=now.total, remark=remark)
            if now.error is not None:
                why = now.error.strip().splitlines()[-1]
                bars.console.print(f"failed: {remark}: {why}", markup=False, highlight=False)

        sweep(work, how, database, jobs=jobs, cost=_costs(database), progress=show)
        bars.update(bar, completed=1, total=1, remark="done")


def _costs(database: CellDatabase) -> Any:
    """What a cell is expected to take, in seconds, by what its teacher took elsewhere."""
    took: dict[str, list[float]] = {}
    for cell, seconds in database.seconds().items():
        if cell.env != TINY_ENV:
            took.setdefault(cell.teacher, []).append(seconds / _lessons(cell))
    each = {name: sum(values) / len(values) for name, values in took.items()}

    def cost(cell: Cell) -> float:
        if cell.env == TINY_ENV:
            return TINY_SECONDS
        return _lessons(cell) * each.get(cell.teacher, LESSON_SECONDS)

    return cost


def _lessons(cell: Cell) -> int:
    settings = json.loads(cell.settings)
    return int(settings["lessons"] * settings["students"])


def sections(plan: Plan, database: CellDatabase) -> list[Section]:
    """The page's environments, of which something was measured."""
    tuned, results, errors = database.results("tuning"), database.results("report"), {}
    for cell, error in database.errors().items():
        what = f"`{cell.teacher}` with {cell.options} in {cell.env}, {cell.stage}, seed {cell.seed}"
        errors[what] = (cell.env, error.strip().splitlines()[-1])
    found = []
    for trial in plan.trials:
        pairs = wanted(trial, plan.names, tuned)
        chosen = {name: choose(tuned, trial.tuned_on, name) for name in plan.names}
        rows = table(results, trial.env, canonical(trial.settings), pairs)
        main = [
            row
            for row in rows
            if row.options == chosen[row.teacher] or "prerequisites" in row.options
        ]
        plain = {
            row.teacher: row
            for row in rows
            if trial.defaults and row.options == canonical(scheduled(row.teacher))
        }
        if main:
            setting = _setting(trial, main[0].seeds)
            found.append(Section(trial.env, trial.title, main, setting, plain))
    if plan.tiny is not None:
        pairs = [(n, choose(tuned, "KnowledgeGraph", n)) for n in plan.names if n in TINY]
        rows = table(results, TINY_ENV, canonical(plan.tiny), pairs)
        if rows:
            title = "the tiny language model, taught by GRPO"
            setting = _tiny_setting(plan.tiny, rows[0].seeds)
            found.append(Section(TINY_ENV, title, rows, setting))
    return [
        replace(one, errors={what: why for what, (env, why) in errors.items() if env == one.env})
        for one in found
    ]


def _setting(trial: Trial, seeds: Sequence[int]) -> str:
    students = f", {trial.students} students a seed" if trial.students > 1 else ""
    cells = "" if trial.bins is None else f"; {trial.bins} bins an axis for teachers of arms"
    tuned = f"; options of `{trial.tuned_on}-v0`" if trial.tuned_on != trial.env else ""
    return f"{trial.lessons} lessons, seeds {seeds[0]} to {seeds[-1]}{students}{cells}{tuned}." + (
        "\n`told`: with the environment's prerequisites." if trial.students > 1 else ""
    )


def _tiny_setting(given: Mapping[str, Any], seeds: Sequence[int]) -> str:
    update = ", ".join(f"{key}={value}" for key, value in given["update_options"].items())
    return (
        f"{given['budget']} lessons of {given['lesson_size']} task, {given['lessons_per_update']} "
        f"to an update, an exam of {given['exam_size']} held-out tasks every "
        f"{given['exam_every']}; seeds {seeds[0]} to {seeds[-1]}; options of `KnowledgeGraph-v0`.\n"
        f"`{update}`, as in {{doc}}`results`. A group of answers has a signal if some are right "
        "and some wrong."
    )


def write_page(plan: Plan, database: CellDatabase, out: Path, docs: Path, label: str = "") -> Path:
    """Write the page, its pictures, and the JSON file with everything."""
    found = sections(plan, database)
    if not found:
        raise ValueError(f"{str(database.path)!r} holds nothing to report yet: run the other parts")
    took: dict[str, float] = {}
    for cell, seconds in database.seconds().items():
        part = "the tiny language model" if cell.env == TINY_ENV else "simulated students"
        took[part] = took.get(part, 0.0) + seconds / 60
    took = dict(sorted(took.items()))
    (docs / "images").mkdir(parents=True, exist_ok=True)
    for section in found:
        (docs / "images" / section.image).write_text(chart(section), encoding="utf-8")
    target = docs / "teacher-results.md"
    text = page(found, database.facts(), took)
    if label:
        first, rest = text.split("\n", 1)
        text = f"{first}\n\n**{label}**\n{rest}"
    target.write_text(text, encoding="utf-8")
    write_json(out / "results.json", everything(found, database))
    return target


def everything(found: Sequence[Section], database: CellDatabase) -> dict[str, Any]:
    """All numbers and curves, what tuning gave, what failed, and what it took."""
    return {
        "facts": database.facts(),
        "environments": {
            section.env: {
                "setting": section.setting,
                "teachers": [row.as_json() for row in section.rows],
                "defaults": [row.as_json() for row in section.defaults.values()],
            }
            for section in found
        },
        "tuning": [
            {"env": c.env, "teacher": c.teacher, "options": c.options, "seed": c.seed, **result}
            for c, result in database.results("tuning").items()
        ],
        "errors": [
            {"env": c.env, "teacher": c.teacher, "options": c.options, "seed": c.seed, "error": e}
            for c, e in database.errors().items()
        ],
        "cpu_seconds": _sums(database),
    }


def _sums(database: CellDatabase) -> dict[str, dict[str, float]]:
    """CPU seconds by environment and teacher."""
    sums: dict[str, dict[str, float]] = {}
    for cell, seconds in database.seconds().items():
        part = sums.setdefault(cell.env, {})
        part[cell.teacher] = round(part.get(cell.teacher, 0.0) + seconds, 3)
    return sums


def machine() -> dict[str, Any]:
    """What the numbers were made on."""
    processor, info = platform.processor() or platform.machine(), Path("/proc/cpuinfo")
    if info.is_file():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        processor = names[0].partition(":")[2].strip() if names else processor
    revision = ["git", "-C", str(DOCS), "rev-parse", "--short", "HEAD"]
    try:
        commit = subprocess.run(revision, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        commit = "unknown"
    return {
        "processor": processor,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "numpy": metadata.version("numpy"),
        "commit": commit,
    }


def forget(plan: Plan, database: CellDatabase, arguments: argparse.Namespace) -> None:
    """Drop the cells that are to be measured anew: all that are asked for, or the failed ones."""
    cells: Iterable[Cell] = database.errors() if arguments.redo == "failed" else database.known()
    envs = [*(trial.env for trial in plan.trials), *([] if plan.tiny is None else [TINY_ENV])]
    names = arguments.only or plan.names
    database.forget([cell for cell in cells if cell.env in envs and cell.teacher in names])


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    made.add_argument("--out", type=Path, default=Path("runs/teachers"))
    made.add_argument("--part", action="append", choices=PARTS, help="default: all, in this order")
    made.add_argument("--only", nargs="+", metavar="TEACHER", help="beside the baseline")
    made.add_argument("--env", nargs="+", metavar="ENV", help=f"{', '.join(TRIALS)}, {TINY_ENV}")
    made.add_argument("--seeds", type=int, help="instead of 10, or 5, in each environment")
    made.add_argument("--jobs", type=int, default=1, help="cells at a time")
    made.add_argument("--redo", choices=("failed", "all"), help="measure anew what is selected")
    made.add_argument("--quick", action="store_true", help="a few lessons, to see that it works")
    made.add_argument("--docs", type=Path, help="where the page goes; with --quick: under --out")
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Measure what is missing, and write the page; 1 if something failed, 130 if interrupted."""
    arguments = parser().parse_args(argv)
    # A bar for each file that is loaded or saved would tear ours apart.
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    try:
        plan = make_plan(arguments)
        database = CellDatabase(arguments.out / "cells.sqlite")
        parts = arguments.part or PARTS
        if arguments.redo:
            forget(plan, database, arguments)
        for part in (part for part in PARTS if part in parts and part != "page"):
            database.note("machine", machine())
            measure(plan, part, database, arguments.out, arguments.jobs)
        if "page" in parts:
            docs = arguments.docs or (arguments.out if arguments.quick else DOCS)
            label = "A quick run, to see that everything works: its numbers mean nothing."
            # The page is of all that is known, whatever was asked for in this call.
            shown = make_plan(parser().parse_args(["--quick"] if arguments.quick else []))
            target = write_page(
                shown, database, arguments.out, docs, label if arguments.quick else ""
            )
            print(f"{target}: written, with {arguments.out / 'results.json'}")
    except KeyboardInterrupt:
        print("stopped; what is finished is kept: begin again to go on", file=sys.stderr)
        return 130
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    failed = len(database.errors())
    if failed:
        print(f"{failed} cells failed, see the page; --redo failed tries again", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
