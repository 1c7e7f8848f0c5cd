"""Topics taught one after the other: what is learned, and what is forgotten of the earlier ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ..core.state import jsonable
from ..core.threads import limited_threads
from .configuration import check_same, takes, versions
from .protocol import Protocol, Retention, TurnsConfig
from .recording import unsaveable
from .rehearsal import SCHEDULES
from .results import read_config
from .rollout import SideBySide, rollout
from .run_folder import CONFIG, RESULTS, RunFolder, write_json


@takes(TurnsConfig)
def teach_in_turn(
    protocol: Protocol | None = None,
    *,
    out: str | Path | None = None,
    progress: Callable[[int, int, float], None] | None = None,
    **options: Any,
) -> Retention:
    """Teach topics one after the other, with an exam of all of them before and after each turn.

    With the same seed, all schedules and updates are given the same random draws of topics, levels
    and tasks, as long as turns are equally long. With `out` the run is saved after each turn:
    called again with the same arguments it goes on from there, and ends with the same numbers; a
    finished run is read.

    Args:
        protocol: What is taught; by default `Protocol()`.
        out: A folder of its own for this run.
        progress: Called after each update with the number of topics taught, the update and the
            lesson's score.
        options: The fields of `TurnsConfig`: `student` (a name, ``"package.module:factory"``, the
            folder or hub id of a model, or a factory), `student_options`, `update`,
            `update_options`, `schedule`, `seed`, `threads`.

    Raises:
        TypeError: For a student that can't be saved, if `out` is given.
        ValueError: For an unknown schedule, or a folder with another run.
    """
    from ..envs.topics import TopicsEnv
    from .turns import InTurn, Turns

    protocol, config = protocol or Protocol(), TurnsConfig.of(options, "teach_in_turn")
    config.check()
    if config.schedule not in SCHEDULES:
        raise ValueError(f"schedule must be one of {', '.join(SCHEDULES)}, not {config.schedule!r}")
    settings = {"protocol": jsonable(protocol.values()), **config.stored()}
    folder = None if out is None else RunFolder(out)
    with limited_threads(config.threads):
        domain = protocol.made()
        order = [domain.topics.index(name) for name in protocol.order]
        never = protocol.updates * len(order) + 1
        if protocol.gain is not None:  # a look before each turn, and one after each lesson at most
            never += (protocol.updates + 1) * len(order)
        env = TopicsEnv(
            domain,
            config.student,
            update=config.update,
            update_options=config.update_options,
            student_options=config.student_options,
            lesson_size=protocol.lesson_size,
            look_size=protocol.probe_size,
            budget=never,
            exam_every=never,
            exam_size=protocol.exam_size * len(domain.topics),
            exam_seed=protocol.exam_seed,
            exam_topics=order,  # topics that are never taught need not be examined
        )
        teacher = InTurn(
            env.action_space,
            seed=config.seed,
            order=order,
            protocol=protocol,
            schedule=config.schedule,
        )
        if folder is not None:
            finished = _opened(folder, settings)
            if finished is not None:
                return finished
        record = Retention(list(protocol.order), [], settings=settings)
        turns = Turns(env, teacher, record, order, folder, progress)
        students = SideBySide([env])
        started = folder is not None and folder.position() is not None
        try:
            if folder is not None and (obstacle := unsaveable(env.student, teacher)):
                raise TypeError(
                    f"{obstacle}, so a run can't go on after it was stopped; give it both, or "
                    "leave out= away"
                )
            if folder is not None and started:
                students.begin([turns.resume(folder)], env.record.lessons)
                students.taught[:] = teacher.finished
            else:
                (info,) = students.reset(config.seed)
                turns.examined(info["exam_detail"])
        except BaseException:
            if folder is not None and not started:  # the next try finds it free
                folder.discard()
            raise
        rollout(students, [teacher], [turns])
        if folder is not None:
            write_json(folder.path / RESULTS, asdict(record))
        return record


def read_retention(folder: str | Path) -> Retention:
    """Read a finished run.

    Raises:
        ValueError: If there is none.
    """
    path = Path(folder) / RESULTS
    if not path.is_file():
        raise ValueError(f"{str(folder)!r} holds no finished run (no {RESULTS})")
    return Retention(**json.loads(path.read_text(encoding="utf-8")))


def _opened(folder: RunFolder, settings: dict[str, Any]) -> Retention | None:
    """Start a run in a folder, or find that it may go on; the run itself, if it is finished."""
    config = folder.path / CONFIG
    if not config.is_file():
        folder.create({"kind": "forgetting", "settings": settings, "versions": versions()})
        return None
    known = read_config(folder.path, "forgetting")["settings"]
    check_same(_flat(known), _flat(settings), folder.path)
    return read_retention(folder.path) if (folder.path / RESULTS).is_file() else None


def _flat(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings with the fields of the protocol beside the others."""
    return {**settings, **settings["protocol"], "protocol": None}
