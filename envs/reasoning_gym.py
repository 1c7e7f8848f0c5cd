"""Teach the procedural tasks of reasoning-gym."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..domains import ReasoningGym
from .curriculum import CurriculumEnv
from .factories import StudentSource


class ReasoningGymEnv(CurriculumEnv):
    """Teach logic, algebra, algorithms and games from reasoning-gym.

    ## Description
    One topic for each of its data sets, 31 by default; difficulty is the level of its curriculum.
    Answers are scored by the library's own scorers. Needs the extra `content`. The default student
    is simulated: it answers right with a probability that grows with practice.

    ## Arguments
    | argument | default | meaning |
    |---|---|---|
    | `tasks` | `None` | names of data sets; by default the 31 that were checked |
    | `levels` | `4` | number of difficulty levels |
    | `exam_share` | `0.2` | share of the prompts that is held out for the exam |
    | `student` | `"simulated"` | who learns |

    All further arguments are those of `CurriculumEnv`.

    ## References
    Stojanovski et al., "Reasoning Gym: reasoning environments for reinforcement learning with
    verifiable rewards", 2025 (arXiv 2505.24760).

    ## Version History
    v0: initial version.
    """

    def __init__(
        self,
        tasks: Sequence[str] | None = None,
        *,
        levels: int = 4,
        exam_share: float = 0.2,
        student: StudentSource = "simulated",
        **options: Any,
    ) -> None:
        chosen = {} if tasks is None else {"tasks": tasks}
        domain = ReasoningGym(**chosen, levels=levels, exam_share=exam_share)
        super().__init__(domain, student, **options)
