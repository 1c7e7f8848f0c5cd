"""Item response theory, fitted by marginal maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from ...core.checks import at_least
from ..simulated.irt import IRT, D, guessed, two_parameter_curve
from .logs import InteractionLog
from .model import FittedModel, Progress
from .sequences import by_student

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

ABILITIES = np.linspace(-5, 5, 41)
"""Where the abilities' distribution is evaluated."""

PRIOR = np.exp(-0.5 * ABILITIES**2) / np.exp(-0.5 * ABILITIES**2).sum()
"""The population: a standard normal distribution, which fixes the scale."""

DIFFICULTY, DISCRIMINATION, GUESS = (-6.0, 6.0), (0.05, 4.0), (0.0, 0.5)
"""Bounds of the parameters; items with right answers alone end on one."""

LEAST = 1e-9


@dataclass(frozen=True, eq=False)
class FittedIRT(FittedModel):
    """Item response theory: abilities of students and difficulties of items, without learning.

    An item is answered right with p = c + (1 - c) / (1 + exp(-1.7 a (θ - b))) (Birnbaum 1968).
    The items' parameters maximise the marginal likelihood, in which each student's ability θ is
    integrated out over a standard normal population (Bock & Aitkin 1981), so that they are
    consistent however few answers a student gives. Predictions integrate over what the student's
    earlier answers say of θ.

    Attributes:
        items: Their names.
        difficulty: b, shape (items,), in [-6, 6].
        discrimination: a, shape (items,), in [0.05, 4].
        guess: c, shape (items,), in [0, 0.5].
    """

    name: ClassVar[str] = "irt"
    items: tuple[str, ...]
    difficulty: np.ndarray
    discrimination: np.ndarray
    guess: np.ndarray

    @classmethod
    def fit(
        cls,
        log: InteractionLog,
        *,
        progress: Progress | None = None,
        parameters: int = 1,
        iterations: int = 200,
    ) -> Self:
        """Maximise the marginal likelihood by L-BFGS-B.

        Args:
            log: The answers.
            progress: Told of each iteration.
            parameters: 1 fits difficulties and one discrimination for all items; 2 one for each
                item; 3 their guessing chances too, which takes many answers of weak students.
            iterations: Most iterations, at least 1.

        Raises:
            ValueError: If parameters is not 1, 2 or 3, or there are no iterations.
        """
        from scipy.optimize import minimize

        if parameters not in (1, 2, 3):
            raise ValueError(f"parameters must be 1, 2 or 3, not {parameters}")
        at_least("iterations", iterations, 1)
        count = len(log.items)
        right, wrong = _tables(log)
        slopes = 1 if parameters == 1 else count
        guesses = count if parameters == 3 else 0
        bounds = [DIFFICULTY] * count + [DISCRIMINATION] * slopes + [GUESS] * guesses

        def unpack(x: np.ndarray) -> list[np.ndarray]:
            b, a, c = np.split(x, [count, count + slopes])
            return [b, np.resize(a, count), c if guesses else np.zeros(count)]

        def loss(x: np.ndarray) -> tuple[float, np.ndarray]:
            likelihood, (b, a, c) = cls(log.items, *unpack(x)).marginal(right, wrong)
            slope = a.sum(keepdims=True) if parameters == 1 else a
            gradient = np.concatenate([b, slope, c if guesses else c[:0]])
            return -likelihood / len(log), -gradient / len(log)

        done = 0

        def report(intermediate_result: object) -> None:
            nonlocal done
            done += 1
            if progress:
                progress(done, iterations, -float(intermediate_result.fun))  # type: ignore[attr-defined]

        start = np.concatenate([np.zeros(count), np.full(slopes, 0.6), np.full(guesses, 0.1)])
        found = minimize(
            loss,
            start,
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            callback=report,
            options={"maxiter": iterations, "ftol": 1e-9, "gtol": 1e-7},
        )
        return cls(log.items, *unpack(found.x))

    def curves(self) -> tuple[np.ndarray, np.ndarray]:
        """Chance of a right answer, and its 2-parameter part, shape (items, 41), by `ABILITIES`."""
        scaled = self.discrimination[:, None] * (ABILITIES - self.difficulty[:, None])
        q = two_parameter_curve(scaled, 0.0, 1.0)
        p = guessed(q, self.guess[:, None])  # type: ignore[arg-type]  # it broadcasts
        return np.clip(p, LEAST, 1 - LEAST), q

    def marginal(
        self, right: csr_matrix, wrong: csr_matrix
    ) -> tuple[float, tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Marginal log-likelihood of all answers, and its gradient.

        The gradient is the mean, over the abilities that a student may have given all his answers,
        of the gradient with the ability known (Fisher's identity).

        Args:
            right: How often each student answered each item right, shape (students, items).
            wrong: How often wrong.

        Returns:
            The log-likelihood, and its derivatives with respect to difficulties, discriminations
            and guessing chances, shape (items,) each.
        """
        p, q = self.curves()
        posterior = right @ np.log(p) + wrong @ np.log1p(-p) + np.log(PRIOR)
        most = posterior.max(axis=1, keepdims=True)
        posterior = np.exp(posterior - most)
        evidence = posterior.sum(axis=1, keepdims=True)
        posterior /= evidence
        by_chance = (right.T @ posterior) / p - (wrong.T @ posterior) / (1 - p)
        a, b, c = (x[:, None] for x in (self.discrimination, self.difficulty, self.guess))
        by_curve = by_chance * (1 - c) * D * q * (1 - q)
        gradient = (
            (-by_curve * a).sum(axis=1),
            (by_curve * (ABILITIES - b)).sum(axis=1),
            (by_chance * (1 - q)).sum(axis=1),
        )
        return float((np.log(evidence) + most).sum()), gradient

    def predict(self, log: InteractionLog) -> np.ndarray:
        """See `FittedModel.predict`."""
        log = log.named(self.items, log.concepts)
        p, _ = self.curves()
        chances = np.empty(len(log))
        belief = np.tile(PRIOR, (len(log.students), 1))  # of each student, the longest log first
        for rows in by_student(log.offsets).steps():
            belief = belief[: len(rows)]
            curve = p[log.item[rows]]
            chances[rows] = (belief * curve).sum(axis=1)
            belief *= np.where(log.correct[rows, None], curve, 1 - curve)
            belief /= belief.sum(axis=1, keepdims=True)
        return chances

    def cohort(self, size: int) -> IRT:
        """Simulated students with one item a topic: one ability in all, and no learning.

        Raises:
            ValueError: If the items differ in discrimination or guessing chance.
        """
        if np.ptp(self.discrimination) or self.guess.any():
            raise ValueError(
                "the simulated students of IRT have one discrimination and guess; fit them with "
                "parameters=1"
            )
        return IRT(
            size,
            len(self.items),
            ability=-self.difficulty,
            student_spread=1,
            spread=0,
            discrimination=float(self.discrimination[0]),
            gain=0,
        )


def _tables(log: InteractionLog) -> tuple[csr_matrix, csr_matrix]:
    """How often each student answered each item right, and wrong; shape (students, items)."""
    from scipy.sparse import csr_matrix

    shape = len(log.students), len(log.items)
    return tuple(  # type: ignore[return-value]
        csr_matrix((kind.astype(float), (log.student, log.item)), shape=shape)
        for kind in (log.correct, ~log.correct)
    )
