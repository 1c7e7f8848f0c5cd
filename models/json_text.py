"""JSON in the text of a model, which is data: read, never evaluated."""

from __future__ import annotations

import json
from typing import Any

LONGEST = 20_000
"""Characters at the end of a text that are looked at: a bound on the work."""


def json_object(text: str) -> dict[str, Any] | None:
    """The last JSON object in a text, None if there is none.

    Models put objects into code fences, or think aloud before them; so what stands around the
    object does not matter, and of several the last one counts. An object within another one is a
    part of it. NaN and Infinity are no JSON.

    Args:
        text: Any text; of a long one, the last `LONGEST` characters.
    """
    text = text[-LONGEST:]
    found, start = None, text.find("{")
    while start >= 0:
        try:
            value, end = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            end = start + 1
        else:
            found = value
        start = text.find("{", end)
    return found


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_number)
