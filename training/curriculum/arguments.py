"""The fields of a trainer's configuration that a curriculum depends on."""

from __future__ import annotations

import copy
from typing import Any, TypeVar

T = TypeVar("T")

NEEDED: dict[str, tuple[Any, str]] = {
    "shuffle_dataset": (
        False,
        "the shuffle buffer would draw rows long before they are used, in another order",
    ),
    "ignore_data_skip": (
        True,
        "a resumed run would throw away as many rows as were used; the curriculum keeps its place",
    ),
    "dataloader_num_workers": (0, "workers would each teach with a copy of the curriculum"),
    "dataloader_persistent_workers": (False, "there are no workers"),
    "dataloader_prefetch_factor": (None, "there are no workers"),
    "remove_unused_columns": (False, "the reward needs the columns beside the prompt"),
}
"""Fields that are set: their value, and why."""


def set_arguments(config: T, size: int | None) -> T:
    """A copy of a `GRPOConfig` or `RLOOConfig` with what a curriculum needs.

    Args:
        config: What the user chose.
        size: How many different tasks there are, None if they are made.

    Raises:
        TypeError: For a configuration of another trainer.
        ValueError: For choices that would destroy the curriculum; it says why.
    """
    fields: Any = copy.copy(config)
    for name in ("num_generations", "generation_batch_size", "shuffle_dataset"):
        if not hasattr(fields, name):
            raise TypeError(
                "a curriculum is for trl.GRPOConfig or trl.RLOOConfig, not "
                f"{type(config).__name__}, which has no {name}"
            )
    for name, (value, _) in NEEDED.items():
        setattr(fields, name, value)
    check_arguments(fields, size)
    return fields


def check_arguments(fields: Any, size: int | None) -> None:
    """Refuse a configuration with which a curriculum can't work.

    Args:
        fields: A `GRPOConfig` or `RLOOConfig`.
        size: How many different tasks there are, None if they are made.

    Raises:
        ValueError: For the first field that does not fit; it says why.
    """
    for name, (value, reason) in NEEDED.items():
        if getattr(fields, name, value) != value:
            raise ValueError(
                f"{name}={getattr(fields, name)!r} would destroy the curriculum: {reason}; pass "
                "args=curriculum.args(config) to the trainer"
            )
    if fields.max_steps <= 0:
        raise ValueError(
            "the stream of tasks has no end: say when to stop, with max_steps in the configuration"
        )
    loader = fields.accelerator_config
    for name in ("split_batches", "dispatch_batches", "use_stateful_dataloader"):
        if getattr(loader, name, False):
            raise ValueError(
                f"accelerator_config has {name}=True, with which processes would not get the "
                "slices of one stream; leave it out"
            )
    prompts, rest = divmod(fields.generation_batch_size, fields.num_generations)
    if rest:
        raise ValueError(
            f"generation_batch_size={fields.generation_batch_size} is not divisible by "
            f"num_generations={fields.num_generations}, so that a task's answers would not be "
            "together"
        )
    if size is not None and size < prompts:
        raise ValueError(
            f"a batch holds {prompts} tasks, and the data set only {size}: the stream can't fill "
            "it; give more rows, a smaller batch or more generations"
        )
