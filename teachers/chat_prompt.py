"""What a chat model is asked, as text of bounded length."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .chat_form import Form, format_said
from .chat_record import Slots, names_text

LONGEST_ANSWER = 500
"""Characters of a malformed answer that the model is shown again."""

TASK = (
    "You are a teacher. Your student learns by practice, one lesson after the other, and you "
    "choose what each lesson is about. The student is to have learned as much as possible when "
    "the lessons are over. After each lesson you are told its score: the mean score of the "
    "student's answers, from 0 (all wrong) to 1 (all right)."
)

Messages = list[dict[str, str]]


def task_text(form: Form, slots: Slots, instructions: str | None) -> str:
    """What stays the same from question to question, so that servers may cache it."""
    cells = form.cells
    about = [TASK, names_text(slots)]
    if cells is not None and cells.ordered:
        highest = cells.shape[-1] - 1
        about.append(f"Levels go from 0 (easiest) to {highest} (hardest).")
    if cells is not None and form.cube is not None:
        parts = ", ".join(
            f"{field.name} into {size}"
            for field, size in zip(form.fields, cells.shape, strict=True)
        )
        about.append(
            "A lesson is a point. Topics and levels are equal parts of the range of its "
            f"coordinates, counted from 0 ({parts}); the last coordinate gives the level."
        )
    about += [instructions or "", answer_text(form)]
    return "\n\n".join(filter(None, about))


def answer_text(form: Form) -> str:
    """How to answer."""
    return f"Answer with one JSON object and nothing else: {format_said(form.fields)}."


def question_text(taught: int, record: str, recent: str, left: float | None, every: int) -> str:
    """What is asked before a lesson.

    Args:
        taught: Lessons so far.
        record: The student's record.
        recent: The last lessons; empty if there are none to show.
        left: Share of all lessons that is left, None if it is not known.
        every: How many lessons the answer holds for.
    """
    parts = [f"Lessons so far: {taught}.", f"The student's record:\n{record}"]
    if recent:
        parts.append(f"The last lessons, oldest first:\n{recent}")
    if left is not None:
        parts.append(f"Of all lessons, {left:.0%} are left.")
    parts.append(f"What shall the next {f'{every} lessons' if every > 1 else 'lesson'} be about?")
    return "\n\n".join(parts)


def again(messages: Messages, answer: str, complaint: str, form: Form) -> Messages:
    """The first question, with a malformed answer and what is wrong with it.

    Args:
        messages: The conversation so far. Of several malformed answers only this one is kept, so
            that its length stays bounded.
        answer: What the model said.
        complaint: What is wrong with that.
        form: What may be answered.
    """
    return [
        *messages[:2],
        {"role": "assistant", "content": answer[:LONGEST_ANSWER] or "(nothing)"},
        {"role": "user", "content": f"I can't use this answer: {complaint}. {answer_text(form)}"},
    ]


def budget_left(observation: Any, cells: Sequence[int]) -> float | None:
    """The share of the lessons that is left, if the observation tells it.

    Args:
        observation: What the environment shows. That of this package's environments has two
            numbers per cell, and then the share: shape (2 * cells + 1,).
        cells: Cells per axis, empty if the space has none.
    """
    if observation is None or not cells or np.shape(observation) != (2 * int(np.prod(cells)) + 1,):
        return None
    left = float(np.asarray(observation)[-1])
    return left if 0.0 <= left <= 1.0 else None
