"""The teacher's text about a task: from the task itself, a function, or another model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..core.isolation import isolated_rng
from ..core.names import imported
from ..domains import Task
from ..models.causal import CausalLM, load_causal

Teller = Callable[[Task], str | None]
"""What a teacher says about a task; None for nothing."""
TellerSource = Teller | str | Path | Any | None

REASONING = ("reasoning", "worked_answer", "solution")
"""Entries of `Task.metadata` that hold a worked answer; the first that is there is taken."""


def reference_answer(task: Task) -> str:
    """The task's own answer."""
    return task.answer


def reference_reasoning(task: Task) -> str:
    """The worked answer that a task carries.

    Raises:
        ValueError: If it carries none.
    """
    for name in REASONING:
        told = task.metadata.get(name)
        if told:
            return str(told)
    raise ValueError(
        f"the task {task.prompt!r} carries no reasoning: its metadata has none of "
        f"{', '.join(REASONING)}; give teacher= (a function of the task, or a model)"
    )


def spelled_answer(task: Task) -> str:
    """The answer letter by letter: a reasoning that the bundled tiny model can read."""
    return " ".join(task.answer)


class Demonstrator:
    """Tells, task by task, what a teacher says.

    Args:
        teacher: None for what the task itself says; a function of a task, or
            ``"package.module:function"``; or a language model by its folder, hub id or
            ``"tiny"``, or as an object, which answers the prompts greedily. It is loaded when
            first asked.
        own: What a task itself says.
        options: Arguments of `load_causal` for a language model.

    Raises:
        TypeError: For something else.
        ValueError: For a name that names nothing, or options without a language model.
    """

    def __init__(
        self, teacher: TellerSource, own: Teller, options: Mapping[str, Any] | None = None
    ) -> None:
        self._tell: Teller | None = None
        self._model: Any = None
        self._language: CausalLM | None = None
        self._options = dict(options or {})
        if teacher is None:
            self._tell = own
        elif isinstance(teacher, str) and ":" in teacher:
            self._tell = imported("teacher", teacher)
        elif isinstance(teacher, str | Path) or hasattr(teacher, "generate"):
            self._model = teacher
        else:
            self._tell = teacher
        if self._model is None and not callable(self._tell):
            raise TypeError(
                "teacher must be a function of a task, 'package.module:function' or the name of a "
                f"language model, not {teacher!r}"
            )
        if self._options and self._model is None:
            raise ValueError(
                "teacher_options are for a language model; here teacher is "
                + ("the task itself" if teacher is None else "a function")
            )

    def __call__(self, tasks: Sequence[Task]) -> list[str | None]:
        """What the teacher says about each task; None or an empty text is nothing."""
        if self._tell is not None:
            return [self._tell(task) for task in tasks]
        with isolated_rng():  # else loading would draw from the student's stream
            if self._language is None:
                self._language = load_causal(self._model, **self._options)
            return list(self._language.generate([task.prompt for task in tasks]))
