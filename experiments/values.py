"""Settings as text: what the command line reads, and what goes into JSON files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ..core.state import jsonable

WORDS: dict[str, Any] = {"true": True, "false": False, "none": None, "null": None}


class TeacherSpec(NamedTuple):
    """A teacher that takes part in a comparison.

    Attributes:
        label: What it is called in tables and folders.
        name: A name in `TEACHERS`, ``"package.module:Class"``, or a callable.
        options: Arguments of the teacher.
    """

    label: str
    name: Any
    options: dict[str, Any]


def parse_value(text: str) -> Any:
    """Read a value as JSON, or as true, false and none in any case, or else as the text it is."""
    if text.strip().lower() in WORDS:
        return WORDS[text.strip().lower()]
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def parse_options(pairs: Iterable[str]) -> dict[str, Any]:
    """Read ``key=value`` pairs.

    Raises:
        ValueError: For a pair without ``=`` or without a key.
    """
    options = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key.strip():
            raise ValueError(f"an option is written key=value, not {pair!r}")
        options[key.strip().replace("-", "_")] = parse_value(value)
    return options


def split_teachers(text: str) -> list[str]:
    """Split ``"uniform,alp_gmm:warmup=20,window=50"`` at the commas between teachers.

    A part such as ``window=50`` belongs to the teacher before it.
    """
    teachers: list[str] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        if teachers and "=" in part and ":" not in part.partition("=")[0]:
            teachers[-1] += f",{part}"
        else:
            teachers.append(part)
    return teachers


def teacher_spec(teacher: Any) -> TeacherSpec:
    """Read a teacher: a name, ``"name:key=value,key=value"``, (label, name, options), a callable.

    Raises:
        TypeError: For anything else.
    """
    if isinstance(teacher, str):
        # Values may hold colons, as addresses do; the name ends at the last one before any value.
        name, colon, _ = teacher.partition("=")[0].rpartition(":")
        if colon and "=" in teacher:
            options = teacher[len(name) + 1 :].split(",")
            return TeacherSpec(teacher, name, parse_options(options))
        return TeacherSpec(teacher, teacher, {})
    if isinstance(teacher, tuple | list) and len(teacher) == 3 and isinstance(teacher[2], Mapping):
        return TeacherSpec(str(teacher[0]), teacher[1], dict(teacher[2]))
    if callable(teacher):
        return TeacherSpec(getattr(teacher, "__name__", str(teacher)), teacher, {})
    raise TypeError(
        "a teacher is a name, 'name:key=value', a tuple (label, name, options) or a callable that "
        f"takes an action space, not {teacher!r}"
    )


def canonical(value: Mapping[str, Any]) -> str:
    """Strict JSON with sorted names, so that the same options are the same text."""
    return json.dumps(jsonable(value), sort_keys=True, separators=(",", ":"))
