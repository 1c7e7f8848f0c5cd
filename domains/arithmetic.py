"""Integer arithmetic, graded by digits and terms."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence

import numpy as np

from .base import Domain, Task

SIZES = (
    (1, 1),
    (2, 1),
    (2, 2),
    (3, 1),
    (3, 2),
    (3, 3),
    (4, 2),
    (4, 3),
    (4, 4),
    (5, 3),
    (5, 4),
    (5, 5),
)
"""Digits of the first and of the second operand, by level."""

BINARY: dict[str, tuple[str, Callable[[int, int], int | str]]] = {
    "add": ("+", operator.add),
    "subtract": ("-", operator.sub),
    "compare": ("?", lambda a, b: "<" if a < b else ">" if a > b else "="),
    "modulo": ("%", operator.mod),
    "multiply": ("*", operator.mul),
}
"""Symbol and function of the topics with two operands."""


def _bounds(digits: int) -> tuple[int, int]:
    """Smallest and largest (exclusive) number with so many digits; 0 counts as one digit."""
    return (0 if digits == 1 else 10 ** (digits - 1)), 10**digits


class Arithmetic(Domain):
    """Addition, subtraction, comparison, modulo, multiplication and chains of terms.

    A level sets how many digits the operands have (`SIZES`); multiplication has a first operand of
    ``1 + level`` digits and one of a single digit (two digits in the upper half); a chain has
    ``level + 2`` one-digit terms. Answers are integers, or ``<``, ``=``, ``>`` for comparisons.

    Args:
        levels: Number of difficulty levels, 2 to 12.
        wording: ``"short"`` gives prompts such as ``12+7=``; ``"long"`` an English instruction.
        exam_share: Share of each cell's prompts that is held out for the exam.

    Raises:
        ValueError: For arguments out of range.
    """

    topics = (*BINARY, "chain")

    def __init__(self, levels: int = 8, *, wording: str = "short", exam_share: float = 0.2) -> None:
        if not 2 <= levels <= len(SIZES):
            raise ValueError(f"levels must be in 2..{len(SIZES)}, not {levels!r}")
        if wording not in ("short", "long"):
            raise ValueError(f"wording must be 'short' or 'long', not {wording!r}")
        if not 0 < exam_share < 1:
            raise ValueError(f"exam_share must be in (0, 1), not {exam_share!r}")
        self.levels = levels
        self.wording = wording
        self.exam_share = exam_share

    def generate(self, topic: int, level: int, rng: np.random.Generator) -> Task:
        """Draw the operands of a cell's exercise."""
        name = self.topics[topic]
        if name == "chain":
            terms = rng.integers(0, 10, size=level + 2)
            signs = rng.integers(0, 2, size=level + 1)
            text = str(terms[0]) + "".join(
                f"{'+-'[sign]}{term}" for sign, term in zip(signs, terms[1:], strict=True)
            )
            total = int(terms[0] + ((1 - 2 * signs) * terms[1:]).sum())
            return self._task(topic, level, f"chain {text}", total)
        first, second = self._ranges(name, level)
        return self._binary(topic, level, int(rng.integers(*first)), int(rng.integers(*second)))

    def enumerate(self, topic: int, level: int) -> Sequence[Task] | None:
        """All tasks of a cell with small operands."""
        name = self.topics[topic]
        if name == "chain":
            return None
        first, second = self._ranges(name, level)
        if (first[1] - first[0]) * (second[1] - second[0]) > 2000:
            return None
        return [self._binary(topic, level, a, b) for a in range(*first) for b in range(*second)]

    def _ranges(self, name: str, level: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """Half-open ranges of the two operands."""
        if name == "multiply":
            half = (self.levels + 1) // 2
            if level < half:
                return _bounds(level + 1), (2, 10) if level else (0, 4)
            return _bounds(level - half + 2), _bounds(2)
        if name == "modulo":
            return _bounds(level + 1), (2, 6) if level < 3 else (2, 10)
        return _bounds(SIZES[level][0]), _bounds(SIZES[level][1])

    def _binary(self, topic: int, level: int, a: int, b: int) -> Task:
        symbol, function = BINARY[self.topics[topic]]
        return self._task(topic, level, f"{a}{symbol}{b}", function(a, b))

    def _task(self, topic: int, level: int, text: str, answer: int | str) -> Task:
        if self.wording == "short":
            prompt = f"{text}="
        elif self.topics[topic] == "compare":
            prompt = f"Which sign belongs in place of the question mark, <, = or >? {text}\nAnswer:"
        else:
            expression = text.removeprefix("chain ").replace("%", " mod ")
            prompt = f"Compute {expression}. Reply with the number only.\nAnswer:"
        return Task(prompt, str(answer), topic, self.difficulty(level))
