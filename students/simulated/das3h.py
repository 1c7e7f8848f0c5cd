"""DAS3H: item difficulty, student ability, skill, and the student's history of skill practice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...core.checks import array, number
from .curves import level_chances, level_difficulties, logistic
from .population import Population

WINDOWS = (1 / 24, 1.0, 7.0, 30.0, np.inf)
"""Lengths of the time windows in days: an hour, a day, a week, 30 days, all time."""


def history_effect(
    wins: np.ndarray, attempts: np.ndarray, win_weights: np.ndarray, attempt_weights: np.ndarray
) -> np.ndarray:
    """The sum over windows of theta ln(1 + wins) + theta' ln(1 + attempts) (Choffin et al. 2019).

    The paper writes a minus before theta'; here, as in the authors' code, weights have any sign.

    Args:
        wins: Right answers in each time window, shape (..., 5).
        attempts: All answers in each time window, shape (..., 5).
        win_weights: theta, broadcasts to (..., 5).
        attempt_weights: theta', broadcasts to (..., 5).

    Returns:
        What the history adds to the log-odds of a right answer, shape (...).
    """
    return (win_weights * np.log1p(wins) + attempt_weights * np.log1p(attempts)).sum(axis=-1)


class DAS3H(Population):
    """Students who learn and forget by counts in time windows (Choffin et al. 2019).

    "DAS3H: Modeling student learning and forgetting for optimally scheduling distributed practice
    of skills" (arXiv 1905.06873). A task of topic k at level l is answered right with log-odds

        alpha - delta_l + beta_k + Σ_w [theta_w ln(1 + wins_kw) + theta'_w ln(1 + attempts_kw)],

    counting the student's answers in topic k of the last hour, day, week, 30 days, and ever. An
    answer leaves a window when it is exactly as old as the window is long, as in the authors' code.
    The item difficulties delta_l are spread evenly over `span`. The default weights are this
    library's own choice; four fifths of what was learned are forgotten within 30 days.

    Every answer of the last 30 days is kept, at 13 bytes a lesson and student.

    Population: alpha = ability + student_spread·N(0, 1) for each student; beta_k = ease +
    spread·N_k(0, 1) for each student and topic.

    Args:
        size: Number of students.
        topics: Number of topics.
        levels: Number of levels.
        ability: Mean of alpha, on the scale of `span`.
        student_spread: Standard deviation of alpha, at least 0.
        ease: Mean of beta, one or shape (topics,).
        spread: Standard deviation of beta, at least 0.
        span: Item difficulties (low, high) of the first and last level.
        win_weights: theta by window, shape (5,) or (topics, 5).
        attempt_weights: theta' by window, shape (5,) or (topics, 5).

    Raises:
        TypeError: For arguments that are no numbers.
        ValueError: For arguments out of range.
    """

    def __init__(
        self,
        size: int,
        topics: int,
        levels: int = 1,
        *,
        ability: float = -1.5,
        student_spread: float = 0.5,
        ease: float | np.ndarray = 0.0,
        spread: float = 0.5,
        span: tuple[float, float] = (-2.0, 2.0),
        win_weights: Sequence[float] | np.ndarray = (0.25, 0.25, 0.25, 0.25, 0.25),
        attempt_weights: Sequence[float] | np.ndarray = (0.05, 0.05, 0.05, 0.05, 0.05),
    ) -> None:
        super().__init__(size, topics, levels)
        self.ability = number("ability", ability, "(-inf, inf)")
        self.student_spread = number("student_spread", student_spread, "[0, inf)")
        self.ease = array("ease", ease, "(-inf, inf)", (self.topics,))
        self.spread = number("spread", spread, "[0, inf)")
        self.difficulties = level_difficulties(span, self.levels)
        shape = (self.topics, len(WINDOWS))
        self.win_weights = array("win_weights", win_weights, "(-inf, inf)", shape)
        self.attempt_weights = array("attempt_weights", attempt_weights, "(-inf, inf)", shape)
        self._rows = np.arange(self.size)

    @property
    def _capacity(self) -> int:
        """How many answers the rings hold."""
        return 16 if self._state is None else self._state["time"].shape[1]

    def draw(self, count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """New students.

        ``ease`` (count, topics) is alpha + beta; ``wins`` and ``attempts`` (count, topics, 5) count
        by window; ``now`` (count,) is the time in days. The last answers lie in the rings ``time``,
        ``topic`` and ``right`` (count, capacity), the n-th one at n modulo the capacity;
        ``lessons`` (count,) counts the answers, ``left`` (count, 4) how many of them have left
        each window.
        """
        student = self.ability + self.student_spread * rng.standard_normal((count, 1))
        topic = self.ease + self.spread * rng.standard_normal((count, self.topics))
        counts, ring = (count, self.topics, len(WINDOWS)), (count, self._capacity)
        return {
            "ease": student + topic,
            "wins": np.zeros(counts, dtype=np.float32),
            "attempts": np.zeros(counts, dtype=np.float32),
            "now": np.zeros(count),
            "time": np.zeros(ring),
            "topic": np.zeros(ring, dtype=np.int32),
            "right": np.zeros(ring, dtype=bool),
            "lessons": np.zeros(count, dtype=np.int64),
            "left": np.zeros((count, len(WINDOWS) - 1), dtype=np.int64),
        }

    def expected(self) -> np.ndarray:
        """Chance of a right answer to each cell now, float64 of shape (size, topics, levels)."""
        state = self.state
        history = history_effect(
            state["wins"], state["attempts"], self.win_weights, self.attempt_weights
        )
        return level_chances(state["ease"] + history, self.difficulties)

    def practise(
        self, topic: np.ndarray, level: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """Answer one task each, and count the answer; see `Cohort.practise`."""
        topic, level = self.cells(topic, level)
        here = self._rows, topic
        state = self.state
        history = history_effect(
            state["wins"][here],
            state["attempts"][here],
            self.win_weights[topic],
            self.attempt_weights[topic],
        )
        chance = logistic(state["ease"][here] + history - self.difficulties[level])
        right = rng.random(self.size) < chance
        state["wins"][here] += right[:, None]
        state["attempts"][here] += 1.0
        self._remember(topic, right)
        return right.astype(np.float32)

    def wait(self, days: float | np.ndarray) -> None:
        """Let days pass: a number, or one per student of shape (size,), at least 0."""
        state = self.state
        state["now"] += self.days(days)
        for window, length in enumerate(WINDOWS[:-1]):
            left = state["left"][:, window]
            while True:  # the oldest answer in each student's window leaves, if it is due
                oldest = state["time"][self._rows, left % self._capacity]
                due = (left < state["lessons"]) & (state["now"] - oldest >= length)
                if not due.any():
                    break
                students = np.flatnonzero(due)
                place = students, left[students] % self._capacity
                cell = students, state["topic"][place], window
                state["attempts"][cell] -= 1.0
                state["wins"][cell] -= state["right"][place]
                left[students] += 1

    def _remember(self, topic: np.ndarray, right: np.ndarray) -> None:
        """Write the answers into the rings, which are doubled where one is full."""
        state = self.state
        if (state["lessons"] - state["left"][:, -1]).max() >= self._capacity:
            # Twice the same ring: the n-th answer is found at n modulo either capacity.
            for name in ("time", "topic", "right"):
                state[name] = np.concatenate([state[name], state[name]], axis=1)
        place = self._rows, state["lessons"] % self._capacity
        state["time"][place] = state["now"]
        state["topic"][place] = topic
        state["right"][place] = right
        state["lessons"] += 1
