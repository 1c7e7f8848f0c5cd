"""Options of commands, made from the configurations in which they are written."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar, get_args, get_type_hints

import typer

from ..configuration import WHERE, Config, Option
from ..values import parse_options
from . import names

F = TypeVar("F", bound=Callable[..., None])

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


def options_of(
    config: type[Config], without: tuple[str, ...] = (), **instead: Option
) -> Callable[[F], F]:
    """Give a command the options of a configuration, in place of its ``**options``.

    Options without a value are None, so that `given` can tell which were given. Arguments by name
    become an option that may be repeated: ``--update-option KEY=VALUE`` for ``update_options``.

    Args:
        config: Where they are written.
        without: Fields that the command does not have.
        instead: Other words for some of them.
    """
    hints = get_type_hints(config, include_extras=True)
    defaults = {name: field.default for name, field in inspect.signature(config).parameters.items()}
    made = [
        _parameter(name, hints[name], instead.get(name, option), defaults[name])
        for name, option in config.options().items()
        if name not in without
    ]

    def give(command: F) -> F:
        own = [
            parameter
            for parameter in inspect.signature(command, eval_str=True).parameters.values()
            if parameter.kind is not parameter.VAR_KEYWORD
        ]
        # The first is the context.
        shown = [*own[:1], *made, *own[1:]]
        command.__signature__ = inspect.Signature(shown)  # type: ignore[attr-defined]
        command.__annotations__ = {parameter.name: parameter.annotation for parameter in shown}
        return command

    return give


def given(config: type[Config], options: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a configuration's options that were given, as its fields."""
    fields = {_shown(name, option): name for name, option in config.options().items()}
    return {
        fields[shown]: parse_options(value) if shown.endswith("_option") else value
        for shown, value in options.items()
        if shown in fields and value not in (None, [])
    }


def default_out(*parts: object) -> Path:
    """Where a run goes if no folder is named: under ``runs/`` in the working directory."""
    name = "-".join(str(part).rstrip("/").rpartition("/")[2] for part in parts)
    return Path("runs") / "".join(c if c.isalnum() or c in "._=-" else "-" for c in name)


def _shown(name: str, option: Option) -> str:
    """What an option is called in a command."""
    return name.removesuffix("s") if name.endswith("_options") else option.flag or name


def _parameter(name: str, hint: Any, option: Option, default: Any) -> inspect.Parameter:
    """One option as Typer takes it."""
    by_name = name.endswith("_options")
    inner = get_args(hint)[0]
    kinds = (inner, *get_args(inner))
    kind: Any = int if int in kinds else float if float in kinds else str
    if by_name or option.several:
        kind = list[str]
    fallback = option.default or ("" if default is None else str(default))
    about = typer.Option(
        help=option.help.removesuffix(".") + "; may be repeated." if by_name else option.help,
        metavar="KEY=VALUE" if by_name else None,
        min=option.least if kind is int else None,
        show_default=fallback or False,
        autocompletion=getattr(names, option.names) if option.names else None,
        rich_help_panel=option.group,
    )
    return inspect.Parameter(
        _shown(name, option),
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        default=None,
        annotation=Annotated[kind | None, about],
    )
