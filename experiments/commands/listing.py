"""`teachgym list`."""

from __future__ import annotations

import inspect
from typing import Annotated, Any

import typer

from . import names


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
    chosen = names.KINDS if kind is None else {kind: lookup("list", kind, names.KINDS)}
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
