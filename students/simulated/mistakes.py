"""Wrong answers that look like answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...domains import Task

SYMBOLS = "<=>+-*/%!"


def comparable(answer: str) -> str:
    """What is left of an answer once case, punctuation and spaces no longer count."""
    return "".join(filter(str.isalnum, answer.casefold())) or answer.strip()


def mistake(task: Task, others: Sequence[str], rng: np.random.Generator) -> str:
    """A plausible wrong answer: another answer of the topic, or the right one with a slip.

    Args:
        task: What is answered wrongly. The result differs in more than case, punctuation and
            spaces from its answer and from those listed in ``metadata["answers"]``, and is never
            empty.
        others: Answers to other tasks of the topic; may be empty, may hold the right one.
        rng: Decides which mistake is made.
    """
    rights = {comparable(answer) for answer in (task.answer, *task.metadata.get("answers", ()))}
    candidates = [slip(task.answer, rng)]
    if others:
        candidates.insert(int(rng.integers(2)), others[int(rng.integers(len(others)))])
    candidates += ["none", "unknown", "?" * 9]
    return next(c for c in candidates if c.strip() and comparable(c) not in rights)


def slip(right: str, rng: np.random.Generator) -> str:
    """The answer with a digit changed, else two letters swapped, else a character replaced."""
    digits = [i for i, c in enumerate(right) if c in "0123456789"]
    if digits:
        i = digits[rng.integers(len(digits))]
        return _replaced(right, i, str((int(right[i]) + rng.integers(1, 10)) % 10))
    swaps = [
        i
        for i in range(len(right) - 1)
        if right[i : i + 2].isalpha() and right[i].casefold() != right[i + 1].casefold()
    ]
    if swaps:
        i = swaps[rng.integers(len(swaps))]
        return right[:i] + right[i + 1] + right[i] + right[i + 2 :]
    if not right:
        return right
    i = int(rng.integers(len(right)))
    choices = "abcdefghijklmnopqrstuvwxyz" if right[i].isalpha() else SYMBOLS
    choices = choices.replace(right[i].lower(), "")
    new = choices[rng.integers(len(choices))]
    return _replaced(right, i, new.upper() if right[i].isupper() else new)


def _replaced(text: str, i: int, new: str) -> str:
    return text[:i] + new + text[i + 1 :]
