"""Group-relative policy optimisation, by TRL's `GRPOTrainer`; with feedback, ThinkTuning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..core.checks import share
from ..domains import Task
from ..rewards import Reward, scores
from ..students import Study, columns
from .feedback import TOKENS, Feedback, resolve_feedback
from .rollouts import RolloutUpdate

if TYPE_CHECKING:
    from ..models.causal import CausalLM


class GRPO(RolloutUpdate):
    """GRPO (Shao et al. 2024, arXiv:2402.03300) as TRL 1.16 has it, one lesson at a time.

    Each task is answered `num_generations` times; an answer's advantage is its score less the
    group's mean, over the group's standard deviation. Groups without variance teach nothing.

    With a `feedback_share` above 0 it is ThinkTuning (RRV et al. 2025, arXiv:2508.07616): to that
    share of a lesson's rollouts, drawn at random, a teacher's feedback on the student's attempt is
    appended, and the student goes on. The answer after the feedback is what is scored, and the
    advantage goes to all that the student said. The paper decays the share over training and has a
    model of the student's size give the feedback; here the share is constant, and without a
    function of your own the feedback is made from the task.

    Args:
        learning_rate: Peak learning rate.
        num_generations: Completions per task, at least 2.
        temperature: Of sampling.
        warmup_updates: Updates over which the learning rate rises.
        feedback_share: Share of the rollouts that get feedback, in [0, 1].
        feedback: A function of a task, an attempt and its score (None where missing) that returns
            what is said to the student, None for nothing; or ``"package.module:function"``. By
            default `teachgym.training.feedback.hint`.
        feedback_tokens: ``"masked"`` keeps the feedback's tokens out of the loss, ``"weighted"``
            weighs them by importance (`teachgym.training.feedback.shaped_log_probs`).
        config: Further fields of `trl.GRPOConfig`, such as ``beta`` or ``loss_type``.

    Raises:
        TypeError: For feedback that can't be called.
        ValueError: For arguments out of range, feedback without a share, and what feedback does
            not go with: ``use_vllm``, and ratios of whole answers with weighted tokens.
    """

    def __init__(
        self,
        learning_rate: float = 1e-4,
        *,
        num_generations: int = 16,
        temperature: float = 1.0,
        warmup_updates: int = 0,
        feedback_share: float = 0.0,
        feedback: str | Feedback | None = None,
        feedback_tokens: str = "masked",
        **config: Any,
    ) -> None:
        super().__init__(
            learning_rate,
            num_generations=num_generations,
            temperature=temperature,
            warmup_updates=warmup_updates,
            **config,
        )
        share("feedback_share", feedback_share)
        if feedback_tokens not in TOKENS:
            raise ValueError(
                f"feedback_tokens must be 'masked' or 'weighted', not {feedback_tokens!r}"
            )
        if feedback is not None and not feedback_share:
            raise ValueError("feedback is given to nobody: set feedback_share above 0")
        if feedback_share and config.get("use_vllm"):
            raise ValueError(
                "feedback goes with TRL's own generation only: leave out use_vllm or feedback_share"
            )
        sequences = config.get("importance_sampling_level", "token") != "token"
        if feedback_share and feedback_tokens == "weighted" and sequences:
            raise ValueError(
                "feedback_tokens='weighted' weighs single tokens: leave importance_sampling_level "
                "out, or use 'masked'"
            )
        self.feedback_share = float(feedback_share)
        self.feedback_tokens = feedback_tokens
        self._feedback = resolve_feedback(feedback)
        self._asked: tuple[list[Task], Reward] | None = None

    def classes(self) -> tuple[Any, Any]:
        """TRL's trainer, and its configuration."""
        from trl import GRPOConfig, GRPOTrainer

        if not self.feedback_share:
            return GRPOTrainer, GRPOConfig
        from .feedback_trainer import FeedbackGRPOTrainer

        return FeedbackGRPOTrainer, GRPOConfig

    def build(self, language: CausalLM, seed: int) -> Any:
        """Make the trainer."""
        trainer = super().build(language, seed)
        if self.feedback_share:
            trainer.share = self.feedback_share
            trainer.weighted = self.feedback_tokens == "weighted"
            trainer.feedback_on = self._feedback_on
        return trainer

    def lesson(self, tasks: Sequence[Task], reward: Reward) -> Study:
        """Sample a group per task, with feedback to a share, score, and back-propagate."""
        generations = self.config["num_generations"]
        self._asked = [task for task in tasks for _ in range(generations)], reward
        study = super().lesson(tasks, reward)
        if not self.feedback_share:
            return study
        share = self._trainer.given / (len(tasks) * generations)
        return Study(study.completions, study.scores, {**study.stats, "with_feedback": share})

    def _feedback_on(self, rows: Sequence[int], attempts: Sequence[str]) -> list[str | None]:
        """What is said to some of the lesson's rollouts."""
        assert self._asked is not None
        asked, reward = self._asked
        tasks = [asked[row] for row in rows]
        values = scores(reward, [task.prompt for task in tasks], attempts, columns(tasks))
        return [
            self._feedback(task, attempt, None if value != value else float(value))
            for task, attempt, value in zip(tasks, attempts, values, strict=True)
        ]
