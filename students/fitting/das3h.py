"""DAS3H, fitted by logistic regression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from ..simulated.curves import logistic
from ..simulated.das3h import DAS3H, WINDOWS, history_effect
from .logs import InteractionLog
from .model import FittedModel, Progress
from .regression import fit_weights, log_likelihood
from .sequences import sequences

MILLISECONDS = 86_400_000
"""In a day."""


@dataclass(frozen=True, eq=False)
class FittedDAS3H(FittedModel):
    """Ability, item difficulty, and counts of practice in time windows (Choffin et al. 2019).

    The log-odds of a right answer are alpha - delta + the sum, over the concepts of the question,
    of beta + Σ_w [theta_w ln(1 + wins_w) + theta'_w ln(1 + attempts_w)], which counts the student's
    answers in the concept in five time windows; see `simulated.DAS3H`. Students who are not in the
    log that was fitted have alpha 0, the mean of its penalty.

    Attributes:
        students: Names of the students.
        items: Names of the items.
        concepts: Names of the concepts.
        ability: alpha, shape (students,).
        difficulty: delta, shape (items,).
        ease: beta, shape (concepts,).
        win_weights: theta, shape (concepts, 5).
        attempt_weights: theta', shape (concepts, 5).
    """

    name: ClassVar[str] = "das3h"
    students: tuple[str, ...]
    items: tuple[str, ...]
    concepts: tuple[str, ...]
    ability: np.ndarray
    difficulty: np.ndarray
    ease: np.ndarray
    win_weights: np.ndarray
    attempt_weights: np.ndarray

    @classmethod
    def fit(
        cls, log: InteractionLog, *, progress: Progress | None = None, penalty: float = 1.0
    ) -> Self:
        """Maximise the penalised likelihood by logistic regression.

        Args:
            log: The answers, with times.
            progress: Told when it is done: there is one step.
            penalty: Half of it times the sum of squared parameters is taken off the log-likelihood,
                above 0; 1 in the paper.

        Raises:
            ValueError: If the log knows no times, all answers are alike, or the penalty is not
                above 0.
        """
        from scipy.sparse import csr_matrix, hstack

        def indicators(columns: np.ndarray, count: int) -> csr_matrix:
            ones = np.ones(len(columns))
            return csr_matrix((ones, (np.arange(len(columns)), columns)), shape=(len(ones), count))

        wins, attempts = window_counts(log)
        tags = csr_matrix(
            (np.ones(len(log.tags)), (log.tag_row, np.arange(len(log.tags)))),
            shape=(len(log), len(log.tags)),
        )
        concept = indicators(log.tags, len(log.concepts))
        history = [
            tags @ concept.multiply(np.log1p(counted[:, [window]]))
            for counted in (wins, attempts)
            for window in range(len(WINDOWS))
        ]
        features = hstack(
            [
                indicators(log.student, len(log.students)),
                -indicators(log.item, len(log.items)),
                tags @ concept,
                *history,
            ],
            format="csr",
        )
        weights = fit_weights(features, log.correct, penalty)
        sizes = [len(log.students), len(log.items), len(log.concepts)]
        ability, difficulty, ease, effects = np.split(weights, np.cumsum(sizes))
        effects = effects.reshape(2, len(WINDOWS), sizes[2]).transpose(0, 2, 1)
        model = cls(
            log.students, log.items, log.concepts, ability, difficulty, ease, *effects.copy()
        )
        if progress:
            progress(1, 1, log_likelihood(log.correct, model.predict(log)))
        return model

    def predict(self, log: InteractionLog) -> np.ndarray:
        """See `FittedModel.predict`."""
        log = log.named(self.items, self.concepts)
        known = dict(zip(self.students, self.ability, strict=True))
        ability = np.array([known.get(name, 0.0) for name in log.students])
        history = history_effect(
            *window_counts(log), self.win_weights[log.tags], self.attempt_weights[log.tags]
        )
        return logistic(
            ability[log.student]
            - self.difficulty[log.item]
            + log.sum_tags(self.ease[log.tags] + history)
        )

    def cohort(self, size: int) -> DAS3H:
        """Simulated students: abilities spread as those of the log, items of mean difficulty."""
        return DAS3H(
            size,
            len(self.concepts),
            ability=float(self.ability.mean() - self.difficulty.mean()),
            student_spread=float(self.ability.std()),
            ease=self.ease,
            spread=0,
            win_weights=self.win_weights,
            attempt_weights=self.attempt_weights,
        )


def window_counts(log: InteractionLog) -> tuple[np.ndarray, np.ndarray]:
    """Earlier right answers and answers of the student in each tag's concept, by time window.

    An answer exactly as old as the window is long has left it (Choffin et al. 2019).

    Returns:
        Two arrays of shape (tags, 5).

    Raises:
        ValueError: If times are not known, or too far apart.
    """
    times = log.days_since_first("DAS3H")
    parts = sequences(log)
    order = parts.order
    begins = np.zeros(len(order), dtype=np.int64)
    begins[parts.starts] = 1
    # Whole milliseconds from the student's first answer, each sequence far behind the one before:
    # one sorted array, in which all windows of all sequences can be searched at once.
    time = np.rint(times * MILLISECONDS).astype(np.int64)[log.tag_row[order]]
    apart = int(time.max(initial=0)) + int(WINDOWS[-2] * MILLISECONDS) + 1
    if apart * (len(parts.starts) + 1) >= 2**63:
        raise ValueError(f"the times of a student lie {apart // MILLISECONDS} days apart: too far")
    line = time + np.cumsum(begins) * apart
    right = np.concatenate([[0], np.cumsum(log.correct[log.tag_row[order]])])
    here = np.arange(len(order))
    wins, attempts = (np.empty((len(order), len(WINDOWS))) for _ in range(2))
    first = np.sort(parts.starts)[np.cumsum(begins) - 1]
    for window, length in enumerate(WINDOWS):
        oldest = first
        if np.isfinite(length):
            oldest = np.searchsorted(line, line - round(length * MILLISECONDS), side="right")
        attempts[order, window] = here - oldest
        wins[order, window] = right[here] - right[oldest]
    return wins, attempts
