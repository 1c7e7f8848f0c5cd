"""Supervised learning on worked answers, by TRL's `SFTTrainer`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..domains import Task
from ..models.causal import CausalLM
from ..rewards import Reward, scores
from ..students import Study, columns
from .trl_update import TRLUpdate

if TYPE_CHECKING:
    from datasets import IterableDataset
    from trl import SFTTrainer


class SFT(TRLUpdate):
    """Learn the reference answers by cross-entropy on the completion, as TRL 1.16 has it.

    The student first answers each task once, greedily, for the lesson's scores.

    Args:
        learning_rate: Peak learning rate.
        warmup_updates: Updates over which the learning rate rises.
        config: Further fields of `trl.SFTConfig`.
    """

    owned = (*TRLUpdate.owned, "per_device_train_batch_size", "packing")

    def __init__(
        self, learning_rate: float = 3e-4, *, warmup_updates: int = 0, **config: Any
    ) -> None:
        super().__init__(learning_rate, warmup_updates=warmup_updates, **config)

    def build(self, language: CausalLM, seed: int) -> SFTTrainer:
        """Make the trainer; its data set is a placeholder, as lessons bring the rows."""
        from trl import SFTConfig, SFTTrainer

        return SFTTrainer(
            language.model,
            args=self.arguments(SFTConfig, language, seed, max_steps=1),
            train_dataset=_rows(language, ["?"], ["!"]),
            processing_class=language.tokenizer,
        )

    def lesson(self, tasks: Sequence[Task], reward: Reward) -> Study:
        """Answer for the scores, then back-propagate TRL's loss on the reference answers."""
        assert self._language is not None
        prompts = [task.prompt for task in tasks]
        answers = self._language.generate(prompts)
        values = scores(reward, prompts, answers, columns(tasks))
        trainer = self._trainer
        # TRL's own preparation of rows: end token, chat template, labels, truncation.
        rows = trainer._prepare_dataset(
            _rows(self._language, prompts, [task.answer for task in tasks]),
            trainer.processing_class,
            trainer.args,
            False,
            None,
            "train",
        )
        batch = trainer.data_collator([dict(row) for row in rows])
        count = trainer._get_num_items_in_batch([batch], trainer.args.device)
        loss = trainer.training_step(trainer.model, batch, count)
        trainer._metrics["train"].clear()  # else TRL gathers them until it logs
        return Study([[answer] for answer in answers], values[:, None], {"loss": float(loss)})


def _rows(language: CausalLM, prompts: Sequence[str], answers: Sequence[str]) -> IterableDataset:
    """Prompt-completion rows in TRL's form, streamed so that nothing is written to a cache."""
    from datasets import Dataset

    completions: list[Any] = [
        [{"role": "assistant", "content": answer}] if language.chat else answer
        for answer in answers
    ]
    framed = [language.frame(prompt) for prompt in prompts]
    return Dataset.from_dict({"prompt": framed, "completion": completions}).to_iterable_dataset()
