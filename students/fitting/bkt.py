"""Bayesian knowledge tracing, fitted by expectation maximisation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np

from ...core.checks import at_least
from ..simulated.bkt import BKT, posterior, right_probability, transition
from .logs import InteractionLog
from .model import FittedModel, Progress
from .sequences import Sequences, sequences

START = {"known": 0.3, "learn": 0.15, "guess": 0.2, "slip": 0.1, "forget": 0.05}
"""Where expectation maximisation begins."""

LEAST = 0.001
"""No fitted probability is nearer to 0 or 1, so that no answer is impossible."""

MOST_WRONG = 0.49
"""Most that guess and slip can be, or the two states might trade places (Baker et al. 2008)."""


@dataclass(frozen=True, eq=False)
class FittedBKT(FittedModel):
    """Bayesian knowledge tracing (Corbett & Anderson 1995) with parameters for each concept.

    A skill is known or not; see `simulated.BKT` for the equations. It is a hidden Markov model of
    two states for each student and concept, so maximum likelihood comes by expectation maximisation
    (Baum-Welch), which never lowers the likelihood and finds a local maximum near usual values.
    An answer to a question of several concepts counts for each of them.

    Attributes:
        concepts: Their names.
        known: Chance that the skill is known at first, shape (concepts,), as are the next four.
        learn: Chance to learn at each answer.
        guess: Chance of a right answer without the skill, at most 0.49.
        slip: Chance of a wrong answer with the skill, at most 0.49.
        forget: Chance to forget at each answer.
    """

    name: ClassVar[str] = "bkt"
    concepts: tuple[str, ...]
    known: np.ndarray
    learn: np.ndarray
    guess: np.ndarray
    slip: np.ndarray
    forget: np.ndarray

    @classmethod
    def fit(
        cls,
        log: InteractionLog,
        *,
        progress: Progress | None = None,
        forgets: bool = False,
        iterations: int = 200,
        tolerance: float = 1e-6,
    ) -> Self:
        """Maximise the likelihood.

        Args:
            log: The answers; concepts without one keep the values that the search begins at.
            progress: Told of each iteration.
            forgets: Whether to fit `forget`, else it is 0 as in the original model.
            iterations: Most iterations, at least 1.
            tolerance: Ends the search when an iteration adds less to the mean log-likelihood of an
                answer.

        Raises:
            ValueError: If there are no iterations.
        """
        at_least("iterations", iterations, 1)
        count = len(log.concepts)
        model = cls(
            log.concepts,
            **{key: np.full(count, value) for key, value in START.items()},
        )
        if not forgets:
            model = replace(model, forget=np.zeros(count))
        parts, correct = sequences(log), log.correct[log.tag_row]
        last = -np.inf
        for done in range(1, iterations + 1):
            model, likelihood = model.improve(parts, correct)
            if progress:
                progress(done, iterations, likelihood)
            if likelihood - last < tolerance:
                break
            last = likelihood
        return model

    def predict(self, log: InteractionLog) -> np.ndarray:
        """See `FittedModel.predict`."""
        log = log.named(None, self.concepts)
        known, _ = self.filter(sequences(log), log.correct[log.tag_row])
        return log.mean_tags(right_probability(known, self.guess[log.tags], self.slip[log.tags]))

    def cohort(self, size: int) -> BKT:
        """Simulated students with these parameters, all alike."""
        parameters = {key: getattr(self, key) for key in START}
        return BKT(size, len(self.concepts), known_spread=0, learn_spread=0, **parameters)

    def filter(self, parts: Sequences, correct: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Go through all sequences at once, forwards.

        Args:
            parts: The sequences.
            correct: Bool of shape (tags,).

        Returns:
            The chance that the skill is known before and after each answer, both of shape (tags,).
        """
        before, after = np.empty(len(correct)), np.empty(len(correct))
        now = self.known[parts.concept]
        for tags in parts.steps():
            concept = parts.concept[: len(tags)]
            before[tags] = now[: len(tags)]
            after[tags] = posterior(
                before[tags], correct[tags], self.guess[concept], self.slip[concept]
            )
            now = transition(after[tags], self.learn[concept], self.forget[concept])
        return before, after

    def improve(self, parts: Sequences, correct: np.ndarray) -> tuple[Self, float]:
        """One iteration of expectation maximisation (Rabiner 1989, section III.C).

        Args:
            parts: The sequences.
            correct: Bool of shape (tags,).

        Returns:
            The better model, and the mean log-likelihood of an answer under this one.
        """
        before, after = self.filter(parts, correct)
        count, concept = len(self.concepts), np.empty(len(correct), dtype=np.int64)
        steps = list(parts.steps())
        smooth = after.copy()  # chance of knowing given all answers; right for the last ones
        learned, forgot = np.zeros(len(correct)), np.zeros(len(correct))
        more = np.zeros(len(correct), dtype=bool)  # whether there is a next answer
        for place in reversed(range(len(steps))):
            tags = steps[place]
            which = parts.concept[: len(tags)]
            concept[tags] = which
            if place + 1 == len(steps):
                continue
            next_ = steps[place + 1]
            tags, which = tags[: len(next_)], which[: len(next_)]
            more[tags] = True
            # Chance of each pair of states: filtered state, step, smoothed next state.
            known = _ratio(smooth[next_], before[next_])
            unknown = _ratio(1 - smooth[next_], 1 - before[next_])
            learned[tags] = (1 - after[tags]) * self.learn[which] * known
            forgot[tags] = after[tags] * self.forget[which] * unknown
            smooth[tags] = after[tags] * (1 - self.forget[which]) * known + forgot[tags]

        def total(weights: np.ndarray, over: np.ndarray | slice = slice(None)) -> np.ndarray:
            return np.bincount(concept[over], weights[over], count)

        first = steps[0] if steps else np.zeros(0, dtype=np.int64)
        chance = right_probability(before, self.guess[concept], self.slip[concept])
        likelihood = np.log(np.where(correct, chance, 1 - chance))
        new = {
            "known": (total(smooth, first), np.bincount(concept[first], minlength=count)),
            "learn": (total(learned), total(1 - smooth, more)),
            "guess": (total(1 - smooth, correct), total(1 - smooth)),
            "slip": (total(smooth, ~correct), total(smooth)),
            "forget": (total(forgot), total(smooth, more)),
        }
        parameters = {}
        for key, (part, whole) in new.items():
            old = getattr(self, key)
            most = MOST_WRONG if key in ("guess", "slip") else 1 - LEAST
            ratio = np.divide(part, whole, out=old.copy(), where=whole > 0)
            # The expected log-likelihood is concave in each, so its best value within bounds is the
            # nearest one to the best of all: the likelihood still never falls.
            parameters[key] = np.clip(ratio, LEAST, most)
        if not self.forget.any():
            parameters["forget"] = self.forget
        return replace(self, **parameters), float(likelihood.mean())


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """The quotient, 0 where the whole is 0: a state that rounding has made impossible."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)
