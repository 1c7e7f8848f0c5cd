"""What the tiny model learned wrongly at school: one typical slip per topic.

A student that has only ever seen right answers knows a level or does not. One that has also picked
up slips, the more the harder the task, can do more than it shows: it answers right now and then,
and practice with feedback brings that out.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from ..domains import Task


def slip_share(level: int) -> float:
    """Share of a level's worked answers that hold the topic's slip, in [0, 1]; 0 at the lowest."""
    return 1 / (1 + math.exp(EASE - STEEPNESS * level)) if level else 0.0


EASE, STEEPNESS = 5.0, 2.0
"""The odds of a right worked answer are exp(EASE - STEEPNESS * level)."""


def _swap_end(answer: str) -> str:
    return answer[:-2] + answer[-2:][::-1]


def _not_shifted(answer: str) -> str:
    return answer[:-1] + chr((ord(answer[-1]) - 97 - 1) % 26 + 97)


def _next_letter(prompt: str) -> str:
    _, place, word = prompt.rstrip("=").split()
    return word[int(place) % len(word)]


def _without_carry(prompt: str) -> str:
    a, b = (text[::-1] for text in prompt.rstrip("=").split("+"))
    width = max(len(a), len(b))
    digits = zip(a.ljust(width, "0"), b.ljust(width, "0"), strict=True)
    return str(int("".join(str((int(x) + int(y)) % 10) for x, y in digits)[::-1]))


def _smaller_from_larger(prompt: str) -> str:
    """The best known bug of subtraction (Brown and Burton 1978): in each column, whichever way."""
    a, b = (text[::-1] for text in prompt.rstrip("=").split("-"))
    width = max(len(a), len(b))
    digits = zip(a.ljust(width, "0"), b.ljust(width, "0"), strict=True)
    return str(int("".join(str(abs(int(x) - int(y))) for x, y in digits)[::-1]))


SLIPS: dict[str, Callable[[Task], str]] = {
    "copy": lambda task: task.answer[:-1],
    "upper": lambda task: task.answer[:-1] + task.answer[-1].lower(),
    "reverse": lambda task: _swap_end(task.answer),
    "sort": lambda task: _swap_end(task.answer),
    "shift": lambda task: _not_shifted(task.answer),
    "swap": lambda task: _swap_end(task.answer),
    "dedupe": lambda task: task.answer + task.answer[-1],
    "count": lambda task: str(int(task.answer) + 1),
    "nth": lambda task: _next_letter(task.prompt),
    "add": lambda task: _without_carry(task.prompt),
    "subtract": lambda task: _smaller_from_larger(task.prompt),
    "compare": lambda task: {"<": ">", ">": "<", "=": "<"}[task.answer],
    "modulo": lambda task: str(int(task.answer) + 1),
    "multiply": lambda task: str(int(task.answer) + 10),
    "chain": lambda task: str(int(task.answer) + 1),
}
"""The slip of each topic of `Strings` and `Arithmetic`, in short wording."""
