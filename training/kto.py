"""Kahneman-Tversky optimisation on the student's own answers, by TRL's `KTOTrainer`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..core.checks import rate
from ..domains import Task
from ..models.causal import CausalLM
from ..rewards import Reward
from ..students import Study
from .answers import AnswerUpdate, reference_model
from .preferences import desirable
from .rows import back_propagate, said, streamed

if TYPE_CHECKING:
    from trl import KTOTrainer


class KTO(AnswerUpdate):
    """KTO (Ethayarajh et al. 2024, arXiv:2402.01306) as TRL 1.16 has it, on the current answers.

    Each task is answered `num_generations` times by the student as it is now; right answers are
    desirable, wrong ones undesirable, and no two need be of the same task. The reference is the
    untaught student. A lesson with fewer than two scored answers has no reference point, and
    changes no weight. An answer that was cut at its greatest length is taken as if it ended there.

    Args:
        learning_rate: Peak learning rate.
        num_generations: Answers per task.
        temperature: Of sampling.
        threshold: Scores at or above it are right.
        warmup_updates: Updates over which the learning rate rises.
        config: Further fields of `trl.KTOConfig`, such as ``beta`` or ``desirable_weight``.

    Raises:
        ValueError: For arguments out of range.
    """

    owned = (*AnswerUpdate.owned, "train_sampling_strategy")

    def __init__(
        self,
        learning_rate: float = 1e-4,
        *,
        num_generations: int = 8,
        temperature: float = 1.0,
        threshold: float = 0.5,
        warmup_updates: int = 0,
        **config: Any,
    ) -> None:
        super().__init__(
            learning_rate,
            num_generations=num_generations,
            temperature=temperature,
            warmup_updates=warmup_updates,
            **config,
        )
        self.threshold = rate("threshold", threshold)

    def build(self, language: CausalLM, seed: int) -> KTOTrainer:
        """Make the trainer; its data set is a placeholder, as lessons bring the rows."""
        from trl import KTOConfig, KTOTrainer

        one = {
            "prompt": [language.frame("?")],
            "completion": said(language, ["!"]),
            "label": [True],
        }
        return KTOTrainer(
            language.model,
            ref_model=reference_model(language),
            args=self.arguments(KTOConfig, language, seed, max_steps=1),
            train_dataset=streamed(one),
            processing_class=language.tokenizer,
        )

    def lesson(self, tasks: Sequence[Task], reward: Reward) -> Study:
        """Answer, be scored, and back-propagate TRL's loss on the answers."""
        assert self._language is not None
        completions, values, framed = self.answers(tasks, reward)
        found = desirable(values, self.threshold)
        loss = None
        if len(found) > 1:
            # TRL shifts the answers by one within batches of this size; the lesson is one batch.
            self._trainer.args.per_device_train_batch_size = len(found)
            rows = {
                "prompt": [framed[task] for task, _, _ in found],
                "completion": said(
                    self._language, [completions[task][answer] for task, answer, _ in found]
                ),
                "label": [right for _, _, right in found],
            }
            loss = back_propagate(self._trainer, rows)
        right = sum(label for _, _, label in found)
        stats = {
            "loss": loss or 0.0,
            "desirable": right / len(found) if found else 0.0,
            "without_signal": float(loss is None),
        }
        return Study(completions, values, stats)
