"""String manipulation, graded by length: tasks that a small character-level model can learn."""

from __future__ import annotations

import itertools
import string
from collections.abc import Callable, Sequence

import numpy as np

from .base import Domain, Task, check_options

ENUMERABLE = 2000
"""Cells with at most this many tasks are listed, so that their split is exact."""


def _dedupe(word: str) -> str:
    return "".join(dict.fromkeys(word))


def _shift(word: str) -> str:
    """Caesar shift by one; z becomes a."""
    return "".join(chr((ord(c) - 97 + 1) % 26 + 97) for c in word)


def _swap(word: str) -> str:
    """Swap neighbours pairwise; an odd last letter stays."""
    return "".join(word[i : i + 2][::-1] for i in range(0, len(word), 2))


WORD_TOPICS: dict[str, tuple[Callable[[str], str], str]] = {
    "copy": (str, "Repeat these letters"),
    "upper": (str.upper, "Write these letters in upper case"),
    "reverse": (lambda word: word[::-1], "Write these letters backwards"),
    "sort": (lambda word: "".join(sorted(word)), "Sort these letters alphabetically"),
    "shift": (_shift, "Replace each letter by the next one in the alphabet (z becomes a)"),
    "swap": (_swap, "Swap each pair of neighbouring letters, from the left; an odd last one stays"),
    "dedupe": (_dedupe, "Remove repeated letters, keep the first of each"),
}
"""Topics whose only operand is a word: function and wording."""

LETTER_TOPICS: dict[str, tuple[Callable[[str, str], str], str]] = {
    "count": (lambda word, letter: str(word.count(letter)), "Count how often {} occurs in"),
    "nth": (lambda word, n: word[int(n) - 1], "Give letter number {} of"),
}
"""Topics with a second operand before the word."""


class Strings(Domain):
    """Words of random letters to copy, reverse, sort, ….

    Level k has words of ``k + 1`` letters (one more for topics that would be trivial with one
    letter) from the first ``min(8 + 2k, 26)`` letters of the alphabet, so that both the length and
    the alphabet grow with difficulty. In words to count a letter of, every count is as likely, but
    for the shortest words, which are drawn from a list of all.

    Args:
        levels: Number of difficulty levels, 2 to 40.
        wording: ``"short"`` gives prompts such as ``reverse abc=``, made for character-level
            models; ``"long"`` gives an instruction in English for models that read it.
        exam_share: Share of each cell's prompts that is held out for the exam.

    Raises:
        ValueError: For arguments out of range.
    """

    topics = (*WORD_TOPICS, *LETTER_TOPICS)

    def __init__(
        self, levels: int = 12, *, wording: str = "short", exam_share: float = 0.2
    ) -> None:
        check_options(levels, exam_share, wording=wording, at_least=2, at_most=40)
        self.levels = levels
        self.wording = wording
        self.exam_share = exam_share

    def length(self, topic: int, level: int) -> int:
        """Letters in a word of this cell."""
        return level + (1 if self.topics[topic] in ("copy", "upper", "shift") else 2)

    def alphabet(self, level: int) -> str:
        """Letters that words of this level are made of."""
        return string.ascii_lowercase[: min(8 + 2 * level, 26)]

    def generate(self, topic: int, level: int, rng: np.random.Generator) -> Task:
        """Draw a word, and a second operand where the topic has one."""
        letters, length = self.alphabet(level), self.length(topic, level)
        operands = self._operands(topic, level)
        operand = operands[int(rng.integers(len(operands)))]
        drawn = [letters[i] for i in rng.integers(len(letters), size=length)]
        if self.topics[topic] == "count":
            # Of random letters most counts would be 0.
            others = letters.replace(operand, "")
            times = int(rng.integers(length + 1))
            drawn = [others[i] for i in rng.integers(len(others), size=length)]
            for place in rng.permutation(length)[:times]:
                drawn[place] = operand
        return self._task(topic, level, "".join(drawn), operand)

    def enumerate(self, topic: int, level: int) -> Sequence[Task] | None:
        """All tasks of a cell with short words."""
        letters, length = self.alphabet(level), self.length(topic, level)
        operands = self._operands(topic, level)
        if len(letters) ** length * len(operands) > ENUMERABLE:
            return None
        return [
            self._task(topic, level, "".join(word), operand)
            for word in itertools.product(letters, repeat=length)
            for operand in operands
        ]

    def _operands(self, topic: int, level: int) -> Sequence[str]:
        name = self.topics[topic]
        if name == "count":
            return self.alphabet(level)[:4]
        if name == "nth":
            return [str(n + 1) for n in range(self.length(topic, level))]
        return [""]

    def _task(self, topic: int, level: int, word: str, operand: str) -> Task:
        name = self.topics[topic]
        if name in WORD_TOPICS:
            function, wording = WORD_TOPICS[name]
            short, answer = f"{name} {word}=", function(word)
        else:
            binary, wording = LETTER_TOPICS[name]
            wording = wording.format(operand)
            short, answer = f"{name} {operand} {word}=", binary(word, operand)
        prompt = (
            short
            if self.wording == "short"
            else f"{wording}: {word}\nReply with the answer only.\nAnswer:"
        )
        return Task(prompt, answer, topic, self.difficulty(level))
