"""`teachgym teach`."""

from __future__ import annotations

import shlex
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from . import names, options


def teach_command(
    ctx: typer.Context,
    env: options.Env = None,
    student: options.Student = None,
    teacher: Annotated[
        str | None,
        typer.Option(
            help="Who decides what comes next: a name, or module:Class for one of your own; with "
            "arguments, name:key=value,key=value.",
            show_default="alp_gmm",
            autocompletion=names.teachers,
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    teacher_option: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE",
            help="Argument of the teacher, such as warmup=50; may be repeated.",
            rich_help_panel=options.WHAT,
        ),
    ] = None,
    update: options.Update = None,
    update_option: options.UpdateOption = None,
    reward: options.Reward = None,
    env_option: options.EnvOption = None,
    seed: Annotated[
        int | None,
        typer.Option(
            help="Seeds student, tasks and teacher.",
            min=0,
            show_default="0",
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
            help="The run folder.",
            show_default="runs/ENV-TEACHER-SEED",
            rich_help_panel=options.WHERE,
        ),
    ] = None,
    resume: options.Resume = False,
    checkpoint_every: options.CheckpointEvery = None,
    threads: Annotated[
        int | None,
        typer.Option(
            help="Threads of the numerical libraries; fix them for numbers that repeat exactly on "
            "another machine.",
            min=1,
            show_default="as they are",
            rich_help_panel=options.WHERE,
        ),
    ] = None,
    quiet: options.Quiet = False,
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

    arguments = options.given(
        env=env,
        student=student,
        teacher=teacher,
        teacher_option=teacher_option,
        update=update,
        update_option=update_option,
        reward=reward,
        env_option=env_option,
        seed=seed,
        budget=budget,
        lesson_size=lesson_size,
        lessons_per_update=lessons_per_update,
        exam_size=exam_size,
        exam_every=exam_every,
        threads=threads,
    )
    if teacher is not None:
        _, teacher, written = teacher_spec(teacher)
        further = written | arguments.get("teacher_options", {})
        arguments |= {"teacher": teacher} | ({"teacher_options": further} if further else {})
    folder = out or options.default_out(env or "Strings", teacher or "alp_gmm", seed or 0)
    if resume:
        arguments = read_config(folder, "teach")["settings"] | arguments
    ctx.find_root().obj = partial(_saved, folder)
    with Bars(quiet) as bars:
        result = teach(
            **arguments,
            out=folder,
            resume=resume,
            checkpoint_every=checkpoint_every,
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
