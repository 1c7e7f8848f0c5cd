"""`teachgym show`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def show_command(
    run: Annotated[Path, typer.Argument(help="Folder of what another command made.")],
    report: Annotated[
        bool, typer.Option("--report", help="Write report.html there once more.")
    ] = False,
) -> None:
    """Print the tables of a run, a comparison, a training or topics in turn once more."""
    from ..comparison import read_comparison
    from ..forgetting import read_retention
    from ..report import write_report
    from ..results import read_config, read_result
    from ..tables import (
        plain_console,
        show_comparison,
        show_result,
        show_retention,
        show_training,
    )
    from ..train_teacher import KIND, read_training

    console = plain_console()
    kind = read_config(run)["kind"]
    if kind == KIND:
        if report:
            raise ValueError("a training has no report; its curve is in curve.jsonl")
        show_training(read_training(run), console)
    elif kind == "forgetting":
        if report:
            raise ValueError("topics taught in turn have no report; results.json holds the scores")
        show_retention(read_retention(run), console)
    elif kind == "compare":
        comparison = read_comparison(run)
        show_comparison(comparison, console)
        if report:
            write_report(comparison, run)
    else:
        result = read_result(run)
        show_result(result, console)
        if report:
            write_report(result, run)
