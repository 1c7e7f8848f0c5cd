"""Fit a model of students to a log, and see how well it predicts students held out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..students.fitting import (
    Evaluation,
    FittedModel,
    InteractionLog,
    StudentRecord,
    check_options,
    evaluate,
    fit,
    read_records,
)
from ..students.fitting.model import FILE
from .run_folder import write_json

Progress = Callable[[str, int, int, str], None]
"""Called with the part of the work, steps done, steps in all, and a remark."""

EVALUATION = "evaluation.json"


@dataclass(frozen=True)
class Fit:
    """A fitted model.

    Attributes:
        model: The model.
        log: All that was read.
        held_out: How it predicts the students held out; None if there were none.
    """

    model: FittedModel
    log: InteractionLog
    held_out: Evaluation | None


def fit_log(
    model: str,
    path: str | Path,
    *,
    format: str,
    out: str | Path,
    options: Mapping[str, Any] | None = None,
    columns: Mapping[str, Any] | None = None,
    held_out: float = 0.2,
    seed: int = 0,
    strict: bool = True,
    progress: Progress | None = None,
) -> Fit:
    """Read a log, fit a model to most of its students, evaluate it on the others, and save it.

    Args:
        model: A key of `students.fitting.MODELS`.
        path: The file or folder of the log.
        format: A key of `students.fitting.FORMATS`.
        out: Folder for ``model.json`` and ``evaluation.json``.
        options: Further arguments of the model's `fit`.
        columns: Further arguments of the format's reader.
        held_out: Share of the students that are held out, in [0, 1).
        seed: Draws those held out.
        strict: Whether to refuse broken rows, rather than drop them.
        progress: Told how far it is.

    Raises:
        ValueError: For unknown names, a broken log, or a folder that holds a model.
        OSError: If a file can't be read or written.
    """
    folder, tell = Path(out), progress or (lambda *step: None)
    if not 0 <= held_out < 1:
        raise ValueError(f"held_out must be in [0, 1), not {held_out}")
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"{str(folder)!r} is a file; choose another output folder")
    if (folder / FILE).exists():
        raise ValueError(f"{folder} already holds a model; choose another folder")
    options, columns = dict(options or {}), dict(columns or {}) | {"strict": strict}
    check_options(model, options)
    records = read_records(path, format, **columns)
    log = InteractionLog.gather(_counted(records, tell))
    if not len(log):
        raise ValueError(f"{path}: no answers are there")
    train, test = log, None
    if held_out:
        train, test = log.split(held_out, np.random.default_rng(seed))
    steps = 1

    def step(done: int, most: int, likelihood: float) -> None:
        nonlocal steps
        steps = most
        tell(f"fitting {model}", done, most, f"log-likelihood {likelihood:.4f} an answer")

    fitted = fit(model, train, progress=step, **options)
    tell(f"fitting {model}", steps, steps, "")
    result = Fit(fitted, log, None if test is None else evaluate(fitted, test))
    fitted.save(folder)
    settings: dict[str, Any] = {"model": model, "log": str(path), "format": format}
    settings |= {"options": options, "reading": columns, "held_out": held_out, "seed": seed}
    numbers = None if result.held_out is None else asdict(result.held_out)
    write_json(folder / EVALUATION, {"settings": settings, "evaluation": numbers})
    return result


def _counted(records: Iterator[StudentRecord], tell: Progress) -> Iterator[StudentRecord]:
    """The same records; tells how many there have been."""
    count = 0
    for count, record in enumerate(records, start=1):
        if count % 100 == 1:
            tell("reading", 0, 1, f"{count:,} students")
        yield record
    tell("reading", 1, 1, f"{count:,} students")
