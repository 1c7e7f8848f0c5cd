"""Many cells, several at a time, each measured once however often the sweep is begun."""

from __future__ import annotations

import multiprocessing
import signal
import time
import traceback
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from .cells import Cell, CellDatabase
from .jobs import leave_with_parent

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
        ValueError: For less than one job.
        KeyboardInterrupt: If it was interrupted; the processes are ended.
        concurrent.futures.process.BrokenProcessPool: If a process was killed.
    """
    if jobs < 1:
        raise ValueError(f"a sweep needs at least one job, not {jobs}")
    known = database.known()
    missing = [tuple(cell for cell in group if cell not in known) for group in groups]
    missing = list(dict.fromkeys(group for group in missing if group))
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

    if jobs == 1:
        for group in missing:
            keep(group, _measured(work, group))
    elif missing:
        _in_processes(missing, work, jobs, keep)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of some cells; with an error there is only one cell, and no result."""

    cells: Group
    results: Sequence[dict[str, Any]]
    error: str | None
    seconds: float


def _measured(work: Work, group: Group) -> list[_Outcome]:
    """Measure a group; if that fails, its cells one by one."""
    begun = time.process_time()
    try:
        results = work(group)
        if len(results) != len(group):
            raise ValueError(f"{len(results)} results for {len(group)} cells")
        return [_Outcome(group, results, None, time.process_time() - begun)]
    except Exception:
        if len(group) > 1:
            return [outcome for cell in group for outcome in _measured(work, (cell,))]
        return [_Outcome(group, [], traceback.format_exc(), time.process_time() - begun)]


def _in_processes(
    groups: list[Group], work: Work, jobs: int, keep: Callable[[Group, list[_Outcome]], None]
) -> None:
    context = multiprocessing.get_context("spawn")
    others = set(multiprocessing.active_children())
    with ProcessPoolExecutor(jobs, context, _start_worker) as pool:
        try:
            waiting = iter(groups)
            pending: dict[Future[list[_Outcome]], Group] = {}
            while True:
                # Few are handed over at a time: an interrupt leaves little behind.
                while len(pending) < 2 * jobs and (group := next(waiting, None)) is not None:
                    pending[pool.submit(_measured, work, group)] = group
                if not pending:
                    return
                for future in wait(pending, return_when=FIRST_COMPLETED).done:
                    keep(pending.pop(future), future.result())
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in set(multiprocessing.active_children()) - others:
                process.terminate()
            raise


def _start_worker() -> None:
    # An interrupt from the keyboard reaches the whole group of processes: the parent ends these.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    leave_with_parent()
