"""The command line. What is heavy is imported inside the commands, so that help comes at once."""

from __future__ import annotations

import os
import sys
import traceback
import warnings
from importlib.metadata import version
from typing import Annotated, Any, TextIO

import typer
from typer.core import TyperGroup

from .commands.compare import compare_command
from .commands.fit import fit_command
from .commands.forgetting import forgetting_command
from .commands.listing import list_command
from .commands.show import show_command
from .commands.teach import teach_command
from .commands.train_teacher import train_teacher_command
from .run_folder import RunWarning, is_disk_full

EXPECTED = (ValueError, TypeError, ImportError, OSError, MemoryError)
"""Errors that say what was wrong; others are faults of ours and show where they happened."""


class Commands(TyperGroup):
    """Commands whose errors are one line on stderr."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; exit with 2 for bad input, 1 for a full disk, 130 when stopped."""
        try:
            with warnings.catch_warnings():
                warnings.showwarning = _show_warning
                return super().invoke(ctx)
        except KeyboardInterrupt:
            _say(f"stopped{'; ' + ctx.obj() if callable(ctx.obj) else ''}")
            raise typer.Exit(130) from None
        except BrokenPipeError:
            raise
        except EXPECTED as error:
            if ctx.params.get("traceback"):
                traceback.print_exc()
            _say(f"error: {_one_line(error)}")
            raise typer.Exit(1 if is_disk_full(error) else 2) from None


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("teach")(teach_command)
app.command("compare")(compare_command)
app.command("train-teacher")(train_teacher_command)
app.command("forgetting")(forgetting_command)
app.command("fit")(fit_command)
app.command("list")(list_command)
app.command("show")(show_command)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"teachgym {version('teachgym')}")
        raise typer.Exit


@app.callback()
def root(
    show_version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
    traceback: Annotated[
        bool, typer.Option("--traceback", help="Show where an error happened.")
    ] = False,
) -> None:
    """A Gymnasium suite in which the thing being controlled is a student.

    Start with `teachgym list`, then `teachgym teach --student simulated`.
    """


def main() -> None:
    """What the command `teachgym` runs."""
    # `--student module:factory` finds modules in the working directory, after the installed ones.
    if "" not in sys.path:
        sys.path.append("")
    # A bar for each file that is loaded or saved would tear ours apart.
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    app(prog_name="teachgym")


def _say(text: str) -> None:
    typer.echo(f"teachgym: {text}", err=True)


def _one_line(error: BaseException) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    if isinstance(error, OSError) and error.filename and str(error.filename) not in text:
        text = f"{text}: {error.filename}"
    notes = getattr(error, "__notes__", [])
    return " ".join("; ".join([text or type(error).__name__, *notes]).split())


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    if issubclass(category, RunWarning):
        _say(f"warning: {message}")
    else:
        sys.stderr.write(warnings.formatwarning(message, category, filename, lineno, line))


if __name__ == "__main__":
    main()
