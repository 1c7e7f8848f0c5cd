"""The folder of a run: settings, a line per lesson and per exam, and one checkpoint."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..core.state import jsonable

CONFIG = "config.json"
"""All that is needed to repeat the run, versions included."""
LESSONS = "lessons.jsonl"
"""A line per lesson."""
EXAM = "exam.json"
"""The exam's tasks."""
EXAMS = "exams.jsonl"
"""A line per exam, with all scores and answers."""
CHECKPOINT = "checkpoint"
"""Student, environment, teacher and position; loads with `from_pretrained` for a model."""
RESULTS = "results.json"
"""The final numbers; written last."""
POSITION = "position.json"
"""Inside the checkpoint: the number of lessons given."""

FORMAT = 2
"""Of checkpoints; 1 is teachgym 0.1.0 before random streams were separate."""


class RunWarning(UserWarning):
    """Something that a run goes on without."""


class RunFolder:
    """Where a run leaves what it did, such that a killed run can go on.

    Args:
        path: The folder; made if it is not there.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.checkpoint = self.path / CHECKPOINT

    def create(self, config: Mapping[str, Any], *, resumable: bool = True) -> None:
        """Start a run here.

        Args:
            config: Goes into ``config.json``.
            resumable: Whether runs of this kind can be continued, for the message of an error.

        Raises:
            ValueError: If the folder is not empty.
            NotADirectoryError: If there is a file of that name.
        """
        if self.path.exists() and not self.path.is_dir():
            raise NotADirectoryError(f"{str(self.path)!r} is a file; choose another output folder")
        if (self.path / CONFIG).exists():
            advice = "continue it with --resume (resume=True), or " if resumable else ""
            raise ValueError(
                f"{str(self.path)!r} already holds a run; {advice}choose another --out (out=)"
            )
        if self.path.exists() and any(not _unfinished(entry) for entry in self.path.iterdir()):
            raise ValueError(f"{str(self.path)!r} is not empty; choose another --out (out=)")
        self.path.mkdir(parents=True, exist_ok=True)
        write_json(self.path / CONFIG, {**config, "format": FORMAT})

    def discard(self) -> None:
        """Remove what `create` made, if no exam was sat yet: the next try finds the folder free."""
        if not any(self.path.rglob(EXAMS)):
            # A mount point can't be removed, which must not hide the error that led here.
            shutil.rmtree(self.path, ignore_errors=True)

    def position(self) -> int | None:
        """The lesson of the checkpoint, None without one; repairs an interrupted replacement.

        Raises:
            ValueError: If another version of teachgym began the run; it says which.
        """
        old = _beside(self.checkpoint, "old")
        if not self.checkpoint.exists() and old.exists():
            old.rename(self.checkpoint)
        for leftover in (old, _beside(self.checkpoint, "tmp")):
            shutil.rmtree(leftover, ignore_errors=True)
        if not self.checkpoint.exists():
            return None
        position = json.loads((self.checkpoint / POSITION).read_text())
        if position.get("format", 1) != FORMAT:
            raise ValueError(
                f"the run in {str(self.path)!r} was begun by teachgym {self._version()}, whose "
                "checkpoints this version can't go on from; begin anew with another --out (out=)"
            )
        return int(position["lesson"])

    def _version(self) -> str:
        """The version of teachgym that began the run."""
        try:
            config = json.loads((self.path / CONFIG).read_text(encoding="utf-8"))
            return f"{config['versions']['teachgym']}, in format 1"
        except (OSError, ValueError, KeyError):
            return "of an unknown version"

    def rewind(self, lesson: int | None) -> None:
        """Drop the lines of lessons and exams after a lesson; None drops them all."""
        lessons = read_lines(self.path / LESSONS)
        exams = read_lines(self.path / EXAMS)
        if len(lessons) < (lesson or 0):
            raise ValueError(
                f"{str(self.path / LESSONS)!r} has {len(lessons)} lessons, but the checkpoint is "
                f"of lesson {lesson}; the run can't be resumed"
            )
        _write_lines(self.path / LESSONS, lessons[: lesson or 0])
        kept = [] if lesson is None else [exam for exam in exams if exam["lesson"] <= lesson]
        _write_lines(self.path / EXAMS, kept)

    def append(self, name: str, line: Mapping[str, Any]) -> None:
        """Add a line to a file, and hand it to the operating system."""
        with (self.path / name).open("a", encoding="utf-8") as file:
            file.write(_line(line))

    def save_checkpoint(self, lesson: int, write: Callable[[Path], None]) -> None:
        """Replace the checkpoint; there is a whole one at every moment.

        Args:
            lesson: Lessons given so far.
            write: Puts the state into the empty folder that it is given.
        """
        new, old = _beside(self.checkpoint, "tmp"), _beside(self.checkpoint, "old")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir()
        try:
            write(new)
            write_json(new / POSITION, {"lesson": lesson, "format": FORMAT})
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
        if self.checkpoint.exists():
            self.checkpoint.rename(old)
        new.rename(self.checkpoint)
        shutil.rmtree(old, ignore_errors=True)


def write_json(path: Path, data: Any) -> None:
    """Write a JSON file such that it is either the old or the new one, never half of it."""
    partial = _beside(path, "tmp")
    partial.write_text(json.dumps(jsonable(data), indent=1) + "\n", encoding="utf-8")
    os.replace(partial, path)


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Read a JSON Lines file; a last line that was cut off is left out, a missing file is empty.

    Raises:
        ValueError: For a broken line elsewhere; the message names it.
    """
    if not path.is_file():
        return []
    rows = []
    for number, line in enumerate(path.read_bytes().split(b"\n")[:-1], start=1):
        try:
            rows.append(json.loads(line))
        except ValueError:
            raise ValueError(f"line {number} of {str(path)!r} is no JSON") from None
    return rows


def is_disk_full(error: BaseException) -> bool:
    """Whether an error says that there is no space left, in whatever class it comes."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    # safetensors wraps the system's error in a class of its own.
    return "no space left on device" in str(error).lower()


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(jsonable(row)) + "\n"


def _write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    partial = _beside(path, "tmp")
    partial.write_text("".join(map(_line, rows)), encoding="utf-8")
    os.replace(partial, path)


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(f"{path.name}.{ending}")


def _unfinished(entry: Path) -> bool:
    return entry.name.endswith(".tmp")
