"""`teachgym forgetting`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated, Any

import typer

from ..configuration import WHERE
from ..protocol import Protocol, TurnsConfig
from .options import Quiet, default_out, given, options_of


@options_of(Protocol)
@options_of(TurnsConfig)
def forgetting_command(
    ctx: typer.Context,
    out: Annotated[
        Path | None,
        typer.Option(
            help="The run folder. The same command goes on there if it was stopped.",
            show_default="runs/DOMAIN-forgetting-SEED",
            rich_help_panel=WHERE,
        ),
    ] = None,
    quiet: Quiet = False,
    **options: Any,
) -> None:
    """Teach topics one after the other, and see what is forgotten of the earlier ones.

    All of them are examined before the first turn and after each.
    """
    from ..forgetting import teach_in_turn
    from ..tables import plain_console, show_retention
    from .progress import Bars

    about = given(Protocol, options)
    if "topics" in about:
        named = [name.strip() for text in about["topics"] for name in text.split(",")]
        about["topics"] = [name for name in named if name]
    protocol, arguments = Protocol.of(about), given(TurnsConfig, options)
    folder = out or default_out(protocol.domain, "forgetting", arguments.get("seed", 0))
    ctx.find_root().obj = lambda: (
        f"finished turns are kept in {shlex.quote(str(folder))}; the same command goes on there"
    )
    order = protocol.order
    with Bars(quiet) as bars:
        retention = teach_in_turn(
            protocol,
            out=folder,
            progress=lambda turn, update, score: bars.part(
                f"{turn}. {order[turn - 1]}", update, protocol.updates, f"score {score:.2f}"
            ),
            **arguments,
        )
    console = plain_console()
    show_retention(retention, console)
    console.print(f"Everything is in {folder}", soft_wrap=True)
