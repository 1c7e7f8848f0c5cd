"""Supervised learning on worked answers, by TRL's `SFTTrainer`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..domains import Task
from ..models.causal import CausalLM
from ..rewards import Reward, scores
from ..students import Study, columns
from .rows import back_propagate, said, streamed
from .trl_update import TRLUpdate

if TYPE_CHECKING:
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
            train_dataset=streamed(_columns(language, [("?", "!")])),
            processing_class=language.tokenizer,
        )

    def examples(self, tasks: Sequence[Task]) -> list[tuple[str, str]]:
        """What is to be learned from the tasks: pairs of prompt and answer, at most one a task."""
        return [(task.prompt, task.answer) for task in tasks]

    def lesson(self, tasks: Sequence[Task], reward: Reward) -> Study:
        """Answer for the scores, then back-propagate TRL's loss on the answers to be learned."""
        assert self._language is not None
        prompts = [task.prompt for task in tasks]
        answers = self._language.generate(prompts)
        values = scores(reward, prompts, answers, columns(tasks))
        examples = self.examples(tasks)
        loss = back_propagate(self._trainer, _columns(self._language, examples), False, None)
        stats = {"loss": loss or 0.0, "tasks_without_example": 1 - len(examples) / len(tasks)}
        return Study([[answer] for answer in answers], values[:, None], stats)


def _columns(language: CausalLM, examples: Sequence[tuple[str, str]]) -> dict[str, list[Any]]:
    """Prompt-completion rows in TRL's form."""
    return {
        "prompt": [language.frame(prompt) for prompt, _ in examples],
        "completion": said(language, [answer for _, answer in examples]),
    }
