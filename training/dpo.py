"""Direct preference optimisation on the student's own answers, by TRL's `DPOTrainer`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..domains import Task
from ..models.causal import CausalLM
from ..rewards import Reward, scores
from ..students import Study, columns
from .answers import AnswerUpdate, reference_model
from .demonstrations import Demonstrator, TellerSource, reference_answer
from .preferences import above_draft, best_and_worst
from .rows import back_propagate, said, streamed

if TYPE_CHECKING:
    from trl import DPOTrainer

PAIRS = ("own", "teacher")


class DPO(AnswerUpdate):
    """DPO (Rafailov et al. 2023, arXiv:2305.18290) as TRL 1.16 has it, on the current answers.

    Each task is answered `num_generations` times by the student as it is now. With
    ``pairs="own"`` the answer that scores highest is preferred to the one that scores lowest; with
    ``pairs="teacher"`` the teacher's answer to the student's worst draft, if it scores higher. Ties
    give no pair (TRL's experimental `OnlineDPOTrainer` takes the first for preferred), and a lesson
    without a pair changes no weight. The reference is the untaught student. An answer that was cut
    at its greatest length is taken as if it ended there.

    Args:
        learning_rate: Peak learning rate.
        pairs: ``"own"`` or ``"teacher"``.
        num_generations: Answers per task, at least 2 for ``"own"``.
        temperature: Of sampling.
        teacher: For ``"teacher"``, whose answer is preferred: a function of a task that returns a
            text or None, ``"package.module:function"``, or a language model by folder, hub id or
            ``"tiny"``, or as an object; by default the task's own answer.
        teacher_options: Arguments of `load_causal` for a language model.
        warmup_updates: Updates over which the learning rate rises.
        config: Further fields of `trl.DPOConfig`, such as ``beta`` or ``loss_type``.

    Raises:
        TypeError: For a teacher of another kind.
        ValueError: For other pairs, a teacher without ``pairs="teacher"``, or arguments out of
            range.
    """

    def __init__(
        self,
        learning_rate: float = 3e-4,
        *,
        pairs: str = "own",
        num_generations: int = 8,
        temperature: float = 1.0,
        teacher: TellerSource = None,
        teacher_options: Mapping[str, Any] | None = None,
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
        if pairs not in PAIRS:
            raise ValueError(f"pairs must be 'own' or 'teacher', not {pairs!r}")
        if pairs == "own" and num_generations < 2:
            raise ValueError(
                "num_generations must be at least 2 to compare the student's own answers, not "
                f"{num_generations}"
            )
        if pairs == "own" and (teacher is not None or teacher_options):
            raise ValueError("a teacher takes part with pairs='teacher' only; leave it out")
        self.pairs = pairs
        self._teacher = Demonstrator(teacher, reference_answer, teacher_options)

    def build(self, language: CausalLM, seed: int) -> DPOTrainer:
        """Make the trainer; its data set is a placeholder, as lessons bring the rows."""
        from trl import DPOConfig, DPOTrainer

        one = {
            "prompt": [language.frame("?")],
            "chosen": said(language, ["!"]),
            "rejected": said(language, ["?"]),
        }
        return DPOTrainer(
            language.model,
            ref_model=reference_model(language),
            args=self.arguments(DPOConfig, language, seed, max_steps=1),
            train_dataset=streamed(one),
            processing_class=language.tokenizer,
        )

    def lesson(self, tasks: Sequence[Task], reward: Reward) -> Study:
        """Answer, be scored, and back-propagate TRL's loss on the pairs."""
        assert self._language is not None
        completions, values, framed = self.answers(tasks, reward)
        if self.pairs == "own":
            found = [
                (task, completions[task][best], completions[task][worst])
                for task, best, worst in best_and_worst(values)
            ]
        else:
            # A task about which the teacher says nothing can't be scored: an empty answer.
            told = [answer or "" for answer in self._teacher(tasks)]
            reference = scores(reward, [task.prompt for task in tasks], told, columns(tasks))
            found = [
                (task, told[task], completions[task][draft])
                for task, draft in above_draft(values, reference)
                if told[task]
            ]
        rows = {
            "prompt": [framed[task] for task, _, _ in found],
            "chosen": said(self._language, [better for _, better, _ in found]),
            "rejected": said(self._language, [worse for _, _, worse in found]),
        }
        loss = back_propagate(self._trainer, rows)
        stats = {"loss": loss or 0.0, "tasks_without_pair": 1 - len(found) / len(tasks)}
        return Study(completions, values, stats)
