"""TRL's trainers with a curriculum that is never stale."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from datasets import IterableDataset
from trl import GRPOTrainer, RLOOTrainer

from .for_trl import Curriculum

if TYPE_CHECKING:

    class _Base:
        """What the trainers have in common, for type checkers."""

        accelerator: Any
        model: Any
        num_generations: Any

        def __init__(self, model: Any, **options: Any) -> None: ...
        def _generate_and_score_completions(self, inputs: list[dict[str, Any]]) -> Any: ...

else:
    _Base = object


class _OnDemand(_Base):
    """Asks the teacher when a batch is about to be generated, with all feedback in its hands.

    Args:
        model: The model, or its name.
        curriculum: Where tasks come from.
        args: The trainer's configuration; what the curriculum needs is set in a copy.
        reward_funcs: Further reward functions beside the curriculum's own.
        callbacks: Further callbacks.
        options: Of TRL's trainer, except ``train_dataset``.

    Raises:
        ValueError: If a data set is given, or the configuration does not fit.
    """

    def __init__(
        self,
        model: Any,
        curriculum: Curriculum,
        args: Any,
        *,
        reward_funcs: Any = None,
        callbacks: Sequence[Any] | None = None,
        **options: Any,
    ) -> None:
        if "train_dataset" in options:
            raise ValueError("train_dataset can't be set: the tasks are the curriculum's")
        further = reward_funcs if isinstance(reward_funcs, list | tuple) else [reward_funcs]
        self._curriculum = curriculum
        super().__init__(
            model,
            reward_funcs=[curriculum.reward, *(function for function in further if function)],
            args=curriculum.args(args),
            train_dataset=IterableDataset.from_generator(_placeholders),
            callbacks=[*(callbacks or ()), curriculum.callback],
            **options,
        )

    def _generate_and_score_completions(self, inputs: list[dict[str, Any]]) -> Any:
        if self.model.training:  # as TRL tells training from evaluation
            inputs = self._chosen_now(len(inputs))
        return super()._generate_and_score_completions(inputs)

    def _chosen_now(self, size: int) -> list[dict[str, Any]]:
        """This process's part of the next batch, each task once per generation."""
        tasks = size * self.accelerator.num_processes // self.num_generations
        rows = self._curriculum.framed(self._curriculum.next_rows(tasks))
        repeated = [dict(row) for row in rows for _ in range(self.num_generations)]
        start = size * self.accelerator.process_index
        return repeated[start : start + size]


def _placeholders() -> Iterator[dict[str, str]]:
    """Rows that the trainer only counts."""
    while True:
        yield {"prompt": ""}


class CurriculumGRPOTrainer(_OnDemand, GRPOTrainer):
    """TRL's `GRPOTrainer`, with tasks chosen when they are needed: no batch is stale.

    A curriculum goes in as a whole::

        trainer = CurriculumGRPOTrainer(model, curriculum, config, processing_class=tokenizer)

    It overrides a method that TRL does not promise to keep (``_generate_and_score_completions``;
    TRL 1.16); the data set, reward and callback of `Curriculum` need no such thing.
    """


class CurriculumRLOOTrainer(_OnDemand, RLOOTrainer):
    """TRL's `RLOOTrainer`, likewise."""
