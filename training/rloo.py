"""REINFORCE with a leave-one-out baseline, by TRL's `RLOOTrainer`."""

from __future__ import annotations

from typing import Any

from .rollouts import RolloutUpdate


class RLOO(RolloutUpdate):
    """RLOO (Ahmadian et al. 2024, arXiv:2402.14740) as TRL 1.16 has it, one lesson at a time.

    Each task is answered `num_generations` times; an answer's advantage is its score less the mean
    score of the others in its group. A whole answer is one action, and nothing is divided by the
    group's standard deviation, so that a group of nearly equal scores teaches little.

    Args:
        learning_rate: Peak learning rate.
        num_generations: Completions per task, at least 2.
        temperature: Of sampling.
        warmup_updates: Updates over which the learning rate rises.
        beta: Weight of the divergence from the untaught model, which is taken off the scores. 0 is
            this library's choice, as in TRL's GRPO; TRL's own default for RLOO is 0.05. Above 0, a
            model without an adapter is loaded again, from where it came from.
        config: Further fields of `trl.RLOOConfig`, such as ``normalize_advantages``.
    """

    def __init__(
        self,
        learning_rate: float = 2e-4,
        *,
        num_generations: int = 16,
        temperature: float = 1.0,
        warmup_updates: int = 0,
        beta: float = 0.0,
        **config: Any,
    ) -> None:
        super().__init__(
            learning_rate,
            num_generations=num_generations,
            temperature=temperature,
            warmup_updates=warmup_updates,
            beta=beta,
            **config,
        )

    def classes(self) -> tuple[Any, Any]:
        """TRL's trainer, and its configuration."""
        from trl import RLOOConfig, RLOOTrainer

        return RLOOTrainer, RLOOConfig
