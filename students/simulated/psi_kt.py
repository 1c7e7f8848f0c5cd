"""PSI-KT: knowledge that drifts with time, by a student's traits and what a topic builds on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...core.checks import array, number
from ...core.prerequisites import check_prerequisites
from .curves import level_chances, level_difficulties, logistic, shift_logit
from .irt import practice_gain
from .population import Population

NARROW = 0.5
"""Up to this variance, 8 nodes give a logistic-normal mean to 1e-7; beyond it 32 are taken."""


def drift(
    knowledge: np.ndarray,
    days: np.ndarray,
    forgetting: np.ndarray,
    level: np.ndarray,
    transfer: np.ndarray,
    volatility: np.ndarray,
    prerequisites: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of the knowledge after some days (Zhou et al. 2024).

    The Ornstein-Uhlenbeck process that returns to a mean raised by what the topic builds on. With
    e = exp(-alpha Δ), the mean is e·z + (1 - e)·(mu + gamma (z·A)/K) and the variance
    sigma² (1 - e²) / (2 alpha).

    Args:
        knowledge: z, shape (students, topics).
        days: Δ, shape (students, 1), at least 0; the four traits have the same shape.
        forgetting: alpha, a day, above 0.
        level: mu, the long-term mean.
        transfer: gamma, in [0, 1].
        volatility: sigma, a square root of a day, at least 0.
        prerequisites: A, shape (topics, topics), ``[i, j]`` above 0 where i comes before j; K is
            the number of topics.

    Returns:
        The mean, shape (students, topics), and the variance, shape (students, 1).
    """
    kept = np.exp(-forgetting * days)
    goal = level + transfer * (knowledge @ prerequisites) / knowledge.shape[1]
    variance = volatility**2 * -np.expm1(-2.0 * forgetting * days) / (2.0 * forgetting)
    return kept * knowledge + (1.0 - kept) * goal, variance


def logistic_normal_mean(mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """E[1 / (1 + exp(-x))] for x ~ N(mean, variance), by Gauss-Hermite quadrature.

    Args:
        mean: Shape (students, topics).
        variance: Shape (students, 1), at least 0.

    Returns:
        Shape (students, topics), in [0, 1], right to 1e-6 for variances up to 4.
    """
    chances = np.zeros(mean.shape)
    wide = variance[:, 0] > NARROW
    for rows, count in ((~wide, 8), (wide, 32)):
        if rows.any():
            centre, deviation = mean[rows], np.sqrt(variance[rows])
            nodes, weights = np.polynomial.hermite_e.hermegauss(count)
            chances[rows] = sum(
                weight * logistic(centre + deviation * node)
                for node, weight in zip(nodes, weights / weights.sum(), strict=True)
            )
    return np.clip(chances, 0.0, 1.0)


class PSIKT(Population):
    """Students with traits, whose knowledge drifts towards a mean that prerequisites raise.

    Zhou, Bamler, Wu & Tejero-Cantero 2024, "Predictive, scalable and interpretable knowledge
    tracing on structured domains" (arXiv 2403.13179). A task of topic k at level l is answered
    right with p = 1 / (1 + exp(-(z_k - b_l))). Over Δ days the knowledge z moves by an
    Ornstein-Uhlenbeck process: with e = exp(-alpha Δ),

        z ← N(e·z + (1 - e)·(mu + gamma (z·A)/K), sigma² (1 - e²) / (2 alpha)),

    A being the prerequisites and K the number of topics. All days between two lessons of a student
    make one step, as in the paper, and its noise is drawn at the second lesson; until then
    `expected` is the mean over it.

    The paper infers knowledge from answers; in its process nothing but time changes z. Here each
    task, answered right or wrong, also adds gain·4p(1 - p) to z_k (`practice_gain`), and levels
    have difficulties b_l, spread evenly over `span`. With gain 0, one level and a span about 0 the
    process is the paper's.

    Population, one draw of each trait a student: mu = level + level_spread·N(0, 1); alpha, sigma
    and the gain are log-normal with the given medians; the log-odds of gamma are normal. The
    untaught knowledge is z_k = mu + spread·N_k(0, 1).

    Args:
        size: Number of students.
        topics: Number of topics.
        levels: Number of levels.
        level: Mean of mu, the long-term mean of the knowledge.
        level_spread: Standard deviation of mu, at least 0.
        spread: Standard deviation of the untaught z between the topics of a student, at least 0.
        forgetting: Median of alpha, a day, above 0.
        forgetting_spread: Standard deviation of ln alpha, at least 0.
        transfer: Median of gamma, in [0, 1].
        transfer_spread: Standard deviation of the log-odds of gamma, at least 0.
        volatility: Median of sigma, at least 0.
        volatility_spread: Standard deviation of ln sigma, at least 0.
        gain: Median of the largest gain from one task, at least 0.
        gain_spread: Standard deviation of the logarithm of the gain, at least 0.
        span: Item difficulties (low, high) of the first and last level.
        prerequisites: Bool array of shape (topics, topics), ``[i, j]`` meaning i before j.

    Raises:
        TypeError: For arguments that are no numbers.
        ValueError: For arguments out of range, and for prerequisites with a cycle.
    """

    def __init__(
        self,
        size: int,
        topics: int,
        levels: int = 1,
        *,
        level: float = -1.5,
        level_spread: float = 0.5,
        spread: float = 0.5,
        forgetting: float = 0.05,
        forgetting_spread: float = 0.5,
        transfer: float = 0.5,
        transfer_spread: float = 0.5,
        volatility: float = 0.1,
        volatility_spread: float = 0.3,
        gain: float = 0.3,
        gain_spread: float = 0.3,
        span: tuple[float, float] = (-2.0, 2.0),
        prerequisites: np.ndarray | Sequence[Sequence[bool]] | None = None,
    ) -> None:
        super().__init__(size, topics, levels)
        self.level = number("level", level, "(-inf, inf)")
        self.level_spread = number("level_spread", level_spread, "[0, inf)")
        self.spread = number("spread", spread, "[0, inf)")
        self.forgetting = number("forgetting", forgetting, "(0, inf)")
        self.forgetting_spread = number("forgetting_spread", forgetting_spread, "[0, inf)")
        self.transfer = array("transfer", transfer, "[0, 1]", ())
        self.transfer_spread = number("transfer_spread", transfer_spread, "[0, inf)")
        self.volatility = number("volatility", volatility, "[0, inf)")
        self.volatility_spread = number("volatility_spread", volatility_spread, "[0, inf)")
        self.gain = number("gain", gain, "[0, inf)")
        self.gain_spread = number("gain_spread", gain_spread, "[0, inf)")
        self.difficulties = level_difficulties(span, self.levels)
        self.prerequisites = (
            np.zeros((self.topics, self.topics), dtype=bool)
            if prerequisites is None
            else check_prerequisites(prerequisites, self.topics)
        )
        self._influence = self.prerequisites.astype(np.float64)

    def draw(self, count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """New students: ``knowledge`` (count, topics), all else (count, 1).

        ``days`` have passed since the last lesson; the others are traits.
        """

        def normal(spread: float) -> np.ndarray:
            return spread * rng.standard_normal((count, 1))

        level = self.level + normal(self.level_spread)
        return {
            "level": level,
            "forgetting": self.forgetting * np.exp(normal(self.forgetting_spread)),
            "transfer": shift_logit(self.transfer, normal(self.transfer_spread)),
            "volatility": self.volatility * np.exp(normal(self.volatility_spread)),
            "gain": self.gain * np.exp(normal(self.gain_spread)),
            "knowledge": level + self.spread * rng.standard_normal((count, self.topics)),
            "days": np.zeros((count, 1)),
        }

    def expected(self) -> np.ndarray:
        """Chance of a right answer to each cell now, float64 of shape (size, topics, levels)."""
        if not self.state["days"].any():
            return level_chances(self.state["knowledge"], self.difficulties)
        mean, variance = self._drift()
        return np.stack(
            [logistic_normal_mean(mean - b, variance) for b in self.difficulties], axis=-1
        )

    def practise(
        self, topic: np.ndarray, level: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """Drift over the days since the last lesson, answer one task each, and gain from it."""
        topic, level = self.cells(topic, level)
        here = np.arange(self.size), topic
        state = self.state
        if state["days"].any():
            mean, variance = self._drift()
            state["knowledge"] = mean + np.sqrt(variance) * rng.standard_normal(mean.shape)
            state["days"] = np.zeros_like(state["days"])
        knowledge = state["knowledge"][here]
        chance = logistic(knowledge - self.difficulties[level])
        right = rng.random(self.size) < chance
        state["knowledge"][here] = knowledge + practice_gain(chance, state["gain"][:, 0], 1.0)
        return right.astype(np.float32)

    def wait(self, days: float | np.ndarray) -> None:
        """Let days pass: a number, or one per student of shape (size,), at least 0."""
        self.state["days"] += self.days(days)[:, None]

    def _drift(self) -> tuple[np.ndarray, np.ndarray]:
        state = self.state
        return drift(
            state["knowledge"],
            state["days"],
            state["forgetting"],
            state["level"],
            state["transfer"],
            state["volatility"],
            self._influence,
        )
