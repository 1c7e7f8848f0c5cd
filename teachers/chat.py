"""A chat model as teacher."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np

from ..core import checks
from ..models.chat import ChatModel
from ..models.json_text import json_object
from .chat_form import Form, read, schema
from .chat_prompt import Messages, again, budget_left, question_text, task_text
from .chat_record import Slots, recent_text, record_text
from .checked import CheckedTeacher

FALLBACKS = ("uniform", "last")
LONGEST_INSTRUCTIONS = 8000
"""Characters that `instructions` may have."""


class ChatTeacher(CheckedTeacher):
    """Asks a chat model, which is shown the student's record, what the next lesson is about.

    The model is any that an endpoint with OpenAI's protocol serves, see `ChatModel` and the page
    "A chat model as teacher". It is shown how often each topic was taught at each level with which
    scores, the last lessons, and, by this package's environments, how much of the budget is left;
    no tasks and no answers of the student. It answers with a JSON object under a schema. An answer
    without one, or with a number that is missing, out of range or no number, is malformed: the
    model is told what was wrong and asked again, `retries` times, and then the `fallback` chooses.
    What to ask and how is this library's own; no paper is followed.

    A server that can't be asked, after the retries of `ChatModel`, is an error and not a fallback:
    a run would otherwise go on with another teacher. Nothing has changed then, so that a run
    continues from its checkpoint once the server is back.

    At temperature 0 the same record mostly gets the same answer, so several `act` before an
    `observe` choose the same. The generator is used by the fallback alone.

    Args:
        action_space: A ``Discrete``, ``MultiDiscrete`` or bounded ``Box``.
        seed: Seeds the teacher's own generator; the server is told it, too.
        model: Name of the model at the server, or a `ChatModel` with settings of its own.
        base_url: Where the server is, by default OPENAI_BASE_URL of the environment, or OpenAI.
            The key is OPENAI_API_KEY of the environment.
        topic_names: A name for each topic.
        levels: Number of ordered levels per topic, for a ``Discrete`` space.
        bins: Bins per axis of a ``Box``, such as ``(topics, levels)``; without them the record is
            kept by axis.
        history: How many of the last lessons are shown one by one.
        every: An answer holds for so many lessons.
        retries: How often the model is asked again after a malformed answer.
        fallback: "uniform" draws from the space; "last" repeats the model's last choice, and draws
            while there is none.
        instructions: Further text for the model, such as what is known of the student.
        max_tokens: Longest answer, thoughts included, in tokens.
        timeout: Seconds to wait for an answer.

    Raises:
        ValueError: Without a model, or for values out of range.
        ImportError: Without the extra ``chat``.

    Attributes:
        calls: Answers of the model so far.
        malformed: How many of them were malformed.
        retries_made: How often the model was asked again for it.
        fallbacks: How often the fallback chose.
        prompt_tokens: Tokens of all questions, as far as the server tells.
        completion_tokens: Tokens of all answers, as far as the server tells.
    """

    knowledge: ClassVar[tuple[str, ...]] = ("topic_names", "instructions")
    requires: ClassVar[tuple[str, ...]] = ("model",)
    extra: ClassVar[str] = "chat"
    family: ClassVar[str] = "learned"
    state_fields = (
        "lessons", "total", "last", "when", "recent", "choice", "holds", "calls", "malformed",
        "retries_made", "fallbacks", "prompt_tokens", "completion_tokens",
    )  # fmt: skip
    growing_fields = ("recent",)

    def __init__(
        self,
        action_space: gym.Space,
        *,
        seed: int | None = None,
        model: str | ChatModel | None = None,
        base_url: str | None = None,
        topic_names: Sequence[str] | None = None,
        levels: int | None = None,
        bins: int | Sequence[int] | None = None,
        history: int = 10,
        every: int = 1,
        retries: int = 2,
        fallback: str = "uniform",
        instructions: str | None = None,
        max_tokens: int = 1000,
        timeout: float = 60.0,
    ) -> None:
        super().__init__(action_space, seed=seed)
        self.form = Form(action_space, levels=levels, bins=bins)
        self.slots = Slots(self.form, topic_names)
        self.cells = () if self.form.cells is None else self.form.cells.shape
        self.history = checks.whole("history", history, 0)
        self.every = checks.whole("every", every)
        self.retries = checks.whole("retries", retries, 0)
        self.fallback = checks.choice("fallback", fallback, FALLBACKS)
        if instructions is not None and not isinstance(instructions, str):
            raise ValueError(f"instructions must be a text, not {instructions!r}")
        if instructions is not None and len(instructions) > LONGEST_INSTRUCTIONS:
            raise ValueError(
                f"instructions may have {LONGEST_INSTRUCTIONS} characters, not {len(instructions)}"
            )
        self.instructions = instructions
        self.model = _chat_model(model, base_url, seed, max_tokens, timeout)
        self.lessons = np.zeros(self.slots.n, dtype=np.int64)
        self.total = np.zeros(self.slots.n)
        self.last = np.zeros(self.slots.n)
        self.when = np.zeros(self.slots.n, dtype=np.int64)
        self.recent = np.empty((0, len(self.form.fields) + 1))
        self.choice = np.full(len(self.form.fields), np.nan)
        self.holds = 0
        self.calls = self.malformed = self.retries_made = self.fallbacks = 0
        self.prompt_tokens = self.completion_tokens = 0

    @property
    def taught(self) -> int:
        """Lessons observed so far."""
        return int(self.when.max(initial=0))

    @property
    def counters(self) -> dict[str, int]:
        """What was asked, and what of it failed, so far."""
        return {
            "calls": self.calls,
            "malformed": self.malformed,
            "retries": self.retries_made,
            "fallbacks": self.fallbacks,
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
        }

    def act(self, observation: Any = None) -> Any:
        """Ask the model, or repeat its choice while that holds.

        Raises:
            ChatError: If the server can't be asked.
            ValueError: If the server refuses the key, the model or the question.
        """
        if self.holds:
            self.holds -= 1
            return self.form.action(self.choice)
        chosen = self._ask(self.messages(observation))
        if chosen is None:
            self.fallbacks += 1
            if self.fallback == "uniform" or np.isnan(self.choice).any():
                # Not kept as the model's choice, so "last" draws anew until it makes one.
                return self.form.draw(self.rng)
        else:
            self.choice = chosen
            self.holds = self.every - 1
        return self.form.action(self.choice)

    def observe(
        self,
        action: Any,
        score: float,
        *,
        observation: Any = None,
        reward: float | None = None,
        scores: Any = None,
    ) -> None:
        """Enter a lesson in the record."""
        checked = self.check(action, score)
        slots = self.slots.of(action)
        number = self.taught + 1
        self.lessons[slots] += 1
        self.total[slots] += checked
        self.last[slots] = checked
        self.when[slots] = number
        row = np.append(self.form.values(action), checked)
        rows = np.concatenate([self.recent, row[None]])
        self.recent = rows[max(len(rows) - self.history, 0) :]

    def messages(self, observation: Any = None) -> Messages:
        """What the model is asked now, as the messages of a conversation."""
        shown = self.recent[max(len(self.recent) - self.history, 0) :]
        question = question_text(
            self.taught,
            record_text(self.slots, self.lessons, self.total, self.last, self.when),
            recent_text(self.form, self.slots, shown),
            budget_left(observation, self.cells),
            self.every,
        )
        return [
            {"role": "system", "content": task_text(self.form, self.slots, self.instructions)},
            {"role": "user", "content": question},
        ]

    def _ask(self, messages: Messages) -> np.ndarray | None:
        """The fields' values that the model chooses, None if all its answers are malformed."""
        wanted = schema(self.form.fields)
        # Counted at the end: an error of the server leaves everything as it was.
        calls = malformed = prompt_tokens = completion_tokens = 0
        chosen = None
        while chosen is None and calls <= self.retries:
            reply = self.model.ask(messages, schema=wanted, name="lesson")
            calls += 1
            prompt_tokens += reply.prompt_tokens
            completion_tokens += reply.completion_tokens
            try:
                chosen = read(json_object(reply.text), self.form.fields)
            except ValueError as error:
                malformed += 1
                messages = again(messages, reply.text, str(error), self.form)
        self.calls += calls
        self.malformed += malformed
        self.retries_made += calls - 1
        self.prompt_tokens += prompt_tokens
        self.completion_tokens += completion_tokens
        return chosen


def _chat_model(
    model: str | ChatModel | None,
    base_url: str | None,
    seed: Any,
    max_tokens: int,
    timeout: float,
) -> ChatModel:
    if model is None:
        raise ValueError(
            "a chat teacher needs model=, the name of a chat model at the server of base_url="
        )
    if not isinstance(model, ChatModel):
        return ChatModel(
            str(model),
            base_url=base_url,
            seed=int(seed) if isinstance(seed, int | np.integer) else None,
            max_tokens=checks.whole("max_tokens", max_tokens),
            timeout=checks.positive("timeout", timeout),
        )
    if base_url is not None:
        raise ValueError("base_url= belongs to the ChatModel, where model= is one")
    return model
