"""Many cells, several at a time, each measured once however often the sweep is begun."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from .cells import Cell, CellDatabase
from .executors import Tell, in_processes

Group = tuple[Cell, ...]
"""Cells that are measured together, because that is faster; their results don't depend on it."""
Work = Callable[[Group], Sequence[dict[str, Any]]]
"""Measures the cells of a group: a strict JSON object for each. Sent to other processes by name."""


@dataclass(frozen=True, slots=True)
class SweepProgress:
    """How far a sweep is.

    Attributes:
        cells: What was just measured, or has just failed.
        error: Why the last of them failed, None if none has.
        done: Cost of what is done of this call's work.
        total: Cost of all that this call has to do.
    """

    cells: Group
    error: str | None
    done: float
    total: float


def sweep(
    groups: Iterable[Group],
    work: Work,
    database: CellDatabase,
    *,
    jobs: int = 1,
    cost: Callable[[Cell], float] = lambda cell: 1.0,
    progress: Callable[[SweepProgress], None] | None = None,
) -> None:
    """Measure the cells that the database does not know.

    A cell that fails is recorded with its error, and the sweep goes on; of a group that fails each
    cell is tried alone. Killed or interrupted at any moment, the sweep loses what is being
    measured, and nothing else: begin it again.

    Args:
        groups: What to measure, in this order.
        work: How. With more than one job it is a function at the top of a module.
        database: Keeps the results; only this process writes to it.
        jobs: How many groups are measured at a time, each in a process of its own; one is measured
            in this process.
        cost: What a cell takes, in any unit, for the progress.
        progress: Told after each group.

    Raises:
        ValueError: For less than one job, or a database that is not added to.
        KeyboardInterrupt: If it was interrupted; the processes are ended.
        concurrent.futures.process.BrokenProcessPool: If a process was killed.
    """
    execute = in_processes(jobs)
    known = database.known()
    missing = [tuple(cell for cell in group if cell not in known) for group in groups]
    missing = list(dict.fromkeys(group for group in missing if group))
    if missing:
        database.check_current()
    total = sum(cost(cell) for group in missing for cell in group)
    done = 0.0

    def keep(group: Group, outcomes: list[_Outcome]) -> None:
        nonlocal done
        for outcome in outcomes:
            if outcome.error is None:
                database.record(outcome.cells, outcome.results, outcome.seconds)
            else:
                database.record_failure(outcome.cells[0], outcome.error, outcome.seconds)
        done += sum(cost(cell) for cell in group)
        if progress is not None:
            errors = [outcome.error for outcome in outcomes if outcome.error is not None]
            progress(SweepProgress(group, errors[-1] if errors else None, done, total))

    for group, outcomes in execute(partial(_measured, work), missing):
        keep(group, outcomes)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of some cells; with an error there is only one cell, and no result."""

    cells: Group
    results: Sequence[dict[str, Any]]
    error: str | None
    seconds: float


def _measured(work: Work, group: Group, tell: Tell) -> list[_Outcome]:
    """Measure a group; if that fails, its cells one by one."""
    begun = time.process_time()
    try:
        results = work(group)
        if len(results) != len(group):
            raise ValueError(f"{len(results)} results for {len(group)} cells")
        return [_Outcome(group, results, None, time.process_time() - begun)]
    except Exception:
        if len(group) > 1:
            return [outcome for cell in group for outcome in _measured(work, (cell,), tell)]
        return [_Outcome(group, [], traceback.format_exc(), time.process_time() - begun)]
