"""The scorers of reasoning-gym as one reward."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .base import text


def reasoning_gym_score(
    *,
    prompts: Sequence[Any],
    completions: Sequence[Any],
    answer: Sequence[str],
    metadata: Sequence[str | Mapping[str, Any]] | None = None,
    **columns: Any,
) -> list[float | None]:
    """Score each completion with the scorer of the data set that its task comes from.

    If a completion has text in ``<answer>…</answer>`` tags, the last such text is scored, else all
    of it, without white space around it.

    Args:
        prompts: Not read.
        completions: Texts or lists of messages.
        answer: Not read: the answer is in the metadata.
        metadata: Per completion ``{"dataset": name, "entry": {...}}`` as the domain `ReasoningGym`
            writes it, a mapping or a JSON string. Others score None: they are of another domain.
        columns: Not read.

    Returns:
        Scores in [0, 1], most of them 0 or 1; some scorers give credit for parts.

    Raises:
        ValueError: If there is no metadata, or a data set is unknown to reasoning-gym.
        ImportError: If reasoning-gym is not installed.
    """
    if metadata is None:
        raise ValueError(
            "the reward 'reasoning_gym' needs the column 'metadata' that the domain ReasoningGym "
            "writes; for other tasks use another reward"
        )
    return [
        _score(text(completion), json.loads(extra) if isinstance(extra, str) else extra)
        for completion, extra in zip(completions, metadata, strict=True)
    ]


def _score(completion: str, metadata: Mapping[str, Any] | None) -> float | None:
    if not metadata or not {"dataset", "entry"} <= metadata.keys():
        return None
    extract_answer, score_answer = _scorer(metadata["dataset"])
    answer = extract_answer(completion)
    try:
        score = score_answer(completion.strip() if answer is None else answer, metadata["entry"])
    except Exception:
        return 0.0  # Some scorers parse without a guard: what they cannot parse is wrong.
    return min(max(float(score), 0.0), 1.0)


@functools.cache
def _scorer(dataset: str) -> tuple[Callable[[str], str | None], Callable[[str, Any], float]]:
    """What finds the tagged answer in a completion, and what scores it."""
    try:
        from reasoning_gym.factory import get_score_answer_fn
        from reasoning_gym.utils import extract_answer
    except ImportError as error:
        raise ImportError(
            "the reward 'reasoning_gym' needs reasoning-gym: pip install 'teachgym[content]'"
        ) from error
    return extract_answer, get_score_answer_fn(dataset)
