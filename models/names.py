"""Look a name up in a registry, and answer an unknown one with the nearest known ones."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TypeVar

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
