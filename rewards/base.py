"""The reward contract, and the helper that reads TRL's two forms of completion."""

from __future__ import annotations

from collections.abc import Sequence
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
    if isinstance(message, Sequence) and all(isinstance(turn, dict) for turn in message):
        content = message[-1].get("content") if message else ""
        if isinstance(content, list):
            return "".join(part.get("text", "") for part in content)
        return content or ""
    raise TypeError(f"a completion is a string or a list of messages, not {type(message).__name__}")
