"""What `GRPO` and `RLOO` share: TRL samples a group of answers for each task and scores them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..domains import Task
from ..models.adapters import is_adapted
from ..rewards import Reward, checked, text
from ..students import Study, columns
from .trl_update import TRLUpdate

if TYPE_CHECKING:
    from ..models.causal import CausalLM


class RolloutUpdate(TRLUpdate):
    """Steps a trainer of TRL's that answers each task `num_generations` times by itself.

    Args:
        learning_rate: Peak learning rate.
        num_generations: Completions per task, at least 2.
        temperature: Of sampling.
        warmup_updates: Updates over which the learning rate rises.
        config: Further fields of the trainer's configuration class.

    Raises:
        ValueError: For fewer than 2 generations, or what `TRLUpdate` refuses.
    """

    owned = (
        *TRLUpdate.owned,
        "per_device_train_batch_size",
        "generation_batch_size",
        "steps_per_generation",
        "num_iterations",
        "max_completion_length",
        "sync_ref_model",
    )

    def __init__(
        self,
        learning_rate: float,
        *,
        num_generations: int = 16,
        temperature: float = 1.0,
        warmup_updates: int = 0,
        **config: Any,
    ) -> None:
        if not isinstance(num_generations, int) or num_generations < 2:
            raise ValueError(
                "num_generations must be an integer of at least 2, to compare answers, not "
                f"{num_generations!r}"
            )
        super().__init__(
            learning_rate,
            warmup_updates=warmup_updates,
            num_generations=num_generations,
            temperature=temperature,
            **config,
        )
        self._recorder = _Recorder()

    @abstractmethod
    def classes(self) -> tuple[Any, Any]:
        """TRL's trainer, and its configuration."""

    def build(self, language: CausalLM, seed: int) -> Any:
        """Make the trainer; its data set is a placeholder, as lessons bring the rows."""
        from datasets import Dataset

        if self.config.get("beta") and not is_adapted(language.model):
            if not language.model.config.name_or_path:
                raise ValueError(
                    "beta above 0 makes TRL load the model again, as a reference, but this model "
                    "object does not say where it came from; save it and give the folder, use an "
                    "adapter (peft_config=), or leave beta out"
                )
        trainer, configuration = self.classes()
        return trainer(
            language.model,
            reward_funcs=self._recorder,
            args=self.arguments(
                configuration,
                language,
                seed,
                per_device_train_batch_size=self.config["num_generations"],
                max_completion_length=language.max_new_tokens,
            ),
            train_dataset=Dataset.from_list([{"prompt": language.frame("?")}]),
            processing_class=language.tokenizer,
        )

    def lesson(self, tasks: Sequence[Task], reward: Reward) -> Study:
        """Sample a group per task, score it, and back-propagate TRL's loss."""
        assert self._language is not None
        generations = self.config["num_generations"]
        data = columns(tasks)
        rows = [
            {
                "prompt": self._language.frame(task.prompt),
                **{name: values[i] for name, values in data.items()},
            }
            for i, task in enumerate(tasks)
            for _ in range(generations)
        ]
        self._recorder.reward = checked(reward)
        loss = self._trainer.training_step(self._trainer.model, rows, None)
        shape = (len(tasks), generations)
        completions = np.array(self._recorder.completions, dtype=object).reshape(shape)
        metrics = self._trainer._metrics["train"]
        stats = {
            name: float(metrics[key][-1])
            for name, key in (
                ("entropy", "entropy"),
                ("groups_without_signal", "frac_reward_zero_std"),
            )
            if metrics.get(key)
        }
        metrics.clear()  # else TRL gathers them until it logs, which stepping never does
        return Study(
            completions.tolist(),
            np.array(self._recorder.scores, dtype=float).reshape(shape),
            {"loss": float(loss), **stats},
        )


class _Recorder:
    """The reward function that TRL sees: passes on to the lesson's reward and remembers."""

    __name__ = "score"

    def __init__(self) -> None:
        self.reward: Any = None
        self.completions: list[str] = []
        self.scores: list[float | None] = []

    def __call__(self, *, completions: Sequence[Any], **rest: Any) -> list[float | None]:
        self.scores = self.reward(completions=completions, **rest)
        self.completions = [text(completion) for completion in completions]
        return self.scores
