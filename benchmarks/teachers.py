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
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from teacher_cells import TINY_ENV, simulated, tiny, tiny_folder
from teacher_plan import Plan, make_plan
from teacher_report import machine, write_page
from teacher_settings import TRIALS

from teachgym.experiments.cells import Cell, CellDatabase
from teachgym.experiments.sweep import Group, SweepProgress, Work, sweep

DOCS = Path(__file__).resolve().parents[1] / "docs"
PARTS = ("simulated", "tiny", "page")
TINY_SECONDS = 50.0
LESSON_SECONDS = 1e-4
"""What a lesson takes, for the time left, until it is known."""


def measure(plan: Plan, part: str, database: CellDatabase, out: Path, jobs: int) -> None:
    """Run one of the parts: what it tunes on first, then what it reports."""
    if part == "tiny" and plan.tiny is None:
        return
    _run("tuning", plan.tuning_groups(), simulated, database, jobs)
    tuned = database.results("tuning")
    if part == "simulated":
        _run(part, plan.report_groups(tuned), simulated, database, jobs)
    else:
        _run(part, plan.tiny_groups(tuned), partial(tiny, out), database, jobs)


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


def _costs(database: CellDatabase) -> Callable[[Cell], float]:
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


def forget(plan: Plan, database: CellDatabase, arguments: argparse.Namespace) -> None:
    """Drop the cells that are to be measured anew: all that are asked for, or the failed ones."""
    cells: Iterable[Cell] = database.errors() if arguments.redo == "failed" else database.known()
    envs = [*(trial.env for trial in plan.trials), *([] if plan.tiny is None else [TINY_ENV])]
    names = arguments.only or plan.names
    dropped = [cell for cell in cells if cell.env in envs and cell.teacher in names]
    for cell in dropped:
        if cell.env == TINY_ENV:  # else its finished run would be read again
            shutil.rmtree(tiny_folder(arguments.out, cell), ignore_errors=True)
    database.forget(dropped)


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
        plan = make_plan(
            arguments.only or (), arguments.env or (), arguments.seeds, arguments.quick
        )
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
            shown = make_plan(quick=arguments.quick)
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
