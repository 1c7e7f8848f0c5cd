"""Cells of a script that are measured once, however often it is begun."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from teachgym.experiments.cells import Cell, CellDatabase
from teachgym.experiments.sweep import SweepProgress, Work, sweep


def measured(
    cells: Sequence[Cell], work: Work, folder: Path, jobs: int = 1
) -> dict[Cell, dict[str, Any]]:
    """What comes of cells; those that `cells.sqlite` in the folder knows are not measured again.

    Args:
        cells: What to measure, one by one and in this order. What has failed before is tried again.
        work: How, see `sweep`.
        folder: Where the database is.
        jobs: Cells at a time.

    Raises:
        SystemExit: If some have failed.
    """
    database = CellDatabase(folder / "cells.sqlite")
    database.forget(database.errors())
    sweep([(cell,) for cell in cells], work, database, jobs=jobs, progress=_show)
    if failed := len(database.errors()):
        sys.exit(f"{failed} cells failed; begin again to try them again")
    known = {c: r for s in {cell.stage for cell in cells} for c, r in database.results(s).items()}
    return {cell: known[cell] for cell in cells}


def _show(now: SweepProgress) -> None:
    cell = now.cells[0]
    what = f"{cell.env}, {cell.teacher} {cell.options}, seed {cell.seed}"
    failed = "" if now.error is None else f" failed\n{now.error}"
    print(f"{now.done:g} of {now.total:g}: {what}{failed}", file=sys.stderr, flush=True)
