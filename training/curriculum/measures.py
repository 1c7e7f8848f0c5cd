"""What is logged about a curriculum."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from ...teachers import Teacher
from ...teachers.arm_teacher import DrawingTeacher
from .feedback import Feedback
from .sources import Source

LOG = "curriculum.jsonl"
"""File in a run's folder: a header, then a line per entry of the trainer's log."""

PREFIX = "curriculum"
MOST_ARMS = 24
"""More arms than this are put together by topic, or by level if there is one topic."""
MOST_GROUPS = 64
"""More topics than this are not logged one by one."""


@dataclass
class Ledger:
    """What a trainer's run does with a curriculum.

    Attributes:
        batch: How many rows are asked for at once: the tasks of a generation batch.
        started: Whether a trainer has begun with the curriculum's callback.
        scored: Whether the reward has scored rows of the curriculum since then.
        tally: What was taught since the last entry of the log, by arm: tasks, tasks with a score,
            and the sum of the scores.
    """

    batch: int = 1
    started: bool = False
    scored: bool = False
    tally: dict[int, list[float]] = field(default_factory=dict)

    def begin(self, batch: int) -> None:
        """A trainer begins, with so many rows at once."""
        self.batch, self.started, self.scored = batch, True, False

    def score(self) -> None:
        """The reward is about to score rows of the curriculum."""
        self.scored = True

    def enter(self, feedback: Feedback) -> None:
        """Add what was told."""
        for arm, score in zip(feedback.arms.tolist(), feedback.scores.tolist(), strict=True):
            entry = self.tally.setdefault(arm, [0, 0, 0.0])
            entry[0] += 1
            if score == score:  # NaN does not equal itself
                entry[1] += 1
                entry[2] += score

    def taken(self) -> list[list[float]]:
        """The tally, a list for each arm that begins with it; it is empty afterwards."""
        taught = [[arm, *entry] for arm, entry in sorted(self.tally.items())]
        self.tally = {}
        return taught

    def state_dict(self) -> dict[str, list[float]]:
        """The tally as JSON has it."""
        return {str(arm): entry for arm, entry in self.tally.items()}

    def load_state_dict(self, state: Mapping[str, list[float]]) -> None:
        """Continue from what `state_dict` returned."""
        self.tally = {int(arm): entry for arm, entry in state.items()}


def entropy(counts: np.ndarray) -> float:
    """Entropy of a distribution over its largest possible, in [0, 1]; 0 for a single arm.

    Args:
        counts: Shape (arms,), not negative, not all 0.
    """
    if len(counts) < 2:
        return 0.0
    shares = counts[counts > 0] / counts.sum()
    return max(0.0, -float((shares * np.log(shares)).sum()) / math.log(len(counts)))


def teacher_entropy(teacher: Teacher, recent: np.ndarray, arms: int) -> float:
    """How widely a teacher spreads its choice: 1 is uniform, 0 is always the same arm.

    Of the distribution that it draws from, where it has one over arms; else of what it chose last.

    Args:
        teacher: The teacher.
        recent: The arms that were asked for last, at least one.
        arms: How many arms there are.
    """
    if isinstance(teacher, DrawingTeacher):
        return entropy(teacher.probabilities())
    return entropy(np.bincount(recent, minlength=arms))


def group_names(source: Source) -> tuple[list[str], np.ndarray]:
    """How arms are put together for logging.

    Returns:
        Names of the groups, none if there would be too many, and the group of each arm.
    """
    arms = np.arange(source.arms)
    if source.arms <= MOST_ARMS:
        names, group = [source.arm_name(arm) for arm in range(source.arms)], arms
    elif len(source.topics) > 1:
        names, group = list(source.topics), arms // source.levels
    else:
        names, group = [f"level {level + 1}" for level in range(source.levels)], arms
    return (names, group) if len(names) <= MOST_GROUPS else ([], group)


def measures(source: Source, feedback: Feedback, batch: int) -> dict[str, float]:
    """Shares and mean scores by arm or topic, and how stale the choice was.

    Args:
        source: Where the rows come from.
        feedback: What was told.
        batch: How many rows are asked for at once.

    Returns:
        ``curriculum/share/NAME``: the part of the rows that was of this arm or topic;
        ``curriculum/score/NAME``: their mean score, where there was one;
        ``curriculum/staleness``: how many batches had no feedback yet when these rows were chosen.
    """
    names, group = group_names(source)
    rows = len(feedback.arms)
    values: dict[str, float] = {}
    if not rows:
        return values
    groups = group[feedback.arms]
    known = feedback.scores == feedback.scores
    counts = np.bincount(groups, minlength=len(names))
    scored = np.bincount(groups[known], minlength=len(names))
    sums = np.bincount(groups[known], feedback.scores[known], minlength=len(names))
    for index, name in enumerate(names):
        values[f"{PREFIX}/share/{name}"] = float(counts[index] / rows)
        if scored[index]:
            values[f"{PREFIX}/score/{name}"] = float(sums[index] / scored[index])
    values[f"{PREFIX}/staleness"] = float(feedback.staleness.mean()) / batch
    return values
