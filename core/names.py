"""What a name stands for: an entry of a registry, or something in a module."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Mapping
from typing import Any, TypeVar

T = TypeVar("T")


def lookup(kind: str, name: str, known: Mapping[str, T]) -> T:
    """The entry of a registry.

    Args:
        kind: What the registry holds, for the message ("teacher").
        name: The name to look up.
        known: The registry.

    Raises:
        ValueError: For an unknown name; the message names the nearest known ones.
    """
    if name in known:
        return known[name]
    near = difflib.get_close_matches(str(name).lower(), known, n=2, cutoff=0.5)
    hint = f"; did you mean {' or '.join(map(repr, near))}?" if near else ";"
    raise ValueError(f"unknown {kind} {name!r}{hint} known: {', '.join(known)}")


def imported(kind: str, name: str) -> Any:
    """Import what ``"package.module:name"`` names.

    Args:
        kind: What it is, for messages ("teacher").
        name: Module and name.

    Raises:
        ValueError: If there is no such module, or the module has no such name. What goes wrong
            inside the module is raised as it is.
    """
    module_name, _, attribute = name.partition(":")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        # A module that is there, but imports one that is not, speaks for itself.
        if error.name is None or not f"{module_name}.".startswith(f"{error.name}."):
            raise
        raise ValueError(
            f"{kind} {name!r}: there is no module {module_name!r} on the Python path"
        ) from None
    if not hasattr(module, attribute):
        raise ValueError(
            f"{kind} {name!r}: module {module_name!r} has no {attribute!r}; the form is "
            "'package.module:name'"
        )
    return getattr(module, attribute)
