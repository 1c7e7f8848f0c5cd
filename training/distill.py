"""Distillation of a teacher's text, by TRL's `SFTTrainer`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..domains import Task
from .demonstrations import Demonstrator, TellerSource, reference_answer, reference_reasoning
from .sft import SFT

TRACKS = ("A", "B")


class Distill(SFT):
    """Learn a teacher's answers (track A), or to answer from a teacher's reasoning (track B).

    Track A learns question → the teacher's answer; with the tasks' own answers it is `SFT`. Track B
    learns question and the teacher's reasoning → the task's answer. Both are cross-entropy on the
    completion by TRL's `SFTTrainer`. (TRL's `DistillationTrainer` does not fit: it wants the
    teacher's probabilities on the student's own completions, over the same vocabulary, and takes
    no text of a teacher.) The student first answers each task once, greedily, for the scores.
    Tasks about which the teacher says nothing are left out.

    Args:
        learning_rate: Peak learning rate.
        track: ``"A"`` or ``"B"``.
        teacher: Who says it: a function of a task that returns a text or None,
            ``"package.module:function"``, or a language model by folder, hub id or ``"tiny"``, or
            as an object. By default the task: its answer for track A; for track B the entry
            ``"reasoning"``, ``"worked_answer"`` or ``"solution"`` of its metadata.
        teacher_options: Arguments of `load_causal` for a language model, such as
            ``max_new_tokens``.
        template: What the student reads in track B: ``{prompt}`` and ``{reasoning}`` are filled in.
        warmup_updates: Updates over which the learning rate rises.
        config: Further fields of `trl.SFTConfig`.

    Raises:
        TypeError: For a teacher of another kind.
        ValueError: For another track, a template without its two fields, or what `SFT` refuses.
    """

    def __init__(
        self,
        learning_rate: float = 3e-4,
        *,
        track: str = "A",
        teacher: TellerSource = None,
        teacher_options: Mapping[str, Any] | None = None,
        template: str = "{prompt}\n{reasoning}\n",
        warmup_updates: int = 0,
        **config: Any,
    ) -> None:
        super().__init__(learning_rate, warmup_updates=warmup_updates, **config)
        if track not in TRACKS:
            raise ValueError(f"track must be 'A' or 'B', not {track!r}")
        if "{prompt}" not in template or "{reasoning}" not in template:
            raise ValueError(
                f"template must hold {{prompt}} and {{reasoning}}, but {template!r} does not"
            )
        self.track = track
        self.template = template
        own = reference_answer if track == "A" else reference_reasoning
        self._teacher = Demonstrator(teacher, own, teacher_options)

    def examples(self, tasks: Sequence[Task]) -> list[tuple[str, str]]:
        """Pairs of prompt and answer, for the tasks about which the teacher says something."""
        told = [(task, words) for task, words in zip(tasks, self._teacher(tasks), strict=True)]
        if self.track == "A":
            return [(task.prompt, words) for task, words in told if words]
        return [(self._filled(task.prompt, words), task.answer) for task, words in told if words]

    def _filled(self, prompt: str, reasoning: str) -> str:
        # Not `str.format`: braces in the texts themselves are no fields.
        before, after = self.template.split("{prompt}", 1)
        parts = [part.replace("{reasoning}", reasoning) for part in (before, after)]
        return prompt.join(parts)
