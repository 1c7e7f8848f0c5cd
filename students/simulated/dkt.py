"""Deep knowledge tracing: students sampled from a network that was trained on a log."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

import numpy as np

from .curves import logistic
from .population import Population

WEIGHTS = "model.safetensors"
"""Name of the file with the weights."""


def lstm_step(
    gates: np.ndarray, hidden: np.ndarray, cell: np.ndarray, recurrent: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """One step of a long short-term memory (Hochreiter & Schmidhuber 1997, with forget gates).

    The gates' inputs, gates + h·Rᵀ, are four parts. The logistic function of the first, second and
    fourth gives i, f and o, the hyperbolic tangent of the third gives g. Then c ← f·c + i·g and
    h ← o·tanh(c).

    Args:
        gates: What the input and the biases give to the gates, shape (n, 4·units), in torch's order
            i, f, g, o.
        hidden: h, shape (n, units).
        cell: c, shape (n, units).
        recurrent: R, shape (4·units, units).

    Returns:
        The new h and c.
    """
    enter, forget, value, leave = np.split(gates + hidden @ recurrent.T, 4, axis=1)
    cell = logistic(forget) * cell + logistic(enter) * np.tanh(value)
    return logistic(leave) * np.tanh(cell), cell


@dataclass(frozen=True, eq=False)
class Network:
    """The weights, float32.

    Attributes:
        gates: What each pair gives to the LSTM's gates, shape (2·topics, 4·units): topic k answered
            wrong is row k, answered right row topics + k.
        recurrent: Shape (4·units, units).
        output: Shape (topics, units).
        bias: Shape (topics,).

    Raises:
        ValueError: If the shapes do not fit together.
    """

    gates: np.ndarray
    recurrent: np.ndarray
    output: np.ndarray
    bias: np.ndarray

    def __post_init__(self) -> None:
        topics, units = self.output.shape
        shapes = [(2 * topics, 4 * units), (4 * units, units), (topics, units), (topics,)]
        for field, shape in zip(fields(self), shapes, strict=True):
            given = getattr(self, field.name).shape
            if given != shape:
                raise ValueError(f"{field.name} must have shape {shape}, not {given}")

    def logits(self, hidden: np.ndarray) -> np.ndarray:
        """Log-odds of a right answer to each topic, shape (n, topics)."""
        return hidden @ self.output.T + self.bias

    def start(self, count: int) -> tuple[np.ndarray, np.ndarray]:
        """Hidden and cell state of students who have not answered yet, (count, units) each."""
        shape = (count, self.output.shape[1])
        return np.zeros(shape, dtype=np.float32), np.zeros(shape, dtype=np.float32)

    def step(
        self, topic: np.ndarray, right: np.ndarray, hidden: np.ndarray, cell: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """The states after an answer each: topics and whether it was right, shape (n,)."""
        pair = topic + len(self.bias) * right.astype(np.intp)
        return lstm_step(self.gates[pair], hidden, cell, self.recurrent)

    def save(self, folder: str | Path) -> None:
        """Write ``model.safetensors``."""
        arrays = {field.name: getattr(self, field.name) for field in fields(self)}
        _safetensors().save_file(arrays, Path(folder) / WEIGHTS)

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Read what `save` wrote; the weights are exactly the same.

        Raises:
            ValueError: If the folder holds no weights, or others.
        """
        path = Path(folder) / WEIGHTS
        if not path.is_file():
            raise ValueError(f"{str(folder)!r} holds no network (no {WEIGHTS})")
        numpy = _safetensors()
        from safetensors import SafetensorError

        try:
            return cls(**numpy.load_file(path))
        except (TypeError, SafetensorError) as error:
            raise ValueError(f"{path} does not hold the weights of DKT: {error}") from None


class DKT(Population):
    """Students sampled from the predictions of an LSTM (Piech et al. 2015).

    "Deep knowledge tracing" (arXiv 1506.05908) reads one pair of topic and answer after another and
    predicts the next answer to every topic: p = 1 / (1 + exp(-(W h + b))), h being the hidden state
    of the LSTM. Here the answer is drawn with this probability, and read in turn. All students
    begin alike; time changes nothing. The network comes from fitting a log
    (``teachgym.students.fitting``).

    Args:
        size: Number of students.
        topics: Number of topics, that of the network.
        levels: 1; the model knows no difficulty.
        network: The weights, or the folder where a fitted model was saved (which needs the extra
            ``lm`` to be read).

    Raises:
        ValueError: If the network has another number of topics, or the folder holds none.
    """

    graded = False

    def __init__(
        self, size: int, topics: int, levels: int = 1, *, network: Network | str | Path
    ) -> None:
        super().__init__(size, topics, levels)
        self.network = network if isinstance(network, Network) else Network.load(network)
        known = len(self.network.bias)
        if known != self.topics:
            raise ValueError(f"topics must be {known}, as in the network, not {topics}")

    def draw(self, count: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
        """New students: ``hidden`` and ``cell`` of shape (count, units), all 0."""
        hidden, cell = self.network.start(count)
        return {"hidden": hidden, "cell": cell}

    def expected(self) -> np.ndarray:
        """Chance of a right answer to each topic now, float32 of shape (size, topics, 1)."""
        return logistic(self.network.logits(self.state["hidden"]))[:, :, None]

    def practise(
        self, topic: np.ndarray, level: np.ndarray, rng: np.random.Generator
    ) -> np.ndarray:
        """Answer one task each, and read the answer; see `Cohort.practise`."""
        topic, _ = self.cells(topic, level)
        state, network = self.state, self.network
        logit = (state["hidden"] * network.output[topic]).sum(axis=1) + network.bias[topic]
        right = rng.random(self.size) < logistic(logit)
        state["hidden"], state["cell"] = network.step(topic, right, state["hidden"], state["cell"])
        return right.astype(np.float32)


def _safetensors() -> Any:
    try:
        from safetensors import numpy
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "DKT's weights need safetensors: pip install 'teachgym[lm]'"
        ) from error
    return numpy
