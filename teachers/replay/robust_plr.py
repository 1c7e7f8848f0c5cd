"""Robust PLR: learn from repeated tasks alone."""

from __future__ import annotations

from typing import Any, ClassVar

from .plr import PLR


class RobustPLR(PLR):
    """PLR that only looks at new tasks: the student learns from repeated ones (Jiang et al. 2021).

    "Replay-Guided Adversarial Environment Design" (arXiv 2110.02439) shows that PLR gets a
    guarantee, and better results, if the student's gradients on new tasks are thrown away: it plays
    them, their learning potential is measured, and they enter the buffer of `PLR`. All that is
    learned comes from tasks of the buffer.

    Whether the lesson that `act` has just proposed is only for looking is `only_looks`, see
    `Teacher.only_looks`. Where a loop does not ask for it, the student learns from new tasks too,
    and this teacher is `PLR`. What `observe` is told counts alike, looked at or taught, and in
    whatever order it comes.

    The first `warmup` lessons are all for looking, so make it smaller where the budget is some
    hundred lessons. On a discrete space nothing is looked at any more once the buffer holds every
    arm.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box``.
        seed: Seeds the teacher's own generator.
        capacity: How many tasks the buffer holds; every arm if there are fewer.
        replay: Share of lessons that repeat a task, in [0, 1]; 0 never teaches.
        staleness: Share of these drawn by age, in [0, 1].
        temperature: The smaller, the more the first ranks count; > 0.
        potential: "change", "learnability" or "variance".
        rate: Rate of the running means of a task's score and potential, in (0, 1].
        warmup: How many tasks the buffer must hold before one is repeated; by default as in `PLR`.
    """

    knowledge: ClassVar[tuple[str, ...]] = ()
    state_fields: ClassVar[tuple[str, ...]] = (*PLR.state_fields, "only_looks")

    def act(self, observation: Any = None) -> Any:
        """Repeat a task of the buffer to learn from it, or draw a new one to look at."""
        self.only_looks = not self.repeats()
        return self.space.action(self.fresh() if self.only_looks else self.repeat())
