"""Runs one after the other, or several at once in processes of their own."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import queue
import shutil
import threading
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing.connection import wait as wait_for
from typing import Any

from .run import Progress
from .run_folder import CONFIG, RESULTS, RunFolder, RunWarning
from .teach import teach

Key = tuple[str, int]
"""Label of the teacher, and seed."""
Report = Callable[[str, int, Progress], None]

_progress: Any = None
"""In a worker: the queue that carries progress to the parent."""


def run_jobs(calls: Sequence[tuple[Key, dict[str, Any]]], jobs: int, report: Report | None) -> None:
    """Finish each run; those that are finished already are left alone.

    Args:
        calls: Teacher's label and seed, and the arguments of `teach`, `out` among them.
        jobs: How many go on at once; with 1 they run in this process.
        report: Called with a label, a seed and the progress of that run.

    Raises:
        TypeError: For arguments that can't be sent to another process.
    """
    if jobs == 1:
        for key, arguments in calls:
            finish(arguments, report and _Reporter(report, key))
        return
    try:
        pickle.dumps(calls)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise TypeError(
            "with more than one job, student, teachers and reward must be names or functions and "
            f"classes at the top of a module ({error}); or use jobs=1"
        ) from None
    context = multiprocessing.get_context("spawn")
    messages = context.Queue()
    others = set(multiprocessing.active_children())
    with ProcessPoolExecutor(jobs, context, _start_worker, (messages,)) as pool:
        try:
            pending: set[Future[None]] = {pool.submit(_finish, *call) for call in calls}
            while pending:
                done, pending = wait(pending, timeout=0.2, return_when=FIRST_COMPLETED)
                _pass_on(messages, report)
                for future in done:
                    future.result()
        except BaseException:
            # Their checkpoints hold what they learned; waiting for them could take hours.
            pool.shutdown(wait=False, cancel_futures=True)
            for process in set(multiprocessing.active_children()) - others:
                process.terminate()
            raise
    _pass_on(messages, report)  # what the workers wrote while they closed down


def finish(arguments: dict[str, Any], progress: Callable[[Progress], None] | None = None) -> None:
    """Bring one run to its end: skip it, resume it, or start it (over)."""
    folder = RunFolder(arguments["out"]).path
    if (folder / CONFIG).exists() and not (folder / RESULTS).exists():
        if RunFolder(folder).position() is None:
            shutil.rmtree(folder)
    with warnings.catch_warnings():
        # What a run goes on without is said once, for the comparison.
        warnings.simplefilter("ignore", RunWarning)
        teach(**arguments, resume=(folder / CONFIG).exists(), progress=progress)


class _Reporter:
    """Progress of one run, with its key."""

    def __init__(self, report: Report, key: Key) -> None:
        self.report = report
        self.key = key

    def __call__(self, progress: Progress) -> None:
        self.report(*self.key, progress)


def leave_with_parent() -> None:
    """In a worker: end when the parent does, however that ends.

    A parent that was killed must not leave runs behind that go on writing to its folder.
    """
    parent = multiprocessing.parent_process()

    def leave() -> None:
        wait_for([parent.sentinel])  # type: ignore[union-attr]
        os._exit(1)

    threading.Thread(target=leave, daemon=True).start()


def _start_worker(messages: Any) -> None:
    global _progress
    _progress = messages
    leave_with_parent()


def _finish(key: Key, arguments: dict[str, Any]) -> None:
    finish(arguments, lambda progress: _progress.put((key, progress)))


def _pass_on(messages: Any, report: Report | None) -> None:
    while True:
        try:
            (label, seed), progress = messages.get_nowait()
        except queue.Empty:
            return
        if report is not None:
            report(label, seed, progress)
