"""Progress bars on stderr, with the exam score or another remark."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as RichProgress

from ..recording import Progress


class Bars:
    """A bar for each run that is going on; each finished run of several leaves a line.

    Args:
        quiet: Whether to show nothing.
    """

    def __init__(self, quiet: bool = False) -> None:
        self._bars = RichProgress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[remark]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True, quiet=quiet),
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bars.live.is_started:
            self._bars.stop()

    def part(self, name: str, done: int, total: int, remark: str) -> None:
        """Move the bar of a part of the work, with a remark that stays beside it."""
        if not self._bars.live.is_started:
            self._bars.start()  # not before, as it begins a line even if an error comes first
        if name not in self._tasks:
            self._tasks[name] = self._bars.add_task(name, total=total, remark="")
        shown: dict[str, Any] = {"remark": remark} if remark else {}
        self._bars.update(self._tasks[name], completed=done, **shown)

    def one(self, name: str, progress: Progress) -> None:
        """Move the bar of a run."""
        remark = f"exam {progress.exam:.3f} ({progress.exam - progress.first:+.3f})"
        self.part(name, progress.lesson, progress.budget, remark)

    def many(self, label: str, seed: int, progress: Progress) -> None:
        """Move the bar of one of several runs, and replace it by a line at the end."""
        name = f"{label}, seed {seed}"
        self.one(name, progress)
        if progress.lesson == progress.budget:
            self._bars.remove_task(self._tasks.pop(name))
            self._bars.console.print(
                f"{name}: exam {progress.first:.3f} to {progress.exam:.3f}",
                highlight=False,
                markup=False,
            )
