"""Computerised adaptive testing as a curriculum."""

from __future__ import annotations

import numpy as np

from . import irt
from .ability_teacher import AbilityTeacher


class MaximumInformation(AbilityTeacher):
    """Asks what tells most about the student's ability, as adaptive tests do (Lord 1980).

    Computerised adaptive testing under item response theory: the ability theta is estimated from
    the answers so far, and the next item is the one with the largest Fisher information there,

        I(theta) = a^2 (q / p) ((p - c) / (1 - c))^2,  p = c + (1 - c) logistic(a (theta - b))

    which without guessing is largest where half of the answers are right. Practice adds two things:
    content balancing, here topics drawn uniformly, and the control of how often an item is shown,
    "randomesque" (Kingsbury & Zara 1989, "Procedures for selecting items for computerized adaptive
    tests"): one of the k most informative items is drawn. The estimates are those of R's catR.

    A test ends before its student learns; here there is an ability per topic, a lesson's score is
    a share of right answers, an item is a (topic, level) cell that may come again, and old answers
    fade: after a lesson of the topic with score s

        evidence <- (1 - forgetting) evidence + answers (s ln p(theta) + (1 - s) ln(1 - p(theta)))

    and theta is the mean (EAP; Bock & Mislevy 1982) or the mode (MAP) of exp(evidence) N(0, 1), on
    a grid with steps of 0.1. These are choices of this library, as are the default difficulties.

    Args:
        action_space: A space with ordered levels: ``MultiDiscrete([topics, levels])``, ``Discrete``
            with `levels`, or ``Box`` with `bins`. For n items without an order give ``levels=n``
            and their difficulties.
        seed: Seeds the teacher's own generator.
        difficulties: Expert knowledge: b in logits, in [-10, 10]: one per level, per arm, or a
            table (topics, levels). None: levels in equal steps from -2 to 2. `rasch_difficulties`
            estimates them from a crowd's answers.
        discriminations: Expert knowledge: a > 0, one number or as the difficulties, without the
            constant 1.7.
        guessing: Expert knowledge: c in [0, 1), the chance of a right guess, likewise.
        estimator: "eap" or "map".
        forgetting: Share of a topic's evidence that its next lesson takes away, in [0, 1]; 0 is
            a test.
        answers: How many answers a lesson's score counts for, > 0: the lesson's size, if each of
            its tasks shall count as an answer of its own.
        topics: "uniform" draws a topic, and takes its most informative arm; "best" takes the most
            informative of all.
        randomesque: One of how many of the most informative arms is drawn; in each topic, if topics
            are drawn.
        exploration: Share of lessons drawn uniformly from all arms, in [0, 1].
        levels: Number of levels per topic, for a ``Discrete`` space.
        bins: Bins per axis for a ``Box``, such as ``(topics, levels)``.
    """

    def values(self) -> np.ndarray:
        """The Fisher information of each arm at its topic's ability, shape (topics, levels)."""
        guessing = self.guessing if self.guesses else 0.0  # the number takes fewer steps
        return irt.fisher_information(
            self.abilities[:, None], self.difficulties, self.discriminations, guessing
        )
