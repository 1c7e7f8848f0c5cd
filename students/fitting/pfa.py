"""Performance factors analysis, fitted by logistic regression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from ..simulated.curves import logistic
from ..simulated.pfa import PFA, pfa_logit
from .logs import InteractionLog
from .model import FittedModel, Progress
from .regression import fit_weights, log_likelihood
from .sequences import earlier, sequences


@dataclass(frozen=True, eq=False)
class FittedPFA(FittedModel):
    """Performance factors analysis (Pavlik, Cen & Koedinger 2009).

    The log-odds of a right answer are the sum, over the concepts of the question, of beta +
    gamma·wins + rho·fails, which counts the student's earlier answers in the concept; see
    `simulated.PFA`.

    Attributes:
        concepts: Their names.
        ease: beta, shape (concepts,).
        win_gain: gamma, shape (concepts,).
        fail_gain: rho, shape (concepts,).
    """

    name: ClassVar[str] = "pfa"
    concepts: tuple[str, ...]
    ease: np.ndarray
    win_gain: np.ndarray
    fail_gain: np.ndarray

    @classmethod
    def fit(
        cls, log: InteractionLog, *, progress: Progress | None = None, penalty: float = 0.1
    ) -> Self:
        """Maximise the penalised likelihood by logistic regression.

        Args:
            log: The answers.
            progress: Told when it is done: there is one step.
            penalty: Half of it times the sum of squared parameters is taken off the log-likelihood,
                above 0.

        Raises:
            ValueError: If all answers are alike, or the penalty is not above 0.
        """
        from scipy.sparse import csr_matrix

        wins, fails = counts(log)
        values = np.concatenate([np.ones(len(wins)), wins, fails])
        count = len(log.concepts)
        columns = (np.arange(3)[:, None] * count + log.tags).ravel()
        features = csr_matrix(
            (values, (np.tile(log.tag_row, 3), columns)), shape=(len(log), 3 * count)
        )
        model = cls(log.concepts, *fit_weights(features, log.correct, penalty).reshape(3, count))
        if progress:
            progress(1, 1, log_likelihood(log.correct, model.predict(log)))
        return model

    def predict(self, log: InteractionLog) -> np.ndarray:
        """See `FittedModel.predict`."""
        log = log.named(None, self.concepts)
        parameters = (values[log.tags] for values in (self.win_gain, self.fail_gain))
        return logistic(log.sum_tags(pfa_logit(self.ease[log.tags], *counts(log), *parameters)))

    def cohort(self, size: int) -> PFA:
        """Simulated students with these parameters, all alike."""
        return PFA(
            size,
            len(self.concepts),
            ease=self.ease,
            win_gain=self.win_gain,
            fail_gain=self.fail_gain,
            student_spread=0,
            spread=0,
            gain_spread=0,
        )


def counts(log: InteractionLog) -> tuple[np.ndarray, np.ndarray]:
    """The student's earlier right and wrong answers in each tag's concept, shape (tags,) each."""
    parts, correct = sequences(log), log.correct[log.tag_row]
    return earlier(parts, correct), earlier(parts, ~correct)
