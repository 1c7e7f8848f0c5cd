"""What fitted models have in common, and how well they predict."""

from __future__ import annotations

import dataclasses
import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np

from ..simulated.cohort import Cohort
from .logs import InteractionLog

Progress = Callable[[int, int, float], None]
"""Called with steps done, steps at most, and the mean log-likelihood of an answer so far."""

FILE = "model.json"


class FittedModel(ABC):
    """A model of students' answers with the parameters that fit a log.

    Each is a frozen dataclass: tuples of names, numbers, and arrays of float64.
    """

    name: ClassVar[str]

    @classmethod
    @abstractmethod
    def fit(cls, log: InteractionLog, *, progress: Progress | None = None) -> Self:
        """Find the parameters; models have further keywords.

        Raises:
            ValueError: If the log can't tell them.
        """

    @abstractmethod
    def predict(self, log: InteractionLog) -> np.ndarray:
        """Chance of a right answer, for each answer from those of the student before it.

        Args:
            log: Of any students; its concepts (and items) must be known to the model.

        Returns:
            Shape (rows,), in [0, 1].

        Raises:
            ValueError: For an unknown concept or item.
        """

    @abstractmethod
    def cohort(self, size: int) -> Cohort:
        """Simulated students with these parameters."""

    def save(self, folder: str | Path) -> None:
        """Write ``model.json``, from which `load` makes exactly the same model."""
        Path(folder).mkdir(parents=True, exist_ok=True)
        text = json.dumps({"model": self.name, **self.to_json()})
        (Path(folder) / FILE).write_text(text, encoding="utf-8")

    def to_json(self) -> dict[str, Any]:
        """All fields as lists, texts and numbers."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}  # type: ignore[arg-type]
        return {
            name: value.tolist() if isinstance(value, np.ndarray) else value
            for name, value in fields.items()
        }

    @classmethod
    def from_json(cls, fields: dict[str, Any], folder: Path) -> Self:
        """Make the model from what `to_json` gave; a list of texts is a tuple, another an array."""
        return cls(
            **{
                name: _names_or_numbers(value) if isinstance(value, list) else value
                for name, value in fields.items()
            }
        )


def _names_or_numbers(values: list[Any]) -> tuple[str, ...] | np.ndarray:
    if values and isinstance(values[0], str):
        return tuple(values)
    return np.array(values, dtype=float)


def read_model(folder: str | Path) -> dict[str, Any]:
    """What `FittedModel.save` wrote.

    Raises:
        ValueError: If the folder holds no model.
    """
    path = Path(folder) / FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(f"{str(folder)!r} holds no fitted model (no {FILE})") from None
    except ValueError as error:
        raise ValueError(f"{path} is no JSON: {error}") from None
    if not isinstance(content, dict) or "model" not in content:
        raise ValueError(f"{path} is not a fitted model: it names none")
    return content


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How well a model predicts.

    Attributes:
        auc: Area under the receiver operating characteristic; NaN if all answers are alike.
        accuracy: Share of answers on whose side of 0.5 the prediction is.
        answers: How many answers were predicted.
    """

    auc: float
    accuracy: float
    answers: int


def evaluate(model: FittedModel, log: InteractionLog) -> Evaluation:
    """Predict each next response from the history before it, as pyKT does (Liu et al. 2022).

    Every answer but a student's first is predicted, from the whole history (of which pyKT takes the
    last 200 answers); both numbers are over all of them at once, not means over students. A
    question of several concepts is one answer, whose prediction is the mean over its concepts
    (pyKT's late fusion by mean), all made before the answer is known.

    Raises:
        ValueError: If no student has answered twice.
    """
    later = ~log.first
    if not later.any():
        raise ValueError("no student answered twice, so there is no next answer to predict")
    chances, correct = model.predict(log)[later], log.correct[later]
    accuracy = float(np.mean((chances >= 0.5) == correct))
    return Evaluation(area_under_curve(correct, chances), accuracy, int(later.sum()))


def area_under_curve(correct: np.ndarray, chances: np.ndarray) -> float:
    """Chance that a right answer was predicted higher than a wrong one; ties count one half.

    The Mann-Whitney statistic, which is the area under the receiver operating characteristic
    (Hanley & McNeil 1982).

    Args:
        correct: Bool of shape (answers,).
        chances: The predictions, shape (answers,).

    Returns:
        A number in [0, 1], NaN if all answers are right or all wrong.
    """
    right = int(np.count_nonzero(correct))
    wrong = len(correct) - right
    if not right or not wrong:
        return float("nan")
    _, place, counts = np.unique(chances, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]  # from 1; ties share their mean rank
    return float((ranks[correct].sum() - right * (right + 1) / 2) / (right * wrong))
