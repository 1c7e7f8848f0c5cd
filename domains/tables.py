"""Rows of a table from a JSONL, CSV or Parquet file, a `datasets.Dataset` or a list of mappings."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

Row: TypeAlias = tuple[str, Mapping[str, Any]]
"""Where a row stands, for error messages (``"facts.csv, line 3"``), and its columns."""


def _jsonl(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            place = f"{path.name}, line {number}"
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise ValueError(
                    f"{place}, is not valid JSON: {error.msg.removesuffix(' at')} at column "
                    f"{error.colno}"
                ) from error
            if not isinstance(row, dict):
                raise ValueError(f'{place}, must be a JSON object like {{"prompt": …}}: {line:.60}')
            yield place, row


def _csv(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines, strict=True)
        try:
            for row in reader:
                place = f"{path.name}, line {reader.line_num}"
                if None in row or None in row.values():
                    raise ValueError(
                        f"{place}, must have {len(reader.fieldnames or ())} fields, as the header "
                        "has; fields with a comma in them need double quotes"
                    )
                yield place, row
        except csv.Error as error:
            # Its own line_num is that of the last good row.
            raise ValueError(f"{path.name}, line {reader.reader.line_num}: {error}") from error


def _parquet(path: Path) -> Iterator[Row]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise ImportError(
            "reading Parquet needs pyarrow: pip install 'teachgym[lm]', or use JSONL or CSV"
        ) from error
    try:
        rows = pyarrow.parquet.read_table(path).to_pylist()
    except pyarrow.ArrowInvalid as error:
        raise ValueError(f"{path.name} is not a Parquet file: {error}") from error
    for number, row in enumerate(rows, start=1):
        yield f"{path.name}, row {number}", row


READERS: dict[str, Callable[[Path], Iterator[Row]]] = {
    ".jsonl": _jsonl,
    ".csv": _csv,
    ".parquet": _parquet,
}
"""What reads a file, by extension."""


def read_rows(source: str | os.PathLike[str] | Iterable[Mapping[str, Any]]) -> list[Row]:
    """All rows of a source, each with the place where it stands.

    Args:
        source: Path of a ``.jsonl``, ``.csv`` or ``.parquet`` file in UTF-8, or an iterable of
            mappings, which a `datasets.Dataset` is too.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: For another extension, a broken line, a wrong encoding, or no rows at all.
        TypeError: For anything that is neither a path nor an iterable of mappings.
        ImportError: For a Parquet file without pyarrow.
    """
    if isinstance(source, (str, os.PathLike)):
        rows, name = _read_file(Path(source)), str(source)
    else:
        rows, name = _read_mappings(source), f"the {type(source).__name__}"
    if not rows:
        raise ValueError(f"{name} has no rows")
    return rows


def _read_file(path: Path) -> list[Row]:
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise ValueError(
            f"{str(path)!r} must end in one of {', '.join(READERS)}; other formats can be read "
            "with the datasets library and given as a datasets.Dataset"
        )
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {str(path)!r}")
    try:
        return list(reader(path))
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name} is not in UTF-8: {error}") from error


def _read_mappings(source: Iterable[Mapping[str, Any]]) -> list[Row]:
    # A datasets.DatasetDict is a mapping of splits, not a table.
    if isinstance(source, Mapping):
        raise TypeError(
            f"a source must be one table, not a mapping of {', '.join(map(str, source))}; "
            "of a DatasetDict choose a split, such as source['train']"
        )
    if not isinstance(source, Iterable):
        raise TypeError(
            "a source must be a path, a datasets.Dataset or an iterable of mappings, not "
            f"{type(source).__name__}"
        )
    rows = [(f"row {number}", row) for number, row in enumerate(source, start=1)]
    for place, row in rows:
        if not isinstance(row, Mapping):
            raise TypeError(f"{place} must be a mapping of columns, not {type(row).__name__}")
    return rows
