"""KSS: ten concepts in a knowledge structure, learned along its edges."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ...core.checks import array, whole
from ...domains.graphs import named_graph
from .population import Population

STRUCTURE = named_graph("kss").prerequisites
"""Bool of shape (10, 10); [i, j]: concept i comes directly before j."""
CONCEPTS = len(STRUCTURE)
ORDER = (5, 0, 1, 2, 3, 4, 6, 7, 8, 9)
"""The concepts from the easiest to the hardest."""
CAP = 5.0
"""The highest ability."""
MARGIN = math.log(2) / (1.7 * 5)
"""p = 0.25 + 0.75 / (1 + exp(-1.7·5 (a - b))) is at least one half iff a ≥ b - MARGIN."""


def spread_to_successors(structure: np.ndarray) -> np.ndarray:
    """What each concept gains when one of them is promoted by 1 (EduSim's KSS, `_promote`).

    A concept hands half of what it gains on to each of its successors, these half of that to
    theirs, and so on: along each path of n edges arrives 2^-n, so that all paths together give
    Σ_n (S/2)^n = (I - S/2)^-1.

    Args:
        structure: S, bool of shape (concepts, concepts), without cycles.

    Returns:
        Float32 of shape (concepts, concepts): row i holds the gains when i is promoted.
    """
    return np.linalg.inv(np.eye(len(structure)) - structure / 2).astype(np.float32)


def candidates(structure: np.ndarray) -> np.ndarray:
    """Which lesson counts after which (EduSim's `influence_control` without shortcuts).

    After a lesson on concept i count: i, its successors, its predecessors, and the predecessors and
    successors of these. As the first lesson any concept counts.

    Args:
        structure: Bool of shape (concepts, concepts).

    Returns:
        Bool of shape (concepts + 1, concepts): [last, next]; the last row is for the first lesson.
    """
    after, before = structure, structure.T
    near = np.eye(len(structure), dtype=bool) | after | before | before @ before | before @ after
    return np.vstack([near, np.ones(len(structure), dtype=bool)])


def promotion(ability: np.ndarray, gap: np.ndarray) -> np.ndarray:
    """What a lesson adds to the ability in its concept: ½ (5 - a) exp(-Σ_pre (5 - a_pre)).

    Args:
        ability: a of the lesson's concept, at most 5, any shape.
        gap: Sum of 5 - a over its direct prerequisites, 0 without any, the same shape.
    """
    return 0.5 * (CAP - ability) * np.exp(-gap)


def random_subsets(sizes: np.ndarray, of: int, rng: np.random.Generator) -> np.ndarray:
    """Random subsets of given sizes, each equally likely (selection sampling, Knuth).

    Args:
        sizes: Shape (subsets,), integers in 0..of.
        of: Number of elements of the whole set.
        rng: The subsets are drawn from it.

    Returns:
        Bool of shape (subsets, of).
    """
    chosen = np.empty((len(sizes), of), dtype=bool)
    missing = sizes.copy()
    for i, uniform in enumerate(rng.random((of, len(sizes)), dtype=np.float32)):
        chosen[:, i] = uniform * (of - i) < missing
        missing -= chosen[:, i]
    return chosen


def drawn_difficulties(seed: int) -> np.ndarray:
    """Ten whole numbers drawn from 0..5, sorted along `ORDER`, float32 of shape (10,)."""
    difficulties = np.empty(CONCEPTS, dtype=np.float32)
    difficulties[list(ORDER)] = np.sort(np.random.default_rng(seed).integers(0, 6, CONCEPTS))
    return difficulties


class KSS(Population):
    """Students of the knowledge structure based simulator (Liu et al. 2019), as in EduSim.

    A student has an ability a_i ≤ 5 in each of ten concepts, and a set of target concepts. A lesson
    on concept k adds ½ (5 - a_k) exp(-Σ_pre (5 - a_pre)) to a_k, half of that to its successors,
    half of that to theirs, and so on. It counts only for a candidate of the last lesson that
    counted (see `candidates`); else nothing happens. The answer to concept i is right iff
    0.25 + 0.75 / (1 + exp(-1.7·5 (a_i - b_i))) ≥ 1/2: nothing is random but the population.

    Population: a_i = randint(-3, 0) - 0.1 i; the targets are 3 to 10 concepts, each number and each
    set of that number equally likely.

    EduSim teaches its students 20 lessons by a rule of its own first. Here they come untaught.

    Args:
        size: Number of students.
        topics: Must be 10.
        levels: Must be 1.
        difficulties: b, shape (10,), in [0, 5]; None draws them, as `drawn_difficulties` does.
        difficulty_seed: Fixes the drawn difficulties.

    Raises:
        TypeError: For difficulties that are no numbers.
        ValueError: For other numbers of topics and levels, or difficulties out of range.
    """

    graded = False

    def __init__(
        self,
        size: int,
        topics: int = CONCEPTS,
        levels: int = 1,
        *,
        difficulties: Sequence[float] | np.ndarray | None = None,
        difficulty_seed: int = 10,
    ) -> None:
        super().__init__(size, topics, levels)
        if topics != CONCEPTS:
            raise ValueError(f"KSS has {CONCEPTS} concepts: topics must be {CONCEPTS}")
        if difficulties is None:
            difficulties = drawn_difficulties(whole("difficulty_seed", difficulty_seed, 0))
        self.difficulties = array("difficulties", difficulties, "[0, 5]", (CONCEPTS,))
        self._needed = (self.difficulties - MARGIN).astype(np.float32)
        self._gains = spread_to_successors(STRUCTURE)
        self._counts = candidates(STRUCTURE).reshape(-1)
        self._before = STRUCTURE.astype(np.float32)
        self._first = np.arange(self.size) * CONCEPTS

    def draw(self, count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """New students.

        Returns:
            ``ability`` and ``target`` (1 for a target concept, else 0), float32 of shape
            (count, 10); and ``last``, the last lesson that counted, of shape (count,), 10 standing
            for none.
        """
        start = rng.integers(-3, 1, (count, CONCEPTS), dtype=np.int8).astype(np.float32)
        start -= np.float32(0.1) * np.arange(CONCEPTS, dtype=np.float32)
        targets = random_subsets(rng.integers(3, CONCEPTS + 1, count), CONCEPTS, rng)
        return {
            "ability": start,
            "target": targets.astype(np.float32),
            "last": np.full(count, CONCEPTS, dtype=np.intp),
        }

    def known(self) -> np.ndarray:
        """Whether each concept would be answered right, bool of shape (size, 10)."""
        return self.state["ability"] >= self._needed

    def expected(self) -> np.ndarray:
        """1.0 where `known`, else 0.0, of shape (size, 10, 1)."""
        return self.known().astype(np.float32)[:, :, None]

    def practise(
        self, topic: np.ndarray, level: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """Learn, then answer; see `Cohort.practise`. EduSim asks after the lesson."""
        topic, level = self.cells(topic, level)
        ability, last = self.state["ability"], self.state["last"]
        counts = self._counts.take(last * CONCEPTS + topic)
        here = self._first + topic
        gap = ((CAP - ability) @ self._before).reshape(-1).take(here)
        gain = promotion(ability.reshape(-1).take(here), gap) * counts
        # Gains are never negative, so one cap at the end does what a cap after each one would.
        ability += gain[:, None] * self._gains.take(topic, axis=0)
        np.minimum(ability, np.float32(CAP), out=ability)
        np.copyto(last, topic, where=counts)
        right = ability.reshape(-1).take(here) >= self._needed.take(topic)
        return right.astype(np.float32)
