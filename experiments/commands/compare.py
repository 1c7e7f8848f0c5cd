"""`teachgym compare`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from ..values import split_teachers
from . import names, options


def compare_command(
    ctx: typer.Context,
    teachers: Annotated[
        list[str] | None,
        typer.Option(
            help="Teachers with commas between them, each a name or module:Class, with options as "
            "alp_gmm:warmup=50,window=100; may be repeated.",
            show_default="uniform,alp_gmm",
            autocompletion=names.teachers,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            help="The teacher that the others are held against.",
            show_default="uniform, or the first",
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    env: options.Env = None,
    student: options.Student = None,
    update: options.Update = None,
    update_option: options.UpdateOption = None,
    reward: options.Reward = None,
    env_option: options.EnvOption = None,
    seeds: Annotated[
        str | None,
        typer.Option(
            help="How many seeds, from 0 on, or which: 3,5,8 or 20-29.",
            show_default="5",
            rich_help_panel=options.HOW_MUCH,
        ),
    ] = None,
    budget: options.Budget = None,
    lesson_size: options.LessonSize = None,
    lessons_per_update: options.LessonsPerUpdate = None,
    exam_size: options.ExamSize = None,
    exam_every: options.ExamEvery = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the comparison.",
            show_default="runs/ENV-compare",
            rich_help_panel=options.WHERE,
        ),
    ] = None,
    resume: options.Resume = False,
    checkpoint_every: options.CheckpointEvery = None,
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs",
            "-j",
            help="Runs that go on at once, each in a process of its own.",
            min=1,
            rich_help_panel=options.WHERE,
        ),
    ] = 1,
    threads: Annotated[
        int | None,
        typer.Option(
            help="Threads of each run.", min=1, show_default="1", rich_help_panel=options.WHERE
        ),
    ] = None,
    quiet: options.Quiet = False,
) -> None:
    """Teach the same student with several teachers and seeds, and compare.

    Each run has a folder of its own under `--out`, and can be shown by itself. With `--resume`,
    finished runs are not repeated; teachers and seeds may be added.
    """
    from ..compare import compare
    from ..results import read_config
    from ..tables import plain_console, show_comparison
    from .progress import Bars

    arguments = options.given(
        teachers=[name for text in teachers or [] for name in split_teachers(text)],
        baseline=baseline,
        env=env,
        student=student,
        update=update,
        update_option=update_option,
        reward=reward,
        env_option=env_option,
        seeds=None if seeds is None else parse_seeds(seeds),
        budget=budget,
        lesson_size=lesson_size,
        lessons_per_update=lessons_per_update,
        exam_size=exam_size,
        exam_every=exam_every,
        checkpoint_every=checkpoint_every,
        threads=threads,
    )
    folder = out or options.default_out(env or "Strings", "compare")
    if resume:
        arguments = read_config(folder, "compare")["settings"] | arguments
    ctx.find_root().obj = lambda: (
        "finished runs are kept; continue with: "
        f"teachgym compare --out {shlex.quote(str(folder))} --resume"
    )
    with Bars(quiet) as bars:
        comparison = compare(**arguments, out=folder, jobs=jobs, resume=resume, progress=bars.many)
    console = plain_console()
    show_comparison(comparison, console)
    console.print(f"Everything is in {folder}", soft_wrap=True)


def parse_seeds(text: str) -> list[int]:
    """Read ``"10"`` as the seeds 0 to 9, ``"3,5"`` as these two, ``"20-29"`` as these ten.

    Raises:
        ValueError: For anything else.
    """
    seeds: list[int] = []
    try:
        for part in filter(None, text.split(",")):
            first, dash, last = part.partition("-")
            seeds.extend(range(int(first), int(last) + 1) if dash else [int(first)])
    except ValueError:
        seeds = []
    if text.strip().isdigit():
        seeds = list(range(int(text)))
    if not seeds:
        raise ValueError(
            f"seeds are a number of seeds (10), a list (3,5,8) or a range (20-29), not {text!r}"
        )
    return seeds
