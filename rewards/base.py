"""The reward contract, and the helpers that read what TRL hands over."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Reward(Protocol):
    """Scores a batch of completions. The calling convention is TRL's, so one object serves both.

    It is called with keywords only: ``prompts``, ``completions`` and ``answer``, all of one length,
    and every further column of the data (``topic``, ``difficulty``, ``metadata`` as a JSON string).
    It returns one float per completion, or None for "does not apply".
    """

    def __call__(
        self,
        *,
        prompts: Sequence[Any],
        completions: Sequence[Any],
        answer: Sequence[str],
        **columns: Any,
    ) -> list[float | None]:
        """Score each completion."""


def text(message: str | Sequence[dict[str, Any]]) -> str:
    """The text of a completion or prompt, which TRL gives as a string or a list of messages.

    Of a list, the content of the last message counts; content in parts is joined.

    Raises:
        TypeError: For anything else.
    """
    if isinstance(message, str):
        return message
    turns: Any = message
    if isinstance(turns, Sequence) and all(isinstance(turn, dict) for turn in turns):
        content = turns[-1].get("content") if turns else ""
        if isinstance(content, list):
            return "".join(part.get("text", "") for part in content)
        return content or ""
    raise TypeError(f"a completion is a string or a list of messages, not {type(message).__name__}")


def references(
    answer: Sequence[str], metadata: Sequence[str | Mapping[str, Any] | None] | None = None
) -> list[list[str]]:
    """All accepted answers of each task: its answer, then those under ``answers`` in its metadata.

    Args:
        answer: The reference answers.
        metadata: The column of that name, JSON strings or mappings, if there is one.

    Raises:
        ValueError: For metadata that can't be read, naming the row.
    """
    accepted = [[str(reference)] for reference in answer]
    for row, extra in enumerate(metadata or ()):
        if not extra:
            continue
        try:
            fields = json.loads(extra) if isinstance(extra, str) else extra
            more = fields.get("answers", ())
            accepted[row] += [more] if isinstance(more, str) else [str(other) for other in more]
        except (ValueError, TypeError, AttributeError, IndexError) as error:
            raise ValueError(
                f"metadata of row {row} must be a JSON object whose 'answers' is a list of texts, "
                f"not {extra!r:.80}"
            ) from error
    return accepted


def reward_name(reward: Reward) -> str:
    """The name under which TRL logs a reward: its ``__name__``, else the name of its class."""
    while isinstance(reward, functools.partial):
        reward = reward.func
    return getattr(reward, "__name__", type(reward).__name__)
