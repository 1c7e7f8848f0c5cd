"""Teach one student with one teacher."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.checks import at_least
from ..core.threads import limited_threads
from .configuration import check_same, run_settings, versions
from .report import write_report
from .results import Result, read_config, read_result
from .run import Progress, Run, unsaveable, warn_unsaveable
from .run_folder import (
    RESULTS,
    RunFolder,
    is_disk_full,
    write_json,
)
from .sources import make_environment, resolve_teacher

if TYPE_CHECKING:
    from ..envs import CurriculumEnv
    from ..teachers import Teacher

ENVIRONMENT = (
    "student",
    "budget",
    "lesson_size",
    "lessons_per_update",
    "exam_size",
    "exam_every",
    "update",
    "update_options",
    "reward",
)
"""Arguments of `teach` that go on to the environment."""


def teach(
    env: str = "Strings",
    student: Any = None,
    teacher: str | Callable[..., Teacher] = "alp_gmm",
    *,
    seed: int = 0,
    budget: int | None = None,
    lesson_size: int | None = None,
    lessons_per_update: int | None = None,
    exam_size: int | None = None,
    exam_every: int | None = None,
    update: str | None = None,
    update_options: Mapping[str, Any] | None = None,
    teacher_options: Mapping[str, Any] | None = None,
    reward: Any = None,
    env_options: Mapping[str, Any] | None = None,
    out: str | Path | None = None,
    resume: bool = False,
    checkpoint_every: int | None = None,
    progress: Callable[[Progress], None] | None = None,
    threads: int | None = None,
) -> Result:
    """Teach a student until the budget of lessons is spent.

    Arguments that are None are left to the environment. With `out`, the run leaves a folder:
    ``config.json``, ``lessons.jsonl``, ``exam.json``, ``exams.jsonl``, ``checkpoint/``,
    ``results.json`` and ``report.html``. A run that was killed continues with `resume` from its
    checkpoint, and ends with the numbers of one that was not.

    Args:
        env: An environment's id, short name or domain: ``"teachgym/Strings-v0"``, ``"Strings"``.
        student: A name, ``"package.module:factory"``, the folder or hub id of a model, or a factory
            that is called without arguments.
        teacher: A name, ``"package.module:Class"`` or a callable that takes an action space and
            ``seed``.
        seed: Seeds student, tasks and teacher.
        budget: Lessons to give.
        lesson_size: Tasks in a lesson.
        lessons_per_update: Lessons that share one weight update.
        exam_size: Tasks in the exam.
        exam_every: Lessons between exams.
        update: Name of a language model's learning rule.
        update_options: Its arguments.
        teacher_options: Arguments of the teacher.
        reward: A name or callable that scores answers; by default the domain's own.
        env_options: Further arguments of the environment, such as ``{"levels": 8}``.
        out: The run folder; None keeps everything in memory.
        resume: Continue the run in `out`.
        checkpoint_every: Lessons between checkpoints, at least 1; by default at each exam. Where
            lessons share an update, it is written once the update is done.
        progress: Called at the start and after each lesson.
        threads: Threads of the numerical libraries; None leaves them alone.

    Returns:
        The result, its `student` included.

    Raises:
        ValueError: For unknown names and unfit values, a folder that holds another run, other
            settings than those of the run to be resumed, or a run that can't be resumed.
        TypeError: For things of the wrong kind.
        ImportError: If an extra is missing.
        OSError: If the disk is full; what was saved is then in the folder.
    """
    if resume and out is None:
        raise ValueError("resume=True needs out, the folder of the run to continue")
    if checkpoint_every is not None:
        at_least("checkpoint_every", checkpoint_every, 1)
    with limited_threads(threads):
        environment = make_environment(
            env,
            env_options,
            student=student,
            budget=budget,
            lesson_size=lesson_size,
            lessons_per_update=lessons_per_update,
            exam_size=exam_size,
            exam_every=exam_every,
            update=update,
            update_options=update_options,
            reward=reward,
        )
        made = resolve_teacher(teacher, environment, seed=seed, options=teacher_options or {})
        settings = run_settings(
            environment,
            env=env,
            student=student,
            teacher=teacher,
            seed=seed,
            update=update,
            update_options=update_options,
            teacher_options=teacher_options,
            reward=reward,
            env_options=env_options,
            threads=threads,
        )
        if out is None:
            return Run(environment, made, settings, None, None).teach(progress)
        folder = RunFolder(out)
        every = checkpoint_every or environment.exam_every
        return _teach_in(folder, environment, made, settings, resume, every, progress)


def _teach_in(
    folder: RunFolder,
    env: CurriculumEnv,
    teacher: Teacher,
    settings: dict[str, Any],
    resume: bool,
    every: int,
    progress: Callable[[Progress], None] | None,
) -> Result:
    """Begin or continue a run that leaves a folder."""
    obstacle = unsaveable(env.student, teacher)
    start = None
    if resume:
        check_same(read_config(folder.path, "teach")["settings"], settings, folder.path)
        if (folder.path / RESULTS).is_file():
            return read_result(folder.path)
        start = folder.position()
        if obstacle and start is None:
            raise ValueError(
                f"the run in {str(folder.path)!r} can't be resumed: {obstacle}; start it again "
                "with another --out (out=)"
            )
    warn_unsaveable(env.student, teacher)
    if resume:
        folder.rewind(start)
    else:
        folder.create({"kind": "teach", "settings": settings, "versions": versions()})
    with _nothing_lost(folder, new=not resume):
        run = Run(env, teacher, settings, folder, None if obstacle else every)
        result = run.teach(progress, start)
        write_report(result, folder.path)
        write_json(folder.path / RESULTS, result.summary())
    return result


@contextmanager
def _nothing_lost(folder: RunFolder, *, new: bool) -> Iterator[None]:
    """Say of an error in a run what was saved before it; leave no folder if nothing was."""
    try:
        yield
    except BaseException as error:
        if new:
            folder.discard()
        if not isinstance(error, Exception):
            raise
        lesson = folder.position()
        saved = (
            "nothing was saved"
            if lesson is None
            else f"the first {lesson} lessons are saved in {str(folder.path)!r}"
        )
        if is_disk_full(error):
            advice = "" if lesson is None else "; free some space and continue with --resume"
            raise OSError(errno.ENOSPC, f"the disk is full: {saved}{advice}") from error
        if lesson is not None:
            error.add_note(f"{saved}; continue with --resume (resume=True)")
        raise
