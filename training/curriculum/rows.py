"""The rows of a user's table, read and checked."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Any

from ...domains.tables import read_rows

ROW, ARM = "curriculum_row", "curriculum_arm"
"""Columns that a curriculum adds: a row's number, counted from 0, and its arm."""

RESERVED = (
    ROW,
    ARM,
    "prompts",
    "completion",
    "completions",
    "completion_ids",
    "trainer_state",
    "log_extra",
    "log_metric",
    "environments",
)
"""Names that a column can't have: they are this library's, or TRL's own keywords."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with a ``prompt`` each.

    Attributes:
        rows: The columns of each row, the same names in all of them.
        digest: Hash of all prompts and answers.
        renamed: What the columns of prompts and answers were called before.
    """

    rows: list[dict[str, Any]]
    digest: str
    renamed: dict[str, str]

    def column(self, name: str) -> list[Any]:
        """The values of a column, by the name that it had in the file."""
        name = self.renamed.get(name, name)
        return [row[name] for row in self.rows]


def read_table(
    data: str | os.PathLike[str] | Iterable[Mapping[str, Any]],
    *,
    prompt: str = "prompt",
    answer: str | None = "answer",
    needed: Sequence[str] = (),
) -> Table:
    """Read a table and check that a curriculum can be made of it.

    Args:
        data: As `teachgym.domains.tables.read_rows` takes it.
        prompt: Name of the column with the prompt, a text or a list of messages; the rows that are
            returned call it ``prompt``.
        answer: Name of the column with the reference answer, which they call ``answer``; None if
            there is none.
        needed: Further columns that every row must have a value in.

    Raises:
        ValueError: For a missing column, a bad value (with its place), or a reserved name.
        FileNotFoundError: If there is no such file.
        TypeError: For data of another kind.
    """
    read = read_rows(data)
    names = list(dict.fromkeys(name for _, row in read for name in row))
    renamed = {prompt: "prompt"} | ({} if answer is None else {answer: "answer"})
    for name in (*renamed, *needed):
        if name not in names:
            advice = ""
            if name in renamed:
                field = renamed[name]
                advice = f"; say which of them is the {field}, with {field}="
            if name == answer:
                advice += ", or give answer=None if no reward needs one"
            raise ValueError(f"no column {name!r}; the columns are {', '.join(names)}{advice}")
    for name in names:
        if name in RESERVED:
            raise ValueError(f"a column can't be called {name!r}, which is reserved; rename it")
    called = [renamed.get(name, name) for name in names]
    if twice := [name for name in called if called.count(name) > 1]:
        raise ValueError(
            f"column {twice[0]!r} would be lost, as another one is to be called so; rename it"
        )
    digest = hashlib.blake2b(digest_size=16)
    rows = []
    for place, row in read:
        for name in (*renamed, *needed):
            if row.get(name) is None:
                raise ValueError(f"{place}, has no value in column {name!r}")
        _check_prompt(row[prompt], place, prompt)
        rows.append({renamed.get(name, name): row.get(name) for name in names})
        content = [row[prompt], None if answer is None else row[answer]]
        digest.update(json.dumps(content, default=str, sort_keys=True).encode())
    return Table(rows, digest.hexdigest(), renamed)


def as_numbers(values: Sequence[Any]) -> list[Any] | None:
    """The values of a column as numbers, as which CSV files hold texts; None if one is none."""
    try:
        found = [value if isinstance(value, Real) else _number(value) for value in values]
    except (TypeError, ValueError):
        return None
    return found if all(value == value for value in found) else None


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)


def ordered(values: Sequence[Any], order: Sequence[Any] | None, name: str) -> list[Any]:
    """The different values of a column from the easiest level to the hardest.

    Args:
        values: The column.
        order: All of them in order; None for numbers, which order themselves.
        name: The column's name, for the messages.

    Raises:
        ValueError: For texts without an order, or an order that lacks a value or has one too many.
    """
    found = list(dict.fromkeys(values))
    if order is None:
        if as_numbers(found) is None:
            raise ValueError(
                f"the levels in column {name!r} are no numbers, so say which is easier: give "
                f"order=, with {', '.join(map(repr, found[:5]))} from the easiest to the hardest"
            )
        return sorted(found)
    if wrong := [value for value in found if value not in order]:
        raise ValueError(f"order= lacks {wrong[0]!r}, which column {name!r} has")
    if wrong := [value for value in order if value not in found]:
        raise ValueError(f"order= has {wrong[0]!r}, which column {name!r} does not have")
    return list(order)


def _check_prompt(value: Any, place: str, name: str) -> None:
    if isinstance(value, str):
        return
    turns = value if isinstance(value, list) else []
    if not turns or not all(isinstance(turn, Mapping) and "role" in turn for turn in turns):
        raise ValueError(
            f"{place}, must have a text or a list of messages with role and content in column "
            f"{name!r}, not {value!r:.80}"
        )
