"""Rows of text as TRL takes them, and one step of a trainer over the rows of a lesson."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datasets import IterableDataset

    from ..models.causal import CausalLM


def said(language: CausalLM, answers: Sequence[str]) -> list[Any]:
    """Answers as TRL takes them: texts, or lists of one message where the model chats."""
    if not language.chat:
        return list(answers)
    return [[{"role": "assistant", "content": answer}] for answer in answers]


def streamed(rows: Mapping[str, Sequence[Any]]) -> IterableDataset:
    """Columns of equal length as a data set that is streamed: nothing is written to a cache."""
    from datasets import Dataset

    return Dataset.from_dict(dict(rows)).to_iterable_dataset()


def back_propagate(trainer: Any, rows: Mapping[str, Sequence[Any]], *options: Any) -> float | None:
    """Back-propagate a trainer's loss on one batch of rows.

    The rows go through TRL's own preparation: end token, chat template, labels, truncation.

    Args:
        trainer: One of TRL's that learns from rows, such as `SFTTrainer`.
        rows: Columns of equal length.
        options: What this trainer's `_prepare_dataset` takes before the name of the data set.

    Returns:
        The loss, or None, with nothing back-propagated, if there was no row to learn from.
    """
    if not any(map(len, rows.values())):
        return None
    prepared = [
        dict(row)
        for row in trainer._prepare_dataset(
            streamed(rows), trainer.processing_class, trainer.args, *options, "train"
        )
    ]
    if not prepared:  # TRL drops rows whose prompt alone is longer than `max_length`
        return None
    batch = trainer.data_collator(prepared)
    count = trainer._get_num_items_in_batch([batch], trainer.args.device)
    loss = trainer.training_step(trainer.model, batch, count)
    trainer._metrics["train"].clear()  # else TRL gathers them until it logs
    return float(loss)
