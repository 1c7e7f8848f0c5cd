"""Whether a state belongs to this curriculum, and where it differs."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from typing import Any


def plain(options: Mapping[str, Any]) -> Any:
    """Options as they look after a round trip through JSON: tuples are lists, arrays too.

    Functions and objects are what `repr` says, or their names only if it holds an address, which
    differs in each process.
    """
    return json.loads(json.dumps(options, default=_named))


def check_identity(state: Mapping[str, Any], mine: Mapping[str, Any]) -> None:
    """Compare what must agree before a state is loaded.

    Raises:
        ValueError: For the first item that differs; it says where.
    """
    for name, value in mine.items():
        if state.get(name) != value:
            raise ValueError(
                f"this state is of another {name.replace('_', ' ')}: "
                f"{_difference(state.get(name), value)}; resume with what it was saved with"
            )


def _difference(saved: Any, mine: Any) -> str:
    """Where two values differ, in words."""
    if isinstance(saved, Mapping) and isinstance(mine, Mapping):
        for name in (*mine, *saved):
            if saved.get(name) != mine.get(name):
                return f"its {name} is {_shown(saved.get(name))}, here {_shown(mine.get(name))}"
    return f"it is {_shown(saved)}, here {_shown(mine)}"


def _named(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return value.tolist()
    if " at 0x" not in (text := repr(value)):
        return text
    kind = value if hasattr(value, "__qualname__") else type(value)
    return f"{kind.__module__}:{kind.__qualname__}"


def _shown(value: Any) -> str:
    return textwrap.shorten(repr(value), 120, placeholder="…")
