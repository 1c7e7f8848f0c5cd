"""`teachgym train-teacher`."""

from __future__ import annotations

import shlex
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from ..values import split_teachers
from . import names, options


def train_teacher_command(
    ctx: typer.Context,
    env: Annotated[
        str | None,
        typer.Option(
            help="Environment with simulated students: a short name such as KnowledgeGraph, or a "
            "full id.",
            show_default="KnowledgeGraph",
            autocompletion=names.simulations,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    env_option: options.EnvOption = None,
    algorithm: Annotated[
        str | None,
        typer.Option(
            help="ppo, a2c, dqn or sac, of Stable-Baselines3.",
            show_default="ppo",
            autocompletion=names.algorithms,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    algorithm_option: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE",
            help="Argument of the algorithm, such as learning_rate=1e-4; may be repeated.",
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    teachers: Annotated[
        list[str] | None,
        typer.Option(
            help="Teachers that the trained one is held against, with commas between them, as in "
            "compare.",
            show_default="uniform, and progression where there are levels",
            autocompletion=names.teachers,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    steps: Annotated[
        int | None,
        typer.Option(
            help="Lessons to give in training, over all students.",
            min=1,
            show_default="1000000",
            rich_help_panel=options.HOW_MUCH,
        ),
    ] = None,
    students: Annotated[
        int | None,
        typer.Option(
            help="Students taught side by side.",
            min=1,
            show_default="64",
            rich_help_panel=options.HOW_MUCH,
        ),
    ] = None,
    episodes: Annotated[
        int | None,
        typer.Option(
            help="New students that the trained teacher is evaluated on.",
            min=1,
            show_default="200",
            rich_help_panel=options.HOW_MUCH,
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            help="Seeds the training and its students.",
            min=0,
            show_default="0",
            rich_help_panel=options.HOW_MUCH,
        ),
    ] = None,
    evaluation_seed: Annotated[
        int | None,
        typer.Option(
            help="Seeds the new students.",
            min=0,
            show_default="1000000",
            rich_help_panel=options.HOW_MUCH,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="The run folder.",
            show_default="runs/ENV-ALGORITHM-SEED",
            rich_help_panel=options.WHERE,
        ),
    ] = None,
    threads: Annotated[
        int | None,
        typer.Option(
            help="Threads of the numerical libraries.",
            min=1,
            show_default="as they are",
            rich_help_panel=options.WHERE,
        ),
    ] = None,
    quiet: options.Quiet = False,
) -> None:
    """Train a teacher on simulated students, and compare it with others on new students.

    Leaves a folder with the learning curve and the policy, which the teacher policy:folder=... of
    teach and compare loads, for environments with the same spaces. When it is stopped, what was
    learned is saved.
    """
    from ..tables import plain_console, show_training
    from ..train_teacher import train_teacher
    from .progress import Bars

    arguments = options.given(
        env=env,
        env_option=env_option,
        algorithm=algorithm,
        algorithm_option=algorithm_option,
        teachers=[name for text in teachers or [] for name in split_teachers(text)],
        total_steps=steps,
        n_envs=students,
        episodes=episodes,
        seed=seed,
        evaluation_seed=evaluation_seed,
        threads=threads,
    )
    folder = out or options.default_out(env or "KnowledgeGraph", algorithm or "ppo", seed or 0)
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
