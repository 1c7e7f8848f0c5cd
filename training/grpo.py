"""Group-relative policy optimisation, by TRL's `GRPOTrainer`."""

from __future__ import annotations

from typing import Any

from .rollouts import RolloutUpdate


class GRPO(RolloutUpdate):
    """GRPO (Shao et al. 2024, arXiv:2402.03300) as TRL 1.16 has it, one lesson at a time.

    Each task is answered `num_generations` times; an answer's advantage is its score less the
    group's mean, over the group's standard deviation. Groups without variance teach nothing.

    Args:
        learning_rate: Peak learning rate.
        num_generations: Completions per task, at least 2.
        temperature: Of sampling.
        warmup_updates: Updates over which the learning rate rises.
        config: Further fields of `trl.GRPOConfig`, such as ``beta`` or ``loss_type``.
    """

    def __init__(
        self,
        learning_rate: float = 1e-4,
        *,
        num_generations: int = 16,
        temperature: float = 1.0,
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

    def classes(self) -> tuple[Any, Any]:
        """TRL's trainer, and its configuration."""
        from trl import GRPOConfig, GRPOTrainer

        return GRPOTrainer, GRPOConfig
