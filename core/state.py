"""States of JSON-able values and arrays as text, without pickle."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

ARRAY = "__array__"
"""The key of the object that stands for an array: its type, its shape, and its bytes in base64."""


def jsonable(value: Any) -> Any:
    """A value as strict JSON has it.

    Numbers of NumPy become Python's, numbers that are not finite become None, arrays lists, and a
    function or class the text ``"module:name"``.
    """
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset | range):
        return [jsonable(item) for item in value]
    if hasattr(value, "tolist"):
        return jsonable(value.tolist())
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "__qualname__"):
        return f"{value.__module__}:{value.__qualname__}"
    return f"{type(value).__module__}:{type(value).__qualname__}"


def to_text(state: Mapping[str, Any]) -> str:
    """Nested mappings and lists of JSON-able values and numerical arrays as one line of JSON.

    Raises:
        TypeError: For anything else, such as an array of objects.
    """
    return json.dumps(state, default=_packed, separators=(",", ":"))


def from_text(text: str) -> Any:
    """What `to_text` wrote; tuples come back as lists."""
    return json.loads(text, object_hook=_unpacked)


def save_state(state: Mapping[str, Any], folder: Path, name: str) -> None:
    """Write a state to ``name.json``.

    Raises:
        TypeError: As `to_text`.
    """
    (folder / f"{name}.json").write_text(to_text(state), encoding="utf-8")


def load_state(folder: Path, name: str) -> Any:
    """Read what `save_state` wrote."""
    return from_text((folder / f"{name}.json").read_text(encoding="utf-8"))


def _packed(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
        content = base64.b64encode(np.ascontiguousarray(value).tobytes()).decode("ascii")
        return {ARRAY: [value.dtype.str, list(value.shape), content]}
    raise TypeError(
        f"a state holds JSON-able values and numerical arrays, not {type(value).__name__}"
        + (f" of {value.dtype}" if isinstance(value, np.ndarray) else "")
    )


def _unpacked(value: dict[str, Any]) -> Any:
    if set(value) != {ARRAY}:
        return value
    kind, shape, content = value[ARRAY]
    return np.frombuffer(base64.b64decode(content), dtype=np.dtype(kind)).reshape(shape).copy()
