"""Procedural tasks of the reasoning-gym library, graded by its curricula."""

from __future__ import annotations

import difflib
import functools
import importlib.util
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from .base import Domain, Task, check_options

TASKS = (
    "ab",
    "aiw",
    "base_conversion",
    "basic_arithmetic",
    "bitwise_arithmetic",
    "calendar_arithmetic",
    "chain_sum",
    "color_cube_rotation",
    "complex_arithmetic",
    "count_bits",
    "count_primes",
    "course_schedule",
    "decimal_arithmetic",
    "decimal_chain_sum",
    "dice",
    "emoji_mystery",
    "family_relationships",
    "knights_knaves",
    "lcm",
    "leg_counting",
    "letter_counting",
    "mini_sudoku",
    "path_star",
    "power_function",
    "products",
    "simple_equations",
    "spell_backward",
    "survo",
    "time_intervals",
    "tsumego",
    "word_sorting",
)
"""Default topics. Each has four distinct levels, and none of them fails, lacks an answer, is slow
(below 200 items a second), answers nearly all items alike, has prompts of more than 7,000
characters, or makes other items under another ``PYTHONHASHSEED``."""

SEEDS = 2**31 - 1
"""Item seeds are below this. reasoning-gym makes item i of a data set from ``seed + i``, so that
data sets with neighbouring seeds overlap; here every item has a seed of its own."""


class ReasoningGym(Domain):
    """Tasks of reasoning-gym, one topic for each of its data sets.

    Level k sets every attribute of a data set's curriculum to its level k (an attribute with fewer
    levels stays at its highest), and takes ranges at their upper end alone, so that a level does
    not contain the easier ones. The library's own scorer is the reward; what it needs travels in
    ``Task.metadata`` as ``{"dataset": name, "entry": {...}}``.

    Source: Stojanovski et al. (2025), https://arxiv.org/abs/2505.24760.

    Args:
        tasks: Names of data sets; by default those of `TASKS`, which were checked at four levels.
            Others that have a curriculum are allowed, but some of them are slow or fail at some
            levels.
        levels: Number of difficulty levels, at least 1. Most curricula have four.
        exam_share: Share of the prompts that is held out for the exam.

    Raises:
        ImportError: If reasoning-gym is not installed.
        ValueError: For arguments out of range and unknown or repeated tasks.
    """

    reward = "reasoning_gym"

    def __init__(
        self, tasks: Sequence[str] = TASKS, levels: int = 4, *, exam_share: float = 0.2
    ) -> None:
        if importlib.util.find_spec("reasoning_gym") is None:
            raise ImportError("ReasoningGym needs reasoning-gym: pip install 'teachgym[content]'")
        if isinstance(tasks, str):
            raise ValueError(f"tasks must be a sequence of names, such as [{tasks!r}]")
        if not tasks or len(set(tasks)) < len(tasks):
            raise ValueError(f"tasks must be one or more names without repetition, not {tasks!r}")
        check_options(levels, exam_share)
        for name in tasks:
            if name not in TASKS:
                _check_name(name)
        self.topics = tuple(tasks)
        self.levels = levels
        self.exam_share = exam_share

    def generate(self, topic: int, level: int, rng: np.random.Generator) -> Task:
        """Make the item of a seed that is drawn from `rng`."""
        name = self.topics[topic]
        seed = int(rng.integers(SEEDS))
        try:
            dataset = _dataset(name, level)
            item = dataset[seed]
        except Exception as error:  # Its generators check their settings with assert, and more.
            raise ValueError(
                f"reasoning-gym cannot make an item of {name!r} at level {level}: {error}; "
                "choose fewer levels or another task"
            ) from error
        if not isinstance(item["answer"], str):
            raise ValueError(
                f"reasoning-gym gives no reference answer for {name!r}; choose another task"
            )
        metadata = {"dataset": name, "entry": _entry(dataset, item)}
        return Task(item["question"], item["answer"], topic, self.difficulty(level), metadata)


def _check_name(name: str) -> None:
    from reasoning_gym.factory import CURRICULA

    if name not in CURRICULA:
        near = difflib.get_close_matches(name, CURRICULA, n=3)
        hint = f"; did you mean {' or '.join(map(repr, near))}" if near else ""
        raise ValueError(
            f"unknown task {name!r} of reasoning-gym{hint}; known: {', '.join(sorted(CURRICULA))}"
        )


@functools.cache
def _dataset(name: str, level: int) -> Any:
    """The data set of a cell, whose item i is made from seed i.

    One object serves all items, because some data sets read word lists when they are made.
    """
    from reasoning_gym.coaching.base_curriculum import DefaultCurriculumContext, RangeAttributeMode
    from reasoning_gym.factory import create_curriculum, create_dataset

    curriculum = create_curriculum(name)
    curriculum.set_global_level(level)
    configuration = curriculum.generate_configuration(
        {"seed": 0, "size": 1}, DefaultCurriculumContext(RangeAttributeMode.UPPER_BOUND)
    )
    return create_dataset(name, **vars(configuration))


def _entry(dataset: Any, item: dict[str, Any]) -> dict[str, Any]:
    """What the data set's scorer needs of an item, JSON-able."""
    from reasoning_gym.dataset import ProceduralDataset

    if type(dataset).score_answer is ProceduralDataset.score_answer:
        return {"answer": item["answer"]}  # The common scorer reads nothing else.
    return json.loads(json.dumps(item, default=str))
