"""Where work is done: in this process, or in several."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import queue
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing.connection import wait as wait_for
from typing import Any, Protocol, TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")
Tell = Callable[[Any], None]
"""Takes what a piece of work tells while it is done."""

_messages: Any = None
"""In a worker: the queue to the parent, None if that does not listen."""


class Executor(Protocol):
    """Does pieces of work, and gives each with what came of it as soon as it is done."""

    def __call__(
        self,
        work: Callable[[Item, Tell], Outcome],
        items: Iterable[Item],
        told: Callable[[Item, Any], None] | None = None,
    ) -> Iterator[tuple[Item, Outcome]]:
        """Do the work.

        Args:
            work: Takes an item, and what it may tell something by.
            items: What to work on.
            told: Called with an item and what its work tells.
        """


def in_this_process(
    work: Callable[[Item, Tell], Outcome],
    items: Iterable[Item],
    told: Callable[[Item, Any], None] | None = None,
) -> Iterator[tuple[Item, Outcome]]:
    """One after the other, in this process; an error ends it."""
    for item in items:
        yield item, work(item, _teller(item, told))


def in_processes(jobs: int) -> Executor:
    """So many at once, each in a process of its own; with one job in this process.

    `work` is then a function at the top of a module, and items can be pickled. Results come in the
    order in which they are ready. An error in one ends all: waiting for the others could take
    hours. So does the end of this process, however that comes about.

    Raises:
        ValueError: For less than one job.
        TypeError: When called, for work or items that can't be sent to another process.
        concurrent.futures.process.BrokenProcessPool: If a process was killed.
    """
    if jobs < 1:
        raise ValueError(f"at least one job is needed, not {jobs}")
    if jobs == 1:
        return in_this_process

    def execute(
        work: Callable[[Item, Tell], Outcome],
        items: Iterable[Item],
        told: Callable[[Item, Any], None] | None = None,
    ) -> Iterator[tuple[Item, Outcome]]:
        items = list(items)
        _check_sendable(work, items)
        context = multiprocessing.get_context("spawn")
        messages = context.Queue()
        others = set(multiprocessing.active_children())
        heard = None if told is None else messages
        with ProcessPoolExecutor(jobs, context, _start_worker, (heard,)) as pool:
            try:
                waiting = iter(enumerate(items))
                pending: dict[Future[Outcome], int] = {}
                while True:
                    # Few are handed over at a time: an interrupt leaves little behind.
                    while len(pending) < 2 * jobs and (following := next(waiting, None)):
                        pending[pool.submit(_work, work, *following)] = following[0]
                    if not pending:
                        break
                    done = wait(pending, timeout=0.2, return_when=FIRST_COMPLETED).done
                    _pass_on(messages, items, told)
                    for future in done:
                        yield items[pending.pop(future)], future.result()
                # A worker does not end before all that it told was taken from the queue.
                pool.shutdown(wait=False)
                while going := set(multiprocessing.active_children()) - others:
                    wait_for([process.sentinel for process in going], timeout=0.1)
                    _pass_on(messages, items, told)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                for process in set(multiprocessing.active_children()) - others:
                    process.terminate()
                raise

    return execute


def _teller(item: Any, told: Callable[[Any, Any], None] | None) -> Tell:
    return lambda message: None if told is None else told(item, message)


def _check_sendable(work: Any, items: list[Any]) -> None:
    try:
        pickle.dumps((work, items))
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise TypeError(
            "with more than one job, student, teachers and reward must be names or functions and "
            f"classes at the top of a module ({error}); or use jobs=1"
        ) from None


def _start_worker(messages: Any) -> None:
    """Prepare a process that works for this one."""
    global _messages
    _messages = messages
    # An interrupt from the keyboard reaches the whole group of processes: the parent ends these.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def leave() -> None:
        # A parent that was killed must not leave work behind that goes on writing to its folder.
        wait_for([parent.sentinel])  # type: ignore[union-attr]
        os._exit(1)

    threading.Thread(target=leave, daemon=True).start()


def _work(work: Callable[[Any, Tell], Any], place: int, item: Any) -> Any:
    """In a worker: do one piece of work; what it tells goes to the parent with its place."""
    if _messages is None:
        return work(item, lambda message: None)
    return work(item, lambda message: _messages.put((place, message)))


def _pass_on(messages: Any, items: list[Any], told: Callable[[Any, Any], None] | None) -> None:
    while True:
        try:
            place, message = messages.get_nowait()
        except queue.Empty:
            return
        if told is not None:
            told(items[place], message)
