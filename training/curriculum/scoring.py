"""The reward function that TRL sees: it scores, and tells the curriculum."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ...rewards import Reward, make_reward, reward_name
from ...rewards.checks import validate
from .feedback import Feedback
from .measures import PREFIX, Ledger, measures, teacher_entropy
from .processes import check_agreement, gather, raise_first
from .rows import ARM, RESERVED, ROW
from .stream import TaskStream


class Scoring:
    """Scores completions; how the curriculum's own rows went it tells, in all processes alike.

    Rows without a number, such as those of an evaluation, are only scored.

    Args:
        stream: Who is told.
        ledger: Where it is written down.
        reward: What scores.
    """

    def __init__(self, stream: TaskStream, ledger: Ledger, reward: Reward) -> None:
        self._stream = stream
        self._ledger = ledger
        self._reward = reward
        self.__name__ = reward_name(reward)

    def __call__(
        self, *, prompts: Sequence[Any], completions: Sequence[Any], **columns: Any
    ) -> list[float | None]:
        """Score a batch, called as TRL calls a reward function.

        Raises:
            ValueError: For scores that can't be taught by, or a trainer without the callback.
            RuntimeError: If another process failed, or has another curriculum.
        """
        numbers = columns.pop(ROW, None) or [None] * len(completions)
        columns.pop(ARM, None)
        ours = [i for i, number in enumerate(numbers) if number is not None]
        if not ours:
            return self._scores(prompts, completions, columns)
        self._ledger.score()
        if columns.get("trainer_state") is not None and not self._ledger.started:
            raise ValueError(
                "the trainer does not know the curriculum's callback, without which checkpoints "
                "lack its state: pass callbacks=[curriculum.callback]"
            )
        values: list[float | None] = []
        failure: Exception | None = None
        try:
            values = self._scores(prompts, completions, columns)
        except Exception as error:  # the other processes would wait for this one
            failure = error
        told = [(numbers[i], values[i]) for i in ours] if failure is None else []
        views = gather((self._stream.digest, told, None if failure is None else repr(failure)))
        if failure is not None:
            raise failure
        raise_first([error for _, _, error in views])
        check_agreement([{"its history": digest} for digest, _, _ in views])
        feedback = self._tell([pair for _, pairs, _ in views for pair in pairs])
        if (log_metric := columns.get("log_metric")) is not None and len(feedback.arms):
            self._log(feedback, log_metric)
        return values

    def _scores(
        self, prompts: Sequence[Any], completions: Sequence[Any], columns: Mapping[str, Any]
    ) -> list[float | None]:
        result: Any = self._reward(prompts=prompts, completions=completions, **columns)  # type: ignore[call-arg]
        if inspect.isawaitable(result):
            # In a thread of its own: a notebook runs a loop in this one already.
            with ThreadPoolExecutor(1) as pool:
                result = pool.submit(asyncio.run, _awaited(result)).result()
        return validate(self.__name__, result, len(completions))

    def _tell(self, pairs: Sequence[tuple[int, float | None]]) -> Feedback:
        if not self._stream.heard and all(score is None for _, score in pairs):
            raise ValueError(
                f"reward {self.__name__!r} returned None for all {len(pairs)} completions of the "
                "first batch, so that there is nothing to teach by; it must score at least some "
                "of these tasks"
            )
        feedback = self._stream.tell([number for number, _ in pairs], [score for _, score in pairs])
        self._ledger.enter(feedback)
        return feedback

    def _log(self, feedback: Feedback, log_metric: Any) -> None:
        """Through TRL, which averages until it logs."""
        stream = self._stream
        for name, value in measures(stream.source, feedback, self._ledger.batch).items():
            log_metric(name, value)
        spread = teacher_entropy(stream.teacher, stream.recent_arms, stream.source.arms)
        log_metric(f"{PREFIX}/entropy", spread)


def resolve_reward(reward: str | Reward | None) -> Reward:
    """A reward by its name, or the object itself.

    Raises:
        ValueError: For an unknown name, or none at all.
        TypeError: For anything that can't be called.
    """
    if reward is None:
        raise ValueError(
            "give reward=: the name of a reward, such as 'exact_match', or a function that takes "
            "prompts, completions and the data's columns"
        )
    if isinstance(reward, str):
        return make_reward(reward)
    if inspect.isclass(reward) or not callable(reward):
        raise TypeError(f"reward must be a name or a function as TRL takes it, not {reward!r:.80}")
    return reward


def check_columns(reward: Reward, columns: Sequence[str]) -> None:
    """See whether a table has what a reward can't do without.

    Args:
        reward: What scores.
        columns: Names of the table's columns; none if they are not known.

    Raises:
        ValueError: For an argument without a default that no column gives.
    """
    try:
        arguments = inspect.signature(reward).parameters.values()
    except (TypeError, ValueError):  # written in C, say
        return
    given = {*columns, *RESERVED}
    for argument in arguments if columns else ():
        named = argument.kind in (argument.KEYWORD_ONLY, argument.POSITIONAL_OR_KEYWORD)
        if named and argument.default is argument.empty and argument.name not in given:
            advice = "; name it with answer=" if argument.name == "answer" else ""
            raise ValueError(
                f"reward {reward_name(reward)!r} needs a column {argument.name!r}, and the table "
                f"has {', '.join(columns)}{advice}"
            )


async def _awaited(result: Any) -> Any:
    return await result
