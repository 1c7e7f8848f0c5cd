"""TRL's `GRPOTrainer`, with a teacher's feedback within some of the rollouts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from trl import GRPOTrainer
from trl.trainer.utils import pad

from .feedback import drawn_rows, shaped_log_probs


class FeedbackGRPOTrainer(GRPOTrainer):
    """Rollouts of three parts: the student's attempt, the feedback on it, the student's next try.

    `share`, `weighted` and `feedback_on` are set after construction; TRL generates, computes
    advantages and the loss. What is scored is the last part.

    Attributes:
        share: Of the rollouts that get feedback, in [0, 1].
        weighted: Whether feedback tokens enter the loss, weighed by importance; else they are
            masked.
        feedback_on: Called with the numbers of rollouts and the attempts; returns what is said to
            each of them, None for nothing.
        given: How many of the last lesson's rollouts got feedback.
    """

    share: float = 0.0
    weighted: bool = False
    feedback_on: Callable[[Sequence[int], Sequence[str]], list[str | None]]
    given: int = 0

    def _generate(self, prompts: list[Any]) -> tuple[Any, ...]:
        prompt_ids, completion_ids, mask, completions, *rest = super()._generate(prompts)
        rows = drawn_rows(len(completion_ids), self.share)
        attempts = {row: self._without_end(completion_ids[row]) for row in rows}
        texts = [self._tokenizer.decode(attempts[row], skip_special_tokens=True) for row in rows]
        said = dict(zip(rows, self.feedback_on(rows, texts), strict=True)) if rows else {}
        told = {
            row: self._tokenizer(words, add_special_tokens=False)["input_ids"]
            for row, words in said.items()
            if words
        }
        self.given = len(told)
        external = [[0] * len(ids) for ids in completion_ids]
        if told:
            begun = {row: attempts[row] + ids for row, ids in told.items()}
            continued, _ = self._generate_single_turn(
                [prompt_ids[row] + begun[row] for row in told], None, {}, 1
            )
            for (row, ids), end in zip(told.items(), continued, strict=True):
                completion_ids[row] = begun[row] + end
                external[row] = [0] * len(attempts[row]) + [1] * len(ids) + [0] * len(end)
                text = self._tokenizer.decode(end, skip_special_tokens=True)
                is_chat = not isinstance(completions[row], str)
                completions[row] = [{"role": "assistant", "content": text}] if is_chat else text
        self._external = external
        if told and not self.weighted:
            mask = [[1 - outside for outside in row] for row in external]
        return (prompt_ids, completion_ids, mask, completions, *rest)

    def _without_end(self, ids: list[int]) -> list[int]:
        return ids[:-1] if ids and ids[-1] in self.eos_token_ids else ids

    def _generate_and_score_completions(self, inputs: list[dict[str, Any]]) -> dict[str, Any]:
        output = super()._generate_and_score_completions(inputs)
        if self.weighted and self.given:
            multiple: Any = self.pad_to_multiple_of
            output["feedback_mask"] = pad(
                [torch.tensor(row) for row in self._external],
                padding_value=0,
                padding_side="right",
                pad_to_multiple_of=multiple,
            ).to(output["completion_ids"].device)
        return output

    def _compute_loss(self, model: Any, inputs: dict[str, Any]) -> torch.Tensor:
        external = inputs.get("feedback_mask")
        if external is not None:
            # TRL's ratio is the chance over `old_per_token_logps`: for the student's tokens that is
            # 1, for the feedback's it is shaped.
            with torch.no_grad():
                log_probs, _, _ = self._get_per_token_logps_and_entropies(
                    model,
                    torch.cat([inputs["prompt_ids"], inputs["completion_ids"]], dim=1),
                    torch.cat([inputs["prompt_mask"], inputs["completion_mask"]], dim=1),
                    inputs["completion_ids"].size(1),
                )
            advantages = inputs["advantages"].unsqueeze(1)
            shaped = shaped_log_probs(log_probs, advantages)
            inputs = {**inputs, "old_per_token_logps": torch.where(external > 0, shaped, log_probs)}
        return super()._compute_loss(model, inputs)
