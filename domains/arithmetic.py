"""Integer arithmetic, graded by digits and terms."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence

import numpy as np

from .base import Domain, Task, check_options

Range = tuple[int, int]
"""A half-open range of integers."""

OPERANDS: tuple[tuple[Range, Range], ...] = (
    ((0, 100), (0, 2)),
    ((0, 10), (2, 10)),
    ((10, 100), (2, 10)),
    ((10, 100), (10, 100)),
    ((100, 1000), (10, 100)),
    ((100, 1000), (100, 1000)),
    ((1000, 10_000), (100, 1000)),
    ((1000, 10_000), (1000, 10_000)),
)
"""Both operands of addition, subtraction and multiplication, by level."""

MODULO: tuple[tuple[Range, tuple[int, ...]], ...] = (
    ((10, 100), (10,)),
    ((10, 100), (2, 5)),
    ((100, 1000), (2, 5)),
    ((10, 100), (3, 4)),
    ((100, 1000), (3, 4)),
    ((100, 1000), (6, 7, 8, 9)),
    ((1000, 10_000), (6, 7, 8, 9)),
    ((1000, 10_000), (11, 12, 13)),
)
"""Number and moduli, by level: the last digits tell the rest of the early ones."""

ENUMERABLE = 2000
"""Cells with at most this many tasks are listed, so that their split is exact."""

BINARY: dict[str, tuple[str, Callable[[int, int], int | str]]] = {
    "add": ("+", operator.add),
    "subtract": ("-", operator.sub),
    "compare": ("?", lambda a, b: "<" if a < b else ">" if a > b else "="),
    "modulo": ("%", operator.mod),
    "multiply": ("*", operator.mul),
}
"""Symbol and function of the topics with two operands."""


class Arithmetic(Domain):
    """Addition, subtraction, comparison, modulo, multiplication and chains of terms.

    A level sets the range of the operands (`OPERANDS`, `MODULO`): from adding 0 or 1 to two numbers
    of four digits. Numbers to compare have ``level + 1`` digits and differ in one digit at most. A
    chain adds and subtracts ``level + 1`` one-digit terms (two at the lowest level, the second 0 or
    1). Answers are integers, or ``<``, ``=``, ``>`` for comparisons.

    Args:
        levels: Number of difficulty levels, 2 to 8; the lower ones are kept.
        wording: ``"short"`` gives prompts such as ``12+7=``; ``"long"`` an English instruction.
        exam_share: Share of each cell's prompts that is held out for the exam.

    Raises:
        ValueError: For arguments out of range.
    """

    topics = (*BINARY, "chain")

    def __init__(self, levels: int = 8, *, wording: str = "short", exam_share: float = 0.2) -> None:
        check_options(levels, exam_share, wording=wording, at_least=2, at_most=len(OPERANDS))
        self.levels = levels
        self.wording = wording
        self.exam_share = exam_share

    def generate(self, topic: int, level: int, rng: np.random.Generator) -> Task:
        """Draw the operands of a cell's exercise."""
        name = self.topics[topic]
        if name == "chain":
            signs = rng.integers(2, size=max(level, 1))
            low, high = ((0, 2), (2, 10), (0, 10))[min(level, 2)]
            first, rest = int(rng.integers(10)), rng.integers(low, high, size=len(signs))
            return self._chain(topic, level, first, signs.tolist(), rest.tolist())
        if name == "compare":
            a = int(rng.integers(10**level if level else 0, 10 ** (level + 1)))
            place = 10 ** int(rng.integers(level + 1))
            digit = a // place % 10
            # The leading digit of a longer number is never 0.
            lowest = 1 if level and place == 10**level else 0
            return self._binary(
                topic, level, a, a + (int(rng.integers(lowest, 10)) - digit) * place
            )
        if name == "modulo":
            numbers, moduli = MODULO[level]
            modulus = moduli[rng.integers(len(moduli))]
            return self._binary(topic, level, int(rng.integers(*numbers)), modulus)
        first_range, second_range = OPERANDS[level]
        return self._binary(
            topic, level, int(rng.integers(*first_range)), int(rng.integers(*second_range))
        )

    def enumerate(self, topic: int, level: int) -> Sequence[Task] | None:
        """All tasks of a cell with small operands."""
        name = self.topics[topic]
        if name == "chain":
            if level > 1:
                return None
            return [
                self._chain(topic, level, first, [sign], [second])
                for first in range(10)
                for sign in (0, 1)
                for second in (range(2, 10) if level else range(2))
            ]
        if name == "compare":
            digits = range(10)
            return (
                [self._binary(topic, 0, a, b) for a in digits for b in digits]
                if not level
                else None
            )
        first = range(*(MODULO if name == "modulo" else OPERANDS)[level][0])
        second = MODULO[level][1] if name == "modulo" else range(*OPERANDS[level][1])
        if len(first) * len(second) > ENUMERABLE:
            return None
        return [self._binary(topic, level, a, b) for a in first for b in second]

    def _chain(
        self, topic: int, level: int, first: int, signs: Sequence[int], rest: Sequence[int]
    ) -> Task:
        """A sum of `first` and of the other terms, each taken away where its sign is 1."""
        pairs = list(zip(signs, rest, strict=True))
        text = f"chain {first}" + "".join(f"{'+-'[sign]}{term}" for sign, term in pairs)
        total = first + sum(-term if sign else term for sign, term in pairs)
        return self._task(topic, level, text, total)

    def _binary(self, topic: int, level: int, a: int, b: int) -> Task:
        symbol, function = BINARY[self.topics[topic]]
        return self._task(topic, level, f"{a}{symbol}{b}", function(a, b))

    def _task(self, topic: int, level: int, text: str, answer: int | str) -> Task:
        if self.wording == "short":
            prompt = f"{text}="
        elif self.topics[topic] == "compare":
            prompt = f"Which sign belongs in place of the question mark, <, = or >? {text}\nAnswer:"
        else:
            # A chain of two terms must not read as the same sum in another topic.
            order = " from left to right" if text.startswith("chain ") else ""
            expression = text.removeprefix("chain ").replace("%", " mod ")
            prompt = f"Compute {expression}{order}. Reply with the number only.\nAnswer:"
        return Task(prompt, str(answer), topic, self.difficulty(level))
