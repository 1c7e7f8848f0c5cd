"""`teachgym teach`."""

from __future__ import annotations

import shlex
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from ..configuration import WHERE, RunConfig
from .options import Quiet, Resume, default_out, given, options_of


@options_of(RunConfig)
def teach_command(
    ctx: typer.Context,
    out: Annotated[
        Path | None,
        typer.Option(
            help="The run folder.",
            show_default="runs/ENV-TEACHER-SEED",
            rich_help_panel=WHERE,
        ),
    ] = None,
    resume: Resume = False,
    quiet: Quiet = False,
    **options: Any,
) -> None:
    """Teach one student with one teacher.

    Leaves a folder with every lesson, every exam, the taught student and a report. A run that was
    stopped, or killed, goes on with `--resume` and ends with the same numbers.
    """
    from ..results import read_config
    from ..tables import plain_console, show_result
    from ..teach import teach
    from ..values import teacher_spec
    from .progress import Bars

    arguments = given(RunConfig, options)
    if "teacher" in arguments:
        _, name, written = teacher_spec(arguments["teacher"])
        further = written | arguments.get("teacher_options", {})
        arguments |= {"teacher": name} | ({"teacher_options": further} if further else {})
    named = RunConfig.of(arguments)
    folder = out or default_out(named.env, named.teacher, named.seed)
    if resume:
        arguments = read_config(folder, "teach")["settings"] | arguments
    ctx.find_root().obj = partial(_saved, folder)
    with Bars(quiet) as bars:
        result = teach(
            **arguments,
            out=folder,
            resume=resume,
            progress=lambda progress: bars.one("exam", progress),
        )
    console = plain_console()
    show_result(result, console)
    console.print(f"Everything is in {folder}", soft_wrap=True)


def _saved(folder: Path) -> str:
    """What is left of a run that was stopped, and how it goes on."""
    from ..run_folder import RunFolder

    lesson = RunFolder(folder).position()
    if lesson is None:
        return "it had no checkpoint yet"
    return (
        f"the first {lesson} lessons are saved; continue with: "
        f"teachgym teach --out {shlex.quote(str(folder))} --resume"
    )
