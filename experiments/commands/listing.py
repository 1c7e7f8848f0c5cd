"""`teachgym list`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Annotated, Any

import typer

from . import names


def environments() -> dict[str, Any]:
    """The registered environments."""
    from ...envs import ENVIRONMENTS, SIMULATIONS

    places = dict(ENVIRONMENTS)
    for name, (place, _) in SIMULATIONS.items():
        places[name] = f"teachgym.envs.simulated.{place}Env"
    found: dict[str, Any] = {}
    for name, place in places.items():
        module, _, attribute = place.partition(":")
        found[name] = getattr(import_module(module), attribute)
    for name, (place, options) in SIMULATIONS.items():
        if options:
            arguments = ", ".join(f"{key}={value!r}" for key, value in options.items())
            found[name] = f"{place.partition(':')[2]}-v0 with {arguments}."
    return found


def domains() -> Mapping[str, Any]:
    """The domains."""
    from ...domains import DOMAINS

    return DOMAINS


def teachers() -> Mapping[str, Any]:
    """The teachers."""
    from ...teachers import TEACHERS

    return TEACHERS


def students() -> Mapping[str, Any]:
    """The students."""
    from ...envs import STUDENTS

    return STUDENTS


def rewards() -> Mapping[str, Any]:
    """The rewards."""
    from ...rewards import REWARDS

    return REWARDS


def updates() -> Mapping[str, Any]:
    """The learning rules of language models."""
    from ...training import UPDATES

    return UPDATES


def models() -> Mapping[str, Any]:
    """The models that can be fitted to logs."""
    from ...students.fitting import MODELS

    return MODELS


def formats() -> Mapping[str, Any]:
    """The formats of logs."""
    from ...students.fitting import FORMATS

    return FORMATS


KINDS: dict[str, Callable[[], Mapping[str, Any]]] = {
    "envs": environments,
    "domains": domains,
    "teachers": teachers,
    "students": students,
    "rewards": rewards,
    "updates": updates,
    "models": models,
    "formats": formats,
}
"""What can be listed, and where it is."""


def list_command(
    kind: Annotated[
        str | None,
        typer.Argument(
            help="envs, domains, teachers, students, rewards, updates, models or formats.",
            show_default="all",
            autocompletion=names.listings,
        ),
    ] = None,
    details: Annotated[
        bool,
        typer.Option(
            "--details",
            help="For teachers: which spaces each takes, what it needs to be told, and its paper.",
        ),
    ] = False,
) -> None:
    """List what there is, with a line about each."""
    from rich.table import Table

    from ...core.names import lookup
    from ..tables import plain_console, show_teachers

    if details:
        if kind != "teachers":
            raise ValueError("--details is for teachers: teachgym list teachers --details")
        show_teachers(plain_console())
        return
    chosen = KINDS if kind is None else {kind: lookup("list", kind, KINDS)}
    console = plain_console()
    for name, entries in chosen.items():
        table = Table(box=None, pad_edge=False, show_header=False)
        table.add_column(style="bold", no_wrap=True)
        table.add_column()
        for entry, thing in entries().items():
            table.add_row(entry, first_line(thing))
        if kind is None:
            console.print(f"\n{name}", style="bold underline")
        console.print(table)


def first_line(thing: Any) -> str:
    """The first sentence of a docstring, as one line; a text is its own."""
    text = thing if isinstance(thing, str) else inspect.getdoc(thing) or ""
    paragraph = text.partition("\n\n")[0]
    return " ".join(paragraph.split())
