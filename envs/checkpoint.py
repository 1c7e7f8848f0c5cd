"""Write an episode to a folder, and continue from it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.isolation import isolated_rng

if TYPE_CHECKING:
    from .curriculum import CurriculumEnv

FILE = "env.json"
"""Where the environment's own state lies, beside the student's files."""


def settings(env: CurriculumEnv) -> dict[str, Any]:
    """What must agree for an episode to be continued."""
    return {
        "topics": list(env.domain.topics),
        "levels": env.domain.levels,
        "action": env.action_kind,
        "budget": env.budget,
        "lesson_size": env.lesson_size,
        "lessons_per_update": env.lessons_per_update,
        "exam_size": env.exam_size,
        "exam_every": env.exam_every,
        "exam_seed": env.exam_seed,
    }


def save(env: CurriculumEnv, folder: Path) -> None:
    """Write `FILE` and, into the same folder, whatever the student's `save` writes."""
    student: Any = env.student
    _need(student, "save")
    folder.mkdir(parents=True, exist_ok=True)
    with isolated_rng():
        student.save(folder)
    state = {
        "settings": settings(env),
        "student_seed": env._student_seed,
        "streams": env._streams.state_dict(),
        "task_rng": env._task_rng.bit_generator.state,
        "record": env.record.state(),
        "exam_result": env.exam_result,
        "last_lesson": env.last_lesson,
        "gathered": env._gathered,
    }
    (folder / FILE).write_text(json.dumps(state), encoding="utf-8")


def load(env: CurriculumEnv, folder: Path) -> None:
    """Put an environment of the same settings where the saved one was."""
    path = folder / FILE
    if not path.is_file():
        raise ValueError(f"{str(folder)!r} holds no saved episode (no {FILE})")
    state = json.loads(path.read_text(encoding="utf-8"))
    now = settings(env)
    differ = [
        f"{name} {state['settings'].get(name)!r} (here {value!r})"
        for name, value in now.items()
        if state["settings"].get(name) != value
    ]
    if differ:
        raise ValueError(
            f"the episode in {str(folder)!r} was saved with other settings: {', '.join(differ)}; "
            "make the environment with the same ones"
        )
    student: Any = env.student
    _need(student, "load")
    env._ready = False
    env._begin(state["student_seed"], 0)
    with isolated_rng():
        student.load(folder)
    env._streams.load_state_dict(state["streams"])
    env._task_rng.bit_generator.state = state["task_rng"]
    env.record.load(state["record"])
    env.exam_result = state["exam_result"]
    env.last_lesson = state["last_lesson"]
    # Episodes that were saved before there were looks lack it.
    env._gathered = state.get("gathered", env.record.lessons % env.lessons_per_update)
    env._ready = True


def _need(student: Any, method: str) -> None:
    if not hasattr(student, method):
        raise TypeError(
            f"{type(student).__name__} has no {method}(folder), so an episode with it can't be "
            "saved or resumed; give it save(folder) and load(folder)"
        )
