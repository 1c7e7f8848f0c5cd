"""Equality of numbers and formulas, by math-verify."""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from types import FrameType
from typing import Any

from .base import references, text

TIME_LIMIT = 0.5
"""Seconds of processor time that one comparison may take."""

LONGEST = 2000
"""Of a longer completion, only so many last characters are read."""

INTEGER = re.compile(r"[+-]?[0-9]{1,18}")

FORMULA = re.compile(r"(?=.*[A-Za-z])(?!.*[A-Za-z]{2})[^$\\]+", re.DOTALL)
"""Algebra without mark-up, such as ``x + 1``: has letters, but no words."""

EXPLOSIVE = re.compile(
    r"(\^|\*\*)[\s{(]*(\d{5}|[\d.]+[\s})]*(\^|\*\*))"  # 2^{99999}, 9**9**9
    r"|(\d{5}|\d!?[\s})])[\s})]*!.*[$\\]",  # $99999!$, $(9!)!$
    re.DOTALL,
)
"""What may take for ever to evaluate."""


class _TimeUpError(BaseException):
    """Not an Exception: sympy and math-verify catch those."""


def _can_interrupt() -> bool:
    """Whether signals reach us: on POSIX, in the main thread."""
    in_main_thread = threading.current_thread() is threading.main_thread()
    return in_main_thread and hasattr(signal, "setitimer")


@contextmanager
def _time_limit() -> Iterator[None]:
    """Raise `_TimeUpError` after `TIME_LIMIT`, where `_can_interrupt`."""
    if not _can_interrupt():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise _TimeUpError

    # The timer of processor time: a busy machine fails no answer, and SIGALRM stays the caller's.
    handler = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, TIME_LIMIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, handler)


@lru_cache(maxsize=1)
def _math_verify() -> tuple[Callable[..., Any], Callable[..., bool]]:
    try:
        from math_verify import grader, parser
    except ImportError as error:
        raise ImportError(
            "the numeric reward needs math-verify: pip install 'teachgym[content]'"
        ) from error
    # Without its own time limits (which fail outside the main thread) math-verify warns that the
    # caller must set some. We do.
    parser.TIMEOUT_WARNING_SHOWN = grader.TIMEOUT_WARNING_SHOWN = True
    parser.parse("$1$", parsing_timeout=None)  # loads the LaTeX grammar, at nobody's expense
    return parser.parse, grader.verify


@lru_cache(maxsize=4096)
def same_number(completion: str, reference: str) -> bool:
    """Whether a completion gives the number or formula of the reference, boxed or as its last.

    Plain integers are compared as such, all else by math-verify (fractions, decimals to six
    places, percentages, LaTeX, algebra, sets). A reference that it can't read must be met
    literally. A comparison that takes longer than `TIME_LIMIT` is a no. Outside the main thread,
    where nothing can interrupt it, completions that look `EXPLOSIVE` are not even read.
    """
    completion, reference = completion.strip()[-LONGEST:], reference.strip()
    if completion == reference:
        return bool(completion)
    if INTEGER.fullmatch(completion) and INTEGER.fullmatch(reference):
        return int(completion) == int(reference)
    if not completion or (not _can_interrupt() and EXPLOSIVE.search(completion)):
        return False
    parse, verify = _math_verify()
    sides = [reference, completion]
    if FORMULA.fullmatch(reference):
        # math-verify reads algebra only between dollar signs.
        sides = [f"${side}$" if FORMULA.fullmatch(side) else side for side in sides]
    try:
        with _time_limit():
            expected, given = (parse(side, parsing_timeout=None) for side in sides)
            return bool(verify(expected, given, timeout_seconds=None))
    except _TimeUpError:
        return False


def numeric(
    *,
    prompts: Sequence[Any],
    completions: Sequence[Any],
    answer: Sequence[str],
    metadata: Sequence[str] | None = None,
    **columns: Any,
) -> list[float | None]:
    """1 if the number or formula that a completion gives is the expected one (math-verify)."""
    return [
        float(any(same_number(text(completion), reference) for reference in accepted))
        for completion, accepted in zip(completions, references(answer, metadata), strict=True)
    ]
