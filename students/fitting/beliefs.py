"""What answers say of a knowledge that drifts: normal beliefs, followed from answer to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from ..simulated.curves import logistic
from ..simulated.irt import practice_gain
from ..simulated.psi_kt import drift
from .logs import InteractionLog
from .sequences import Sequences, by_student, sequences

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(9)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


def answer_update(
    mean: np.ndarray, variance: np.ndarray, right: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A normal belief about z after an answer that is right with chance 1 / (1 + exp(-z)).

    The new belief has the mean and variance of the exact posterior (assumed density filtering,
    Opper 1998): with P the chance of the answer, they are mean + v·(ln P)' and v + v²·(ln P)'',
    where the derivatives are by the mean. Expectations are by Gauss-Hermite quadrature.

    Args:
        mean: Any shape.
        variance: The same shape, above 0.
        right: Whether the answer was right; broadcasts.

    Returns:
        The chance of a right answer, the new mean and the new variance, of the same shape.
    """
    deviation = np.sqrt(variance)
    chance, slope, bend = np.zeros((3, *mean.shape))
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        s = logistic(mean + deviation * node)
        chance += weight * s
        slope += weight * s * (1 - s)
        bend += weight * s * (1 - s) * (1 - 2 * s)
    sign = np.where(right, 1.0, -1.0)
    evidence = np.clip(np.where(right, chance, 1 - chance), 1e-12, None)
    first = sign * slope / evidence
    second = sign * bend / evidence - first**2
    narrowed = np.maximum(variance * (1 + variance * second), 1e-9)
    return chance, mean + variance * first, narrowed


@dataclass(frozen=True, eq=False)
class Chains:
    """The answers of a log, in the chains along which beliefs are followed.

    Attributes:
        parts: The chains: one for each student and concept, or, where concepts build on one
            another, one for each student.
        topics: How many concepts a chain has.
        topic: Shape (tags,), which of them a tag is.
        wait: Shape (tags,), days since the tag before in the chain; for the first, days since the
            student's first answer.
        right: Bool of shape (tags,).
    """

    parts: Sequences
    topics: int
    topic: np.ndarray
    wait: np.ndarray
    right: np.ndarray

    @classmethod
    def of(cls, log: InteractionLog, together: bool) -> Self:
        """The chains of a log.

        Args:
            log: The answers.
            together: Whether concepts build on one another.

        Raises:
            ValueError: If times are not known.
        """
        parts = by_student(log.tag_offsets[log.offsets]) if together else sequences(log)
        time = log.days_since_first("PSI-KT")[log.tag_row]
        ordered = time[parts.order]
        waits = np.diff(ordered, prepend=0.0)
        first = parts.starts[parts.lengths > 0]
        waits[first] = ordered[first]
        wait = np.empty(len(time))
        wait[parts.order] = waits
        topic = log.tags if together else np.zeros_like(log.tags)
        count = len(log.concepts) if together else 1
        return cls(parts, count, topic, wait, log.correct[log.tag_row])


def follow(
    chains: Chains,
    levels: np.ndarray,
    *,
    spread: float,
    forgetting: float,
    volatility: float,
    gain: float,
    transfer: float,
    prerequisites: np.ndarray,
) -> np.ndarray:
    """Follow the beliefs through all chains at once, for each of some long-term means.

    At first the knowledge of each concept is normal about the long-term mean. Between two answers
    it drifts (`simulated.psi_kt.drift`); each answer updates the belief (`answer_update`), and the
    practice moves it as it moves its mean, to first order.

    Args:
        chains: The answers.
        levels: Long-term means mu, shape (levels,).
        spread: Standard deviation of the untaught knowledge.
        forgetting: alpha, a day.
        volatility: sigma.
        gain: Largest gain from one answer.
        transfer: gamma.
        prerequisites: Shape (topics, topics) of a chain.

    Returns:
        Chance of a right answer to each tag from the earlier ones, shape (tags, levels).
    """
    count = len(levels)
    level = np.tile(levels, len(chains.parts.lengths))[:, None]  # one row a chain and level
    mean = np.tile(level, chains.topics)
    variance = np.full(mean.shape, spread**2)
    alpha, gamma, sigma = (np.array(value) for value in (forgetting, transfer, volatility))
    chances = np.empty((len(chains.right), count))
    for tags in chains.parts.steps():
        size = len(tags) * count
        mean, variance, level = mean[:size], variance[:size], level[:size]
        days = np.repeat(chains.wait[tags], count)[:, None]
        mean, grown = drift(mean, days, alpha, level, gamma, sigma, prerequisites)
        variance = variance * np.exp(-2 * forgetting * days) + grown
        here = np.arange(size), np.repeat(chains.topic[tags], count)
        right = np.repeat(chains.right[tags], count)
        chance, centre, width = answer_update(mean[here], variance[here], right)
        chances[tags] = chance.reshape(-1, count)
        q = logistic(centre)
        mean[here] = centre + practice_gain(q, np.array(gain), 1.0)
        variance[here] = width * (1 + 4 * gain * q * (1 - q) * (1 - 2 * q)) ** 2
    return chances
