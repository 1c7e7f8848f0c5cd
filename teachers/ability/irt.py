"""Item response theory: chances, information, and estimates of ability.

Abilities and difficulties are in logits, without the constant D = 1.7: multiply discriminations by
1.7 where they belong to its scale.
"""

from __future__ import annotations

import numpy as np

LARGEST_EXPONENT = 500.0
"""exp of more overflows soon; the chance is 0 long before."""


def logistic(logits: np.ndarray | float) -> np.ndarray:
    """1 / (1 + exp(-x)), any shape; above 0 for all logits, so that one may divide by it."""
    return 1.0 / (1.0 + np.exp(np.minimum(-logits, LARGEST_EXPONENT)))


def chance(
    ability: np.ndarray | float,
    difficulty: np.ndarray | float,
    discrimination: np.ndarray | float = 1.0,
    guessing: np.ndarray | float = 0.0,
) -> np.ndarray:
    """The chance of a right answer, p = c + (1 - c) logistic(a (theta - b)).

    The three-parameter logistic model (Birnbaum 1968, in Lord & Novick, "Statistical Theories of
    Mental Test Scores"); with c = 0 the two-parameter one, with a = 1 as well the Rasch model.
    Arguments broadcast.

    Args:
        ability: theta, in logits.
        difficulty: b, in logits.
        discrimination: a, > 0.
        guessing: c, in [0, 1).
    """
    return guessing + (1.0 - guessing) * logistic(discrimination * (ability - difficulty))


def log_chances(
    ability: np.ndarray, difficulty: np.ndarray, discrimination: np.ndarray, guessing: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The logarithms of `chance` and of 1 - `chance`, finite for all finite logits."""
    logits = discrimination * (ability - difficulty)
    with np.errstate(divide="ignore"):
        log_guessing = np.log(guessing)
    log_rest = np.log1p(-guessing)
    right = np.logaddexp(log_guessing, log_rest - np.logaddexp(0.0, -logits))
    return right, log_rest - np.logaddexp(0.0, logits)


def fisher_information(
    ability: np.ndarray | float,
    difficulty: np.ndarray | float,
    discrimination: np.ndarray | float = 1.0,
    guessing: np.ndarray | float = 0.0,
) -> np.ndarray:
    """How much an answer tells about the ability, a^2 (q / p) ((p - c) / (1 - c))^2, q = 1 - p.

    The information function of the three-parameter model (Lord 1980, "Applications of Item
    Response Theory to Practical Testing Problems"). With c = 0 it is a^2 p q, largest at b; with
    guessing it is largest above b. Arguments as for `chance`.
    """
    known = logistic(discrimination * (ability - difficulty))  # (p - c) / (1 - c)
    if isinstance(guessing, float) and guessing == 0.0:  # the same in fewer steps
        return discrimination**2 * (known * (1.0 - known))
    right = guessing + (1.0 - guessing) * known
    # q = (1 - c) (1 - known), and known / right stays finite where known^2 would underflow.
    return discrimination**2 * (1.0 - guessing) * (1.0 - known) * known * (known / right)


def posterior_mean(grid: np.ndarray, log_density: np.ndarray) -> float:
    """The mean of a distribution on a grid: the EAP estimate (Bock & Mislevy 1982).

    Args:
        grid: Shape (points,): abilities in equal steps.
        log_density: Shape (points,): the logarithm of the density there, up to a constant.
    """
    weights = np.exp(log_density - log_density.max())
    return float(weights @ grid / weights.sum())


def posterior_mode(grid: np.ndarray, log_density: np.ndarray) -> float:
    """The mode of a distribution on a grid: the MAP estimate.

    It is the vertex of the parabola through the largest point and its neighbours, which is exact
    for a normal density; at an end of the grid it is the end. Arguments as for `posterior_mean`.
    """
    top = int(log_density.argmax())
    if not 0 < top < len(grid) - 1:
        return float(grid[top])
    before, here, after = (float(value) for value in log_density[top - 1 : top + 2])
    bend = before - 2.0 * here + after
    shift = 0.5 * (before - after) / bend if bend < 0.0 else 0.0
    return float(grid[top] + shift * (grid[1] - grid[0]))


def rasch_mode(difficulties: np.ndarray, right: np.ndarray, wrong: np.ndarray) -> float:
    """The MAP ability under the Rasch model with the prior N(0, 1), to 1e-12.

    The root of right.sum() - (right + wrong) . p(theta) - theta, which falls in theta.

    Args:
        difficulties: Shape (items,), in logits.
        right: Shape (items,): right answers to each item, parts of one too.
        wrong: Shape (items,): wrong ones.
    """
    answers = right + wrong
    total, high = float(right.sum()), float(answers.sum())
    low = -high  # the root is a difference of two numbers in [0, answers.sum()]
    while high - low > 1e-12 * max(1.0, high):
        middle = 0.5 * (low + high)
        if not low < middle < high:
            break
        if total - float(answers @ chance(middle, difficulties)) > middle:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
