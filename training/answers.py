"""What `DPO` and `KTO` share: the student's own answers are sampled and scored, then compared."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.checks import positive
from ..domains import Task
from ..models.adapters import is_adapted
from ..rewards import Reward, scores
from ..students import columns
from .trl_update import TRLUpdate

if TYPE_CHECKING:
    from ..models.causal import CausalLM


class AnswerUpdate(TRLUpdate):
    """Samples several answers to each task and has them scored; subclasses learn from them.

    Args:
        learning_rate: Peak learning rate.
        num_generations: Answers per task.
        temperature: Of sampling, above 0.
        warmup_updates: Updates over which the learning rate rises.
        config: Further fields of the trainer's configuration class.

    Raises:
        ValueError: For arguments out of range, or what `TRLUpdate` refuses.
    """

    owned = (
        *TRLUpdate.owned,
        "per_device_train_batch_size",
        # Stepping fires no callbacks, and a lesson's rows are new: neither would do anything.
        "sync_ref_model",
        "precompute_ref_log_probs",
    )
    fewest = 1
    """Answers per task that are needed."""

    def __init__(
        self,
        learning_rate: float,
        *,
        num_generations: int,
        temperature: float,
        warmup_updates: int,
        **config: Any,
    ) -> None:
        if not isinstance(num_generations, int) or num_generations < self.fewest:
            raise ValueError(
                f"num_generations must be an integer of at least {self.fewest}, not "
                f"{num_generations!r}"
            )
        positive("temperature", temperature)
        super().__init__(learning_rate, warmup_updates=warmup_updates, **config)
        self.num_generations = num_generations
        self.temperature = temperature

    def answers(
        self, tasks: Sequence[Task], reward: Reward
    ) -> tuple[list[list[str]], np.ndarray, list[Any]]:
        """Sample and score.

        Returns:
            Completions, a list for each task; their scores, shape (tasks, answers); and the
            prompts as TRL takes them.
        """
        assert self._language is not None
        prompts = [task.prompt for task in tasks]
        completions = self._language.sample(
            prompts, self.num_generations, temperature=self.temperature
        )
        asked = [task for task in tasks for _ in range(self.num_generations)]
        values = scores(
            reward,
            [task.prompt for task in asked],
            [answer for row in completions for answer in row],
            columns(asked),
        )
        framed = [self._language.frame(prompt) for prompt in prompts]
        return completions, values.reshape(len(tasks), self.num_generations), framed


def reference_model(language: CausalLM) -> Any:
    """What TRL's `ref_model` shall be, so that the untaught student is the reference.

    With an adapter this is None: TRL then adds a frozen copy of the adapter beside it, which for a
    new adapter is the base model. Else it is a copy of the model as it is now, that is of the
    weights that `reset` leads back to; TRL would read the folder again, which an object that was
    made in memory does not have.
    """
    if is_adapted(language.model):
        return None
    return copy.deepcopy(language.model).requires_grad_(False)
