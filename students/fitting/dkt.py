"""Deep knowledge tracing, trained with torch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

from ...core.checks import at_least
from ..simulated.curves import logistic
from ..simulated.dkt import DKT, Network
from .logs import InteractionLog
from .model import FittedModel, Progress

if TYPE_CHECKING:
    from torch import Tensor, nn

LONGEST = 200
"""Sequences are cut into pieces of so many answers for training, as in pyKT."""


@dataclass(frozen=True, eq=False)
class FittedDKT(FittedModel):
    """Deep knowledge tracing (Piech et al. 2015): an LSTM over pairs of concept and answer.

    As in pyKT, an embedding of each pair goes into an LSTM, whose hidden state gives the log-odds
    of a right answer to every concept; see `simulated.DKT`. A question of several concepts is
    several pairs; none of them is known when any of them is predicted.

    Attributes:
        concepts: Their names.
        network: The weights.
    """

    name: ClassVar[str] = "dkt"
    concepts: tuple[str, ...]
    network: Network

    @classmethod
    def fit(
        cls,
        log: InteractionLog,
        *,
        progress: Progress | None = None,
        hidden: int = 200,
        epochs: int = 50,
        patience: int = 5,
        learning_rate: float = 1e-3,
        batch_size: int = 64,
        dropout: float = 0.1,
        seed: int = 0,
    ) -> Self:
        """Minimise the cross-entropy with Adam; needs the extra ``lm``.

        One student in ten is held out (none of less than ten), and the weights of the epoch that
        predicts these best are kept.

        Args:
            log: The answers.
            progress: Told of each epoch, with the log-likelihood of those held out.
            hidden: Units of the LSTM, and size of the embedding.
            epochs: Most passes through the log.
            patience: Ends the search after so many epochs that were not the best.
            learning_rate: Of Adam.
            batch_size: Pieces of sequences in a batch.
            dropout: Share of hidden units left out in training, in [0, 1).
            seed: Of weights, order, dropout, and who is held out.

        Raises:
            ModuleNotFoundError: Without the extra ``lm``.
            ValueError: For options out of range, or if no student answered twice.
        """
        try:
            import torch
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError("DKT needs torch: pip install 'teachgym[lm]'") from error
        for name, count in {"hidden": hidden, "epochs": epochs, "batch_size": batch_size}.items():
            at_least(name, count, 1)
        if not 0 <= dropout < 1:
            raise ValueError(f"dropout must be in [0, 1), not {dropout}")
        if log.first.all():
            raise ValueError("no student answered twice, so there is no next answer to learn from")
        rng = np.random.default_rng(seed)
        train, held = log.split(0.1, rng) if len(log.students) >= 10 else (log, log)
        if held.first.all():
            train = held = log
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            module = _module(len(log.concepts), hidden, dropout)
            optimizer = torch.optim.Adam(module.parameters(), lr=learning_rate)
            best, network, wait = -np.inf, _network(module), 0
            for epoch in range(1, epochs + 1):
                module.train()
                for batch in _batches(train, batch_size, rng):
                    optimizer.zero_grad()
                    (-_log_likelihoods(module, batch).mean()).backward()
                    optimizer.step()
                module.eval()
                with torch.no_grad():
                    values = [_log_likelihoods(module, b) for b in _batches(held, batch_size)]
                    value = float(torch.cat(values).mean())
                wait += 1
                if value > best:
                    best, network, wait = value, _network(module), 0
                if progress:
                    progress(epoch, epochs, value)
                if wait >= patience:
                    break
        return cls(log.concepts, network)

    def predict(self, log: InteractionLog) -> np.ndarray:
        """See `FittedModel.predict`."""
        log = log.named(None, self.concepts)
        network, counts = self.network, np.diff(log.tag_offsets)
        chances = np.empty(len(log.tags))
        lengths = np.diff(log.offsets)
        longest = np.argsort(-lengths, kind="stable")
        state: tuple[np.ndarray, ...] = network.start(len(longest))
        for place in range(int(lengths.max(initial=0))):
            rows = log.offsets[longest[lengths[longest] > place]] + place
            state = tuple(part[: len(rows)] for part in state)
            hidden = state[0]
            for tag in range(int(counts[rows].max())):
                among = np.flatnonzero(counts[rows] > tag)
                tags = log.tag_offsets[rows[among]] + tag
                topic, right = log.tags[tags], log.correct[rows[among]]
                logit = (hidden[among] * network.output[topic]).sum(axis=1) + network.bias[topic]
                chances[tags] = logistic(logit)
                after = network.step(topic, right, state[0][among], state[1][among])
                state = tuple(part.copy() for part in state)
                for part, new in zip(state, after, strict=True):
                    part[among] = new
        return log.mean_tags(chances)

    def cohort(self, size: int) -> DKT:
        """Simulated students, sampled from the predictions."""
        return DKT(size, len(self.concepts), network=self.network)

    def save(self, folder: str | Path) -> None:
        """Write ``model.json`` and ``model.safetensors``."""
        super().save(folder)
        self.network.save(folder)

    def to_json(self) -> dict[str, Any]:
        """What is not in the weights."""
        return {"concepts": self.concepts}

    @classmethod
    def from_json(cls, fields: dict[str, Any], folder: Path) -> Self:
        """Read the weights beside the JSON file."""
        return cls(tuple(fields["concepts"]), Network.load(folder))


def _module(concepts: int, hidden: int, dropout: float) -> nn.ModuleDict:
    from torch import nn

    return nn.ModuleDict(
        {
            "pairs": nn.Embedding(2 * concepts, hidden),
            "lstm": nn.LSTM(hidden, hidden, batch_first=True),
            "dropout": nn.Dropout(dropout),
            "output": nn.Linear(hidden, concepts),
        }
    )


def _network(module: nn.ModuleDict) -> Network:
    """The weights; the embedding goes into those of the gates, for each pair is read as a whole."""
    weights = {name: value.detach().numpy().copy() for name, value in module.named_parameters()}
    gates = weights["pairs.weight"] @ weights["lstm.weight_ih_l0"].T
    return Network(
        gates + weights["lstm.bias_ih_l0"] + weights["lstm.bias_hh_l0"],
        weights["lstm.weight_hh_l0"],
        weights["output.weight"],
        weights["output.bias"],
    )


def _batches(
    log: InteractionLog, size: int, rng: np.random.Generator | None = None
) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor]]:
    """Pieces of students' sequences of tags, in random order if there is a generator.

    Yields:
        Concept, answer, and source of each tag, shape (pieces, longest), and whether the tag is
        there and has a source. The source is the place in the piece whose hidden state predicts the
        tag: the last one before the tag's row.
    """
    import torch

    begins = log.tag_offsets[log.offsets]
    pieces = [
        (start, min(start + LONGEST, end))
        for begin, end in pairwise(begins.tolist())
        for start in range(begin, end, LONGEST)
    ]
    row = log.tag_row
    source, right = log.tag_offsets[row] - 1, log.correct[row]
    order = np.arange(len(pieces)) if rng is None else rng.permutation(len(pieces))
    for first in range(0, len(order), size):
        chosen = [pieces[i] for i in order[first : first + size]]
        shape = len(chosen), max(end - start for start, end in chosen)
        arrays = np.zeros((4, *shape), dtype=np.int64)
        for i, (start, end) in enumerate(chosen):
            place = source[start:end] - start
            columns = (log.tags[start:end], right[start:end], np.maximum(place, 0), place >= 0)
            arrays[:, i, : end - start] = columns
        if arrays[3].any():
            concept, answer, sources, counts = torch.from_numpy(arrays)
            yield concept, answer, sources, counts.bool()


def _log_likelihoods(module: Any, batch: tuple[Tensor, Tensor, Tensor, Tensor]) -> Tensor:
    """Log-likelihood of each answer of a batch that can be predicted, one dimension."""
    from torch.nn.functional import logsigmoid

    concept, answer, source, counts = batch
    output = module["output"]
    states, _ = module["lstm"](module["pairs"](concept + output.out_features * answer))
    states = module["dropout"](states).gather(
        1, source[:, :, None].expand(-1, -1, states.shape[-1])
    )
    logits = (states * output.weight[concept]).sum(-1) + output.bias[concept]
    return logsigmoid(logits * (2 * answer - 1))[counts]
