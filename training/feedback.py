"""Feedback on a student's first attempt, as ThinkTuning gives it: what is said, and to whom."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..core.names import imported
from ..domains import Task

if TYPE_CHECKING:
    import torch

Feedback = Callable[[Task, str, float | None], str | None]
"""What is said of a task, the student's attempt and its score; None for nothing."""

TOKENS = ("masked", "weighted")

LARGEST, RANGE, RARE = 1e-3, 4.0, 0.01
"""Of `shaped_log_probs`: the largest coefficient, the advantage at which it is reached, and the
chance below which a token with a negative advantage counts as the student's own."""


def hint(task: Task, attempt: str, score: float | None) -> str:
    """Says whether an attempt is right, and asks again; of a wrong one it tells half the answer.

    It is made from the task alone, without a model, and ends with the prompt, so that what the
    student says next is an answer. Scores of 1 are right; a missing score counts as wrong.
    """
    if score is not None and score >= 1:
        return f" That is right. {task.prompt}"
    half = task.answer[: len(task.answer) // 2]
    told = f" Hint: it begins with {half}." if half else ""
    return f" That is wrong.{told} {task.prompt}"


def resolve_feedback(feedback: str | Feedback | None) -> Feedback:
    """Feedback by ``"package.module:function"``, the function itself, or None for `hint`.

    Raises:
        TypeError: For something that can't be called.
        ValueError: For a name that names nothing.
    """
    if feedback is None:
        return hint
    found: Any = imported("feedback", feedback) if isinstance(feedback, str) else feedback
    if not callable(found):
        raise TypeError(
            "feedback must be a function of a task, an attempt and its score, or "
            f"'package.module:function', not {feedback!r}"
        )
    return found


def drawn_rows(count: int, share: float) -> list[int]:
    """The rollouts that get feedback, in their order: ``share * count`` of them, rounded.

    They are drawn from torch's global generator, unless it is none or all.
    """
    import torch

    chosen = math.floor(share * count + 0.5)
    if chosen == count:
        return list(range(count))
    return sorted(torch.randperm(count)[:chosen].tolist()) if chosen else []


def shaped_log_probs(log_probs: torch.Tensor, advantages: torch.Tensor) -> torch.Tensor:
    r"""Log of what a feedback token's chance is divided by, to weigh it by importance.

    The teacher's own chance of a token is not known, so the ratio is shaped by the advantage
    (ThinkTuning, RRV et al. 2025, arXiv:2508.07616, "advantage-aware shaping"):
    :math:`\pi / (\mathrm{sg}(\pi) + c(A))`, with c rising linearly from -0.001 at A = -4 to 0.001
    at A = 4, and constant beyond. Tokens whose chance is below 0.01 in an answer with a negative
    advantage keep the ordinary ratio, 1. Constants and exceptions are those of the authors' code
    (``recipe/thinktuning/core_algos.py``), but for one: there the bounds that c is cut to are
    swapped, so that it is always -0.001.

    Args:
        log_probs: Of the tokens under the present model, any shape; no gradient flows through.
        advantages: Broadcast against them.

    Returns:
        Log of the denominator, of the shape of `log_probs`: where PPO's clipped loss takes it for
        the old log-probability, the ratio is the one above.
    """
    import torch

    log_probs = log_probs.detach()
    chance = log_probs.exp()
    coefficient = LARGEST * (advantages / RANGE).clamp(-1.0, 1.0)
    denominator = chance + coefficient
    # A chance that would pass 1 has a ratio just below 1.
    shaped = torch.where(denominator > 1, chance / 0.9999, denominator)
    own = (advantages < 0) & (chance < RARE)
    # `own` also covers every denominator that is not above 0, so the log is finite.
    return torch.where(own, log_probs, torch.where(own, 1.0, shaped).log())
