"""`teachgym fit`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..configuration import HOW_MUCH, WHAT, WHERE
from ..values import parse_options
from . import names
from .options import Quiet, default_out


def fit_command(
    model: Annotated[
        str,
        typer.Argument(
            help="irt, bkt, pfa, das3h, psi_kt or dkt.",
            autocompletion=names.models,
            show_default=False,
        ),
    ],
    log: Annotated[
        Path, typer.Argument(help="The file or, for ednet, the folder.", show_default=False)
    ],
    format: Annotated[
        str,
        typer.Option(
            help="pykt, assistments or ednet.",
            autocompletion=names.formats,
            rich_help_panel=WHAT,
        ),
    ] = "pykt",
    column: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=NAME",
            help="Which column of an assistments table is the student, concept, item, correct, "
            "order or time; or unit=s for times in seconds; may be repeated.",
            rich_help_panel=WHAT,
        ),
    ] = None,
    lenient: Annotated[
        bool,
        typer.Option(
            "--lenient",
            help="Drop rows that lack something and sort by time, rather than refuse the log.",
            rich_help_panel=WHAT,
        ),
    ] = False,
    model_option: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE",
            help="Argument of the model's fit, such as forgets=true; may be repeated.",
            rich_help_panel=WHAT,
        ),
    ] = None,
    held_out: Annotated[
        float,
        typer.Option(
            help="Share of the students that are held out; 0 fits all and evaluates none.",
            rich_help_panel=HOW_MUCH,
        ),
    ] = 0.2,
    seed: Annotated[
        int,
        typer.Option(help="Draws the students held out.", min=0, rich_help_panel=HOW_MUCH),
    ] = 0,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the model.",
            show_default="runs/LOG-MODEL",
            rich_help_panel=WHERE,
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Fit a model of students to a log of answers, and evaluate it on students held out.

    Each next answer is predicted from those before it, as pyKT does. The folder holds the model as
    JSON (and safetensors), and can be loaded with `teachgym.students.fitting.load`.
    """
    from ..fit_log import fit_log
    from ..tables import plain_console
    from .progress import Bars

    folder = out or default_out(log.with_suffix(""), model)
    with Bars(quiet) as bars:
        result = fit_log(
            model,
            log,
            format=format,
            out=folder,
            options=parse_options(model_option or []),
            columns=parse_options(column or []),
            held_out=held_out,
            seed=seed,
            strict=not lenient,
            progress=bars.part,
        )
    console, read = plain_console(), result.log
    dropped = f", {read.dropped:,} rows dropped" if read.dropped else ""
    console.print(
        f"{model}: {len(read):,} answers of {len(read.students):,} students to "
        f"{len(read.items):,} items of {len(read.concepts):,} concepts{dropped}",
        soft_wrap=True,
    )
    if result.held_out:
        console.print(
            f"held out: AUC {result.held_out.auc:.4f}, accuracy {result.held_out.accuracy:.4f} "
            f"over {result.held_out.answers:,} answers",
            soft_wrap=True,
        )
    console.print(f"Everything is in {folder}", soft_wrap=True)
