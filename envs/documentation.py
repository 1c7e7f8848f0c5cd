"""What environments have in common is written once: sections of docstrings, and arguments."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

SECTIONS = (
    "Description",
    "Action Space",
    "Observation Space",
    "Rewards",
    "Starting State",
    "Episode End",
    "Arguments",
    "References",
    "Version History",
)
"""Of an environment's docstring, in their order (Gymnasium's)."""


def complete(cls: type, parent: type) -> None:
    """Give a class the sections and the arguments of its parent that it lacks itself.

    A section that its docstring does not have is that of the parent, and ``**options`` in its
    signature stand for the keyword arguments of the parent that it does not name.
    """
    if cls.__doc__ and "\n    ## " in cls.__doc__:
        cls.__doc__ = with_sections(cls.__doc__, parent.__doc__ or "")
    if "__init__" in vars(cls):
        cls.__signature__ = with_options(cls, parent)  # type: ignore[attr-defined]


def with_sections(own: str, parent: str) -> str:
    """A docstring with the sections that are missing in it, from another one."""
    head, mine = _split(own)
    _, theirs = _split(parent)
    sections = {name: mine.get(name, theirs.get(name)) for name in SECTIONS}
    body = [f"## {name}\n{text}" for name, text in sections.items() if text is not None]
    return "\n\n".join([head, *body]).replace("\n", "\n    ").replace("    \n", "\n") + "\n    "


def with_options(own: Callable[..., Any], parent: Callable[..., Any]) -> inspect.Signature:
    """The signature of a class, with the parent's keyword arguments in place of ``**options``."""
    _, *mine = inspect.signature(own.__init__).parameters.values()  # type: ignore[misc]
    if mine and mine[-1].kind is inspect.Parameter.VAR_KEYWORD:
        known = {parameter.name for parameter in mine}
        mine[-1:] = [
            parameter
            for parameter in inspect.signature(parent).parameters.values()
            if parameter.kind is parameter.KEYWORD_ONLY and parameter.name not in known
        ]
    return inspect.Signature(mine)


def _split(docstring: str) -> tuple[str, dict[str, str]]:
    """What comes before the first section, and the sections by name."""
    parts = re.split(r"^## (.*)\n", inspect.cleandoc(docstring), flags=re.MULTILINE)
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    # What follows the sections (a Google docstring's Args) belongs to the class alone.
    return parts[0].strip(), {
        name: re.split(r"\n\n(?=Args:|Raises:|Attributes:)", text)[0].strip()
        for name, text in pairs
    }
