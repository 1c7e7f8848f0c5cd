"""`teachgym train-teacher`."""

from __future__ import annotations

import shlex
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from ..configuration import WHERE, TrainingConfig
from ..values import split_teachers
from .options import Quiet, default_out, given, options_of


@options_of(TrainingConfig)
def train_teacher_command(
    ctx: typer.Context,
    out: Annotated[
        Path | None,
        typer.Option(
            help="The run folder.",
            show_default="runs/ENV-ALGORITHM-SEED",
            rich_help_panel=WHERE,
        ),
    ] = None,
    quiet: Quiet = False,
    **options: Any,
) -> None:
    """Train a teacher on simulated students, and compare it with others on new students.

    Leaves a folder with the learning curve and the policy, which the teacher policy:folder=... of
    teach and compare loads, for environments with the same spaces. When it is stopped, what was
    learned is saved.
    """
    from ..tables import plain_console, show_training
    from ..train_teacher import train_teacher
    from .progress import Bars

    arguments = given(TrainingConfig, options)
    if "teachers" in arguments:
        texts = arguments["teachers"]
        arguments["teachers"] = [name for text in texts for name in split_teachers(text)]
    named = TrainingConfig.of(arguments)
    folder = out or default_out(named.env, named.algorithm, named.seed)
    ctx.find_root().obj = partial(_kept, folder)
    with _terminable(), Bars(quiet) as bars:
        result = train_teacher(**arguments, out=folder, progress=bars.part)
    console = plain_console()
    show_training(result, console)
    console.print(
        f"Everything is in {folder}; teach with it where the spaces are the same: teachgym teach "
        f"--env ENV --teacher policy --teacher-option {shlex.quote(f'folder={folder}')}",
        soft_wrap=True,
    )


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM, by which batch systems end what runs too long, stops as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _kept(folder: Path) -> str:
    """What is left of a training that was stopped."""
    from ...teachers.network import DESCRIPTION

    if not (folder / DESCRIPTION).is_file():
        return "nothing was learned yet"
    return f"the policy is saved as it was, in {shlex.quote(str(folder))}"
