"""What is kept of topics that were taught one after the other: pure functions of exam scores.

All take a matrix R of shape (T + 1, T): row k holds the exam scores of the T topics, in the order
in which they are taught, after k of them were taught; row 0 is the untaught student's. Column i is
the topic that is taught as number i + 1, so that ``R[i + 1, i]`` is its score just after its turn.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

Matrix = Sequence[Sequence[float]] | np.ndarray


def check_matrix(matrix: Matrix) -> np.ndarray:
    """The matrix as an array of floats.

    Raises:
        ValueError: If it does not have the shape (T + 1, T) with T of at least 2.
    """
    array = np.asarray(matrix, dtype=float)
    if array.ndim != 2 or array.shape[0] != array.shape[1] + 1 or array.shape[1] < 2:
        raise ValueError(
            "the matrix must have shape (topics + 1, topics), untaught scores first, for at least "
            f"2 topics, not {array.shape}"
        )
    return array


def learned(matrix: Matrix) -> np.ndarray:
    """Each topic's score just after its turn, shape (T,)."""
    array = check_matrix(matrix)
    return np.diagonal(array, offset=-1).copy()


def learning_accuracy(matrix: Matrix) -> float:
    """Mean of `learned` (Riemer et al. 2019, arXiv:1810.11910, "learning accuracy")."""
    return float(learned(matrix).mean())


def learning_gain(matrix: Matrix) -> float:
    """Mean over the topics of what their own turn added: ``R[i + 1, i] - R[i, i]``."""
    array = check_matrix(matrix)
    return float((np.diagonal(array, offset=-1) - np.diagonal(array)).mean())


def final_accuracy(matrix: Matrix) -> float:
    """Mean score of all topics at the end (Lopez-Paz and Ranzato 2017, "ACC")."""
    return float(check_matrix(matrix)[-1].mean())


def backward_transfers(matrix: Matrix) -> np.ndarray:
    """What later topics did to each but the last: ``R[T, i] - R[i + 1, i]``, shape (T - 1,)."""
    array = check_matrix(matrix)
    return (array[-1] - np.diagonal(array, offset=-1))[:-1]


def backward_transfer(matrix: Matrix) -> float:
    """Mean of `backward_transfers` (Lopez-Paz and Ranzato 2017, arXiv:1706.08840, "BWT").

    Below 0 where topics were forgotten, above 0 where later ones helped.
    """
    return float(backward_transfers(matrix).mean())


def forgettings(matrix: Matrix) -> np.ndarray:
    """What each topic but the last has lost since its best, shape (T - 1,).

    ``max over k of R[k, j] - R[T, j]``, k from 1 to T - 1: its best score after any of the
    earlier topics' turns, be it before its own (Chaudhry et al. 2018, arXiv:1801.10112, Eq. 3).
    In [-1, 1]; below 0 where a topic is better at the end than it ever was.
    """
    array = check_matrix(matrix)
    return (array[1:-1].max(axis=0) - array[-1])[:-1]


def forgetting(matrix: Matrix) -> float:
    """Mean of `forgettings` (Chaudhry et al. 2018, arXiv:1801.10112, §3.2)."""
    return float(forgettings(matrix).mean())


def means_over_topics(matrix: Matrix) -> np.ndarray:
    """Mean score of all topics, taught or not, after 0, 1, …, T of them; shape (T + 1,)."""
    return check_matrix(matrix).mean(axis=1)


MEASURES = {
    "learning_accuracy": learning_accuracy,
    "learning_gain": learning_gain,
    "final_accuracy": final_accuracy,
    "backward_transfer": backward_transfer,
    "forgetting": forgetting,
}
"""The measures of a run, by name."""
