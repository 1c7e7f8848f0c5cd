"""Teach one student with one teacher."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..core.state import jsonable
from ..core.threads import limited_threads
from .configuration import RunConfig, check_same, takes, versions
from .recording import Checkpoints, Progress, Recorder, Report, unsaveable, warn_unsaveable
from .report import write_report
from .results import Result, read_config, read_result
from .rollout import SideBySide, rollout
from .run_folder import RESULTS, RunFolder, is_disk_full, write_json
from .sources import environment_id, make_environment, make_teacher_for

POINTS = 50
"""Of an exam curve, at most, where the student's state is known after each lesson."""


@takes(RunConfig)
def teach(
    env: str = "Strings",
    student: Any = None,
    teacher: str | Callable[..., Any] = "alp_gmm",
    *,
    out: str | Path | None = None,
    resume: bool = False,
    progress: Callable[[Progress], None] | None = None,
    **options: Any,
) -> Result:
    """Teach a student until the budget of lessons is spent.

    Arguments that are None are left to the environment. With `out`, the run leaves a folder:
    ``config.json``, ``lessons.jsonl``, ``exam.json``, ``exams.jsonl``, ``checkpoint/``,
    ``results.json`` and ``report.html``. A run that was killed continues with `resume` from its
    checkpoint, and ends with the numbers of one that was not.

    Args:
        env: An environment's id, short name or domain: ``"teachgym/Strings-v0"``, ``"Strings"``.
        student: A name, ``"package.module:factory"``, the folder or hub id of a model, or a factory
            that is called without arguments; where students are simulated by the thousand, their
            model.
        teacher: A name, ``"package.module:Class"`` or a callable that takes an action space and
            ``seed``.
        out: The run folder; None keeps everything in memory.
        resume: Continue the run in `out`.
        progress: Called at the start and after each lesson.
        options: The other fields of `RunConfig`: `seed`, `budget`, `lesson_size`,
            `lessons_per_update`, `exam_size`, `exam_every`, `update`, `update_options`,
            `teacher_options`, `reward`, `env_options`, `checkpoint_every`, `threads`.

    Returns:
        The result, its `student` included.

    Raises:
        ValueError: For unknown names and unfit values, a folder that holds another run, other
            settings than those of the run to be resumed, or a run that can't be resumed.
        TypeError: For things of the wrong kind.
        ImportError: If an extra is missing.
        OSError: If the disk is full; what was saved is then in the folder.
    """
    config = RunConfig.of({"env": env, "student": student, "teacher": teacher, **options}, "teach")
    return run(config, out=out, resume=resume, progress=progress)


def run(
    config: RunConfig,
    *,
    out: str | Path | None = None,
    resume: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> Result:
    """Teach as a configuration says; arguments and errors are those of `teach`."""
    if resume and out is None:
        raise ValueError("resume=True needs out, the folder of the run to continue")
    config.check()
    with limited_threads(config.threads):
        env = make_environment(config)
        teacher = make_teacher_for(
            config.teacher,
            env.action_space,
            env.action_facts,
            seed=config.seed,
            options=config.teacher_options,
        )
        # Where an exam comes with each lesson, so many points of its curve will do.
        every = env.exam_every or config.exam_every or max(1, env.budget // POINTS)
        settings = run_settings(config, env)
        folder = None if out is None else RunFolder(out)
        start, checkpoints = None, None
        if folder is not None:
            obstacle = unsaveable(env.student, teacher)
            if resume:
                check_same(read_config(folder.path, "teach")["settings"], settings, folder.path)
                if (folder.path / RESULTS).is_file():
                    return read_result(folder.path)
                start = folder.position()
                if obstacle and start is None:
                    raise ValueError(
                        f"the run in {str(folder.path)!r} can't be resumed: {obstacle}; start it "
                        "again with another --out (out=)"
                    )
            warn_unsaveable(env.student, teacher)
            if resume:
                folder.rewind(start)
            else:
                folder.create({"kind": "teach", "settings": settings, "versions": versions()})
            if not obstacle:
                saves = config.checkpoint_every or every
                checkpoints = Checkpoints(folder, env, teacher, saves, start or 0)
        with _nothing_lost(folder, new=not resume):
            recorder = Recorder(env, teacher, settings, folder, every)
            report = Report(recorder.result, progress)
            students = SideBySide([env])
            if folder is not None and start is not None:
                students.begin([recorder.resume(folder)], start)
                students.taught[:] = recorder.result.finished
            else:
                (info,) = students.reset(config.seed)
                recorder.begin(info)
            report.now()
            watchers = [recorder, *([checkpoints] if checkpoints else ()), report]
            rollout(students, [teacher], watchers)
            if folder is not None:
                write_report(recorder.result, folder.path)
                write_json(folder.path / RESULTS, recorder.result.summary())
        return recorder.result


def run_settings(config: RunConfig, env: Any) -> dict[str, Any]:
    """A configuration as its folder keeps it, with the environment's values where it had none.

    Args:
        config: What was asked for.
        env: The environment that was made of it.

    Returns:
        Strict JSON.
    """
    settings = config.stored() | {"env": environment_id(config.env)}
    if config.student is None:
        settings["student"] = jsonable(default_student(env))
    if config.reward is None and hasattr(env, "domain"):
        settings["reward"] = env.domain.reward
    for name, option in config.options().items():
        if option.of_env and option.least is not None:
            settings[name] = getattr(env, name, None) or settings[name]
    return settings


def default_student(env: Any) -> Any:
    """The student that an environment has when none is named; None where it can't be chosen."""
    import inspect

    parameter = inspect.signature(type(env)).parameters.get("student")
    if parameter is None or parameter.default is parameter.empty:
        return None
    return parameter.default


@contextmanager
def _nothing_lost(folder: RunFolder | None, *, new: bool) -> Iterator[None]:
    """Say of an error in a run what was saved before it; leave no folder if nothing was."""
    try:
        yield
    except BaseException as error:
        if folder is None:
            raise
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
