"""The options that `teach` and `compare` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ..values import parse_options
from . import names

WHAT, HOW_MUCH, WHERE = "Who and what", "How much", "Folder and machine"

Env = Annotated[
    str | None,
    typer.Option(
        help="Environment: Strings, Arithmetic, ReasoningGym, Questions, or a full id.",
        show_default="Strings",
        autocompletion=names.environments,
        rich_help_panel=WHAT,
    ),
]
Student = Annotated[
    str | None,
    typer.Option(
        help="Who learns: simulated, tiny, the folder or hub id of a Hugging Face model, or "
        "module:factory for a student of your own.",
        show_default="the environment's own",
        autocompletion=names.students,
        rich_help_panel=WHAT,
    ),
]
Update = Annotated[
    str | None,
    typer.Option(
        help="Learning rule of a language model: grpo, rloo, dpo, kto, sft, distill or none.",
        show_default="grpo",
        autocompletion=names.updates,
        rich_help_panel=WHAT,
    ),
]
UpdateOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="KEY=VALUE",
        help="Argument of the learning rule, such as learning_rate=1e-4; may be repeated.",
        rich_help_panel=WHAT,
    ),
]
Reward = Annotated[
    str | None,
    typer.Option(
        help="How answers are scored: a name, or module:function.",
        show_default="the domain's own",
        autocompletion=names.rewards,
        rich_help_panel=WHAT,
    ),
]
EnvOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="KEY=VALUE",
        help="Further argument of the environment, such as levels=8 or action=box; may be "
        "repeated.",
        rich_help_panel=WHAT,
    ),
]
Budget = Annotated[
    int | None,
    typer.Option(
        help="Lessons to give.",
        min=1,
        show_default="200",
        rich_help_panel=HOW_MUCH,
    ),
]
LessonSize = Annotated[
    int | None,
    typer.Option(help="Tasks in a lesson.", min=1, show_default="8", rich_help_panel=HOW_MUCH),
]
LessonsPerUpdate = Annotated[
    int | None,
    typer.Option(
        help="Lessons that share one weight update.",
        min=1,
        show_default="1",
        rich_help_panel=HOW_MUCH,
    ),
]
ExamSize = Annotated[
    int | None,
    typer.Option(
        help="Held-out tasks in the exam.", min=1, show_default="200", rich_help_panel=HOW_MUCH
    ),
]
ExamEvery = Annotated[
    int | None,
    typer.Option(help="Lessons between exams.", min=1, show_default="10", rich_help_panel=HOW_MUCH),
]
CheckpointEvery = Annotated[
    int | None,
    typer.Option(
        help="Lessons between checkpoints.",
        min=1,
        show_default="at each exam",
        rich_help_panel=WHERE,
    ),
]
Resume = Annotated[
    bool,
    typer.Option(
        "--resume",
        help="Continue what is in --out; options that you leave out are taken from there.",
        rich_help_panel=WHERE,
    ),
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="No progress bar.", rich_help_panel=WHERE)
]


def given(**options: Any) -> dict[str, Any]:
    """The options that were given, as arguments of `teach`; ``…_option`` lists become dicts."""
    arguments: dict[str, Any] = {}
    for name, value in options.items():
        if value is None or value == []:
            continue
        if name.endswith("_option"):
            arguments[f"{name}s"] = parse_options(value)
        else:
            arguments[name] = value
    return arguments


def default_out(*parts: object) -> Path:
    """Where a run goes if no folder is named: under ``runs/`` in the working directory."""
    name = "-".join(str(part).rstrip("/").rpartition("/")[2] for part in parts)
    return Path("runs") / "".join(c if c.isalnum() or c in "._=-" else "-" for c in name)
