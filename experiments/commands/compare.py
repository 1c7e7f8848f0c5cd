"""`teachgym compare`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated, Any

import typer

from ..configuration import HOW_MUCH, OF_A_RUN, WHAT, WHERE, Option, RunConfig
from ..values import split_teachers
from . import names
from .options import Quiet, Resume, default_out, given, options_of


@options_of(
    RunConfig,
    without=OF_A_RUN,
    threads=Option("Threads of each run.", WHERE, 1, "1"),
)
def compare_command(
    ctx: typer.Context,
    teachers: Annotated[
        list[str] | None,
        typer.Option(
            help="Teachers with commas between them, each a name or module:Class, with options as "
            "alp_gmm:warmup=50,window=100; may be repeated.",
            show_default="uniform,alp_gmm",
            autocompletion=names.teachers,
            rich_help_panel=WHAT,
        ),
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            help="The teacher that the others are held against.",
            show_default="uniform, or the first",
            rich_help_panel=WHAT,
        ),
    ] = None,
    seeds: Annotated[
        str | None,
        typer.Option(
            help="How many seeds, from 0 on, or which: 3,5,8 or 20-29.",
            show_default="5",
            rich_help_panel=HOW_MUCH,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the comparison.",
            show_default="runs/ENV-compare",
            rich_help_panel=WHERE,
        ),
    ] = None,
    resume: Resume = False,
    jobs: Annotated[
        int,
        typer.Option(
            "--jobs",
            "-j",
            help="Runs that go on at once, each in a process of its own.",
            min=1,
            rich_help_panel=WHERE,
        ),
    ] = 1,
    quiet: Quiet = False,
    **options: Any,
) -> None:
    """Teach the same student with several teachers and seeds, and compare.

    Each run has a folder of its own under `--out`, and can be shown by itself. With `--resume`,
    finished runs are not repeated; teachers and seeds may be added.
    """
    from ..compare import compare
    from ..results import read_config
    from ..tables import plain_console, show_comparison
    from .progress import Bars

    run = given(RunConfig, options)
    chosen = {
        "teachers": [name for text in teachers or [] for name in split_teachers(text)],
        "baseline": baseline,
        "seeds": None if seeds is None else parse_seeds(seeds),
    }
    arguments = run | {name: value for name, value in chosen.items() if value}
    folder = out or default_out(RunConfig.of(run).env, "compare")
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
