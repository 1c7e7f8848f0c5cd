"""A teacher's state as JSON and npz, without pickle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

ARRAY = "__array__"
"""The key of the dict that stands for an array in the JSON file."""


def save_state(state: Mapping[str, Any], folder: Path, name: str) -> None:
    """Write nested dicts and lists of JSON-able values and arrays to ``name.json`` and ``.npz``.

    Raises:
        TypeError: For a value that is neither JSON-able nor a numerical array.
    """
    arrays: dict[str, np.ndarray] = {}
    (folder / f"{name}.json").write_text(json.dumps(_pack(state, arrays)), encoding="utf-8")
    np.savez(folder / f"{name}.npz", **arrays)  # type: ignore[arg-type]


def load_state(folder: Path, name: str) -> Any:
    """Read what `save_state` wrote; tuples come back as lists."""
    with np.load(folder / f"{name}.npz", allow_pickle=False) as arrays:
        return _unpack(json.loads((folder / f"{name}.json").read_text(encoding="utf-8")), arrays)


def _pack(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    if isinstance(value, np.ndarray):
        if value.dtype == object:
            raise TypeError("a teacher's state may hold numerical arrays only, not object arrays")
        key = f"array_{len(arrays)}"
        arrays[key] = value
        return {ARRAY: key}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return {str(key): _pack(item, arrays) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_pack(item, arrays) for item in value]
    return value


def _unpack(value: Any, arrays: Mapping[str, np.ndarray]) -> Any:
    if isinstance(value, dict):
        if set(value) == {ARRAY}:
            return arrays[value[ARRAY]]
        return {key: _unpack(item, arrays) for key, item in value.items()}
    if isinstance(value, list):
        return [_unpack(item, arrays) for item in value]
    return value
