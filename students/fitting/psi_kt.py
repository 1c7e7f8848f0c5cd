"""PSI-KT, fitted by maximum likelihood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from ...core.checks import at_least
from ...core.prerequisites import check_prerequisites
from ..simulated.curves import logistic
from ..simulated.psi_kt import PSIKT
from .beliefs import Chains, follow
from .logs import InteractionLog
from .model import FittedModel, Progress

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(7)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
"""Where the normal distribution of the students' long-term means is evaluated."""

BOUNDS = {
    "level": (-6.0, 6.0),
    "level_spread": (0.01, 4.0),
    "spread": (0.01, 4.0),
    "forgetting": (1e-4, 50.0),
    "volatility": (1e-3, 20.0),
    "gain": (1e-4, 3.0),
    "transfer": (0.001, 0.999),
}
"""Where the parameters are searched."""


@dataclass(frozen=True, eq=False)
class FittedPSIKT(FittedModel):
    """Knowledge that drifts towards a student's own level (Zhou et al. 2024, arXiv 2403.13179).

    The process is that of `simulated.PSIKT` with one level of difficulty. The paper has a network
    infer each student's traits; here the parameters of the population are found by maximum
    likelihood. Students differ in their long-term mean mu, which is integrated out over 7 nodes;
    the other traits are one number for all. What is known of the knowledge of a concept is a normal
    belief (`beliefs.follow`).

    Without prerequisites the concepts of a student drift on their own. With them, all concepts of a
    student are followed from answer to answer, each towards the mean of what it builds on; time and
    memory then grow with the number of concepts.

    Attributes:
        concepts: Their names.
        level: Mean over students of mu.
        level_spread: Standard deviation of mu between students.
        spread: Standard deviation of the untaught knowledge between the concepts of a student.
        forgetting: alpha, a day.
        volatility: sigma.
        gain: Largest gain from one answer.
        transfer: gamma; 0 without prerequisites.
        prerequisites: Shape (concepts, concepts), ``[i, j]`` 1 where i comes before j; empty for
            none.
    """

    name: ClassVar[str] = "psi_kt"
    concepts: tuple[str, ...]
    level: float
    level_spread: float
    spread: float
    forgetting: float
    volatility: float
    gain: float
    transfer: float
    prerequisites: np.ndarray

    @classmethod
    def fit(
        cls,
        log: InteractionLog,
        *,
        progress: Progress | None = None,
        prerequisites: np.ndarray | Sequence[Sequence[bool]] | None = None,
        iterations: int = 50,
    ) -> Self:
        """Maximise the likelihood by L-BFGS-B, with differences for derivatives.

        Args:
            log: The answers, with times.
            progress: Told of each iteration.
            prerequisites: Bool of shape (concepts, concepts) in the order of the log's concepts,
                ``[i, j]`` meaning i before j; None for none.
            iterations: Most iterations, at least 1.

        Raises:
            ValueError: If the log knows no times, the prerequisites do not fit or have a cycle, or
                there are no iterations.
        """
        from scipy.optimize import minimize

        at_least("iterations", iterations, 1)
        influence = np.zeros((0, 0))
        if prerequisites is not None:
            before = check_prerequisites(prerequisites, len(log.concepts))
            influence = before.astype(float) if before.any() else influence
        chains = Chains.of(log, bool(len(influence)))
        names = [name for name in BOUNDS if len(influence) or name != "transfer"]

        def values(x: np.ndarray) -> dict[str, float]:
            found = {name: _number(name, value) for name, value in zip(names, x, strict=True)}
            return {"transfer": 0.0} | found

        def loss(x: np.ndarray) -> float:
            model = cls(log.concepts, prerequisites=influence, **values(x))
            return -model.likelihood(log, chains) / len(log)

        done = 0

        def report(intermediate_result: object) -> None:
            nonlocal done
            done += 1
            if progress:
                progress(done, iterations, -float(intermediate_result.fun))  # type: ignore[attr-defined]

        share = float(np.clip(log.correct.mean(), 0.02, 0.98))
        start = {"level": np.log(share / (1 - share)), "level_spread": 0.5, "spread": 0.5}
        start |= {"forgetting": 0.1, "volatility": 0.2, "gain": 0.1, "transfer": 0.5}
        found = minimize(
            loss,
            [_coordinate(name, start[name]) for name in names],
            method="L-BFGS-B",
            bounds=[tuple(_coordinate(name, end) for end in BOUNDS[name]) for name in names],
            callback=report,
            options={"maxiter": iterations, "eps": 1e-4, "ftol": 1e-8},
        )
        return cls(log.concepts, prerequisites=influence, **values(found.x))

    def likelihood(self, log: InteractionLog, chains: Chains) -> float:
        """Log-likelihood of all answers, integrated over the students' long-term means."""
        _, seen = self._levels(log, chains)
        by_student = np.stack(
            [np.bincount(log.student, column, len(log.students)) for column in seen.T], axis=1
        )
        most = by_student.max(axis=1, keepdims=True)
        return float((np.log(np.exp(by_student - most) @ WEIGHTS) + most[:, 0]).sum())

    def predict(self, log: InteractionLog) -> np.ndarray:
        """See `FittedModel.predict`; the log must know its times."""
        log = log.named(None, self.concepts)
        chances, seen = self._levels(log, Chains.of(log, bool(len(self.prerequisites))))
        before = np.cumsum(seen, axis=0) - seen
        before -= before[log.offsets[log.student]]
        weights = np.exp(before - before.max(axis=1, keepdims=True)) * WEIGHTS
        return (weights * chances).sum(axis=1) / weights.sum(axis=1)

    def cohort(self, size: int) -> PSIKT:
        """Simulated students with these parameters."""
        names = ("level", "level_spread", "spread", "forgetting", "volatility", "gain", "transfer")
        return PSIKT(
            size,
            len(self.concepts),
            **{name: getattr(self, name) for name in names},
            forgetting_spread=0,
            transfer_spread=0,
            volatility_spread=0,
            gain_spread=0,
            prerequisites=self.prerequisites if len(self.prerequisites) else None,
        )

    def _levels(self, log: InteractionLog, chains: Chains) -> tuple[np.ndarray, np.ndarray]:
        """For each long-term mean, chance and log-likelihood of each row, shape (rows, 7) each."""
        chances = follow(
            chains,
            self.level + self.level_spread * NODES,
            spread=self.spread,
            forgetting=self.forgetting,
            volatility=self.volatility,
            gain=self.gain,
            transfer=self.transfer,
            prerequisites=self.prerequisites if len(self.prerequisites) else np.zeros((1, 1)),
        )
        given = np.where(chains.right[:, None], chances, 1 - chances)
        mean = log.sum_tags(chances) / np.diff(log.tag_offsets)[:, None]
        return mean, log.sum_tags(np.log(np.clip(given, 1e-12, None)))


def _coordinate(name: str, value: float) -> float:
    """Where a parameter lies on the scale that it is searched on: log, log-odds, or its own."""
    if name == "level":
        return value
    return float(np.log(value / (1 - value)) if name == "transfer" else np.log(value))


def _number(name: str, coordinate: float) -> float:
    """The inverse of `_coordinate`."""
    if name == "level":
        return float(coordinate)
    return float(logistic(np.array(coordinate)) if name == "transfer" else np.exp(coordinate))
