"""Readers of the formats that logs of students' answers come in.

Each yields one student after another, so that only compact arrays need be kept of a large log. A
broken record stops them with a ValueError that names file and line. With ``strict=False`` they do
what pyKT's own preparation of data does: rows that lack a field, or whose answer is neither right
nor wrong, are dropped (and counted), and each student's rows are sorted by time.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ...core.names import lookup
from .assistments import stream_assistments
from .ednet import stream_ednet
from .logs import InteractionLog, StudentRecord
from .pykt import stream_pykt

FORMATS: dict[str, Callable[..., Iterator[StudentRecord]]] = {
    "pykt": stream_pykt,
    "assistments": stream_assistments,
    "ednet": stream_ednet,
}
"""The readers, by the name of the format."""


def read_records(path: str | Path, format: str, **options: Any) -> Iterator[StudentRecord]:
    """The students of a log, one after another.

    Args:
        path: The file; for EdNet, the folder.
        format: A key of `FORMATS`.
        **options: Arguments of its reader.

    Raises:
        ValueError: For an unknown format or option; while reading, for a broken record.
    """
    reader = lookup("format", format, FORMATS)
    check_names(f"option of the format {format}", options, reader)
    return reader(path, **options)


def read_log(path: str | Path, format: str, **options: Any) -> InteractionLog:
    """Read a log; see `read_records`.

    Raises:
        ValueError: For an unknown format or option, a broken record, or a log without an answer.
    """
    log = InteractionLog.gather(read_records(path, format, **options))
    if not len(log):
        raise ValueError(f"{path}: no answers are there")
    return log


def check_names(kind: str, options: Mapping[str, Any], function: Callable[..., Any]) -> None:
    """Refuse options that are no keywords of the function, naming the nearest.

    Raises:
        ValueError: For an unknown one.
    """
    known = {
        name: None
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind == parameter.KEYWORD_ONLY and name != "progress"
    }
    for option in options:
        lookup(kind, option, known)
