"""The same untaught student under several teachers and seeds."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..core.checks import at_least
from ..core.state import jsonable
from .comparison import Comparison, folder_name, read_comparison, run_path
from .configuration import OF_A_RUN, RunConfig, check_same, takes, versions
from .executors import in_processes
from .recording import Progress, warn_unsaveable
from .report import write_report
from .results import read_config
from .run_folder import CONFIG, FORMAT, RESULTS, RunFolder, RunWarning, write_json
from .sources import make_environment, make_teacher_for
from .teach import run
from .values import TeacherSpec, teacher_spec

BASELINE = "uniform"
"""The teacher that the others are held against, unless another is named."""


@takes(RunConfig, without=OF_A_RUN)
def compare(
    teachers: Sequence[Any] = ("uniform", "alp_gmm"),
    seeds: Iterable[int] = range(5),
    env: str = "Strings",
    student: Any = None,
    *,
    out: str | Path,
    baseline: str | None = None,
    jobs: int = 1,
    resume: bool = False,
    threads: int | None = 1,
    progress: Callable[[str, int, Progress], None] | None = None,
    **options: Any,
) -> Comparison:
    """Teach the same student with each teacher and seed, and compare what was learned.

    Each run leaves a folder ``<out>/<teacher>/seed-<seed>/`` as `teach` does; ``results.json`` and
    ``report.html`` in `out` hold the comparison.

    Args:
        teachers: Names, ``"name:key=value,key=value"``, tuples (label, name, options) or callables.
        seeds: One run per teacher and seed; teachers of one seed meet the same student.
        env: As `teach` takes it.
        student: As `teach` takes it; with ``jobs > 1`` a name or a function at a module's top.
        out: The folder of the comparison.
        baseline: Label of the teacher that the others are held against; by default ``"uniform"``
            if it takes part, else the first.
        jobs: How many runs go on at once, each in a process of its own.
        resume: Continue what is in `out`: finished runs are not repeated, and teachers and seeds
            may be added. A run without a checkpoint starts over.
        threads: Threads of each run, whatever `jobs` is, so that the numbers don't depend on it.
        progress: Called with teacher, seed and how far that run is.
        options: The other fields of `RunConfig`, as `teach` takes them.

    Raises:
        ValueError: As `teach` does, and for two teachers of one label or an unknown baseline.
        TypeError: As `teach` does, and for arguments that can't be sent to another process.
    """
    specs = [teacher_spec(teacher) for teacher in teachers]
    seeds = list(dict.fromkeys(at_least("seed", seed, 0) for seed in seeds))
    base = _baseline([spec.label for spec in specs], baseline)
    if not seeds or jobs < 1:
        raise ValueError("compare needs at least one seed and one job")
    common = RunConfig.of(
        {"env": env, "student": student, "threads": threads, **options}, "compare", OF_A_RUN
    )
    common.check()
    made = make_environment(common)
    for spec in specs:  # a mistake shows before hours of work, not after
        config = _config(common, spec, seeds[0])
        warn_unsaveable(made.student, _teacher(config, made))
    folder = RunFolder(out)
    changeable = {"teachers": specs, "seeds": seeds, "baseline": base}
    work = {
        run_path(folder.path, spec.label, seed): (spec.label, seed, _config(common, spec, seed))
        for seed in seeds
        for spec in specs
    }
    unfinished = any(not (path / RESULTS).is_file() for path in work)
    _open(folder, _given(common.stored()), changeable, resume, unfinished)
    told = None if progress is None else lambda job, now: progress(*work[job[0]][:2], now)
    try:
        jobs_to_do = [(path, config) for path, (_, _, config) in work.items()]
        for _ in in_processes(jobs)(finish, jobs_to_do, told):
            pass
    except BaseException:
        if not resume:
            folder.discard()
        raise
    comparison = read_comparison(folder.path)
    write_report(comparison, folder.path)
    write_json(folder.path / RESULTS, comparison.summary())
    return comparison


def finish(job: tuple[Path, RunConfig], tell: Callable[[Progress], None]) -> None:
    """Bring one run of a comparison to its end: skip it, resume it, or start it (over).

    Args:
        job: Its folder and what it is.
        tell: Told how far it is.
    """
    path, config = job
    started = (path / CONFIG).exists()
    if started and not (path / RESULTS).exists() and RunFolder(path).position() is None:
        shutil.rmtree(path)
        started = False
    with warnings.catch_warnings():
        # What a run goes on without is said once, for the comparison.
        warnings.simplefilter("ignore", RunWarning)
        run(config, out=path, resume=started, progress=tell)


def _config(common: RunConfig, spec: TeacherSpec, seed: int) -> RunConfig:
    """One run of a comparison."""
    return replace(common, teacher=spec.name, teacher_options=spec.options, seed=seed)


def _teacher(config: RunConfig, env: Any) -> Any:
    return make_teacher_for(
        config.teacher,
        env.action_space,
        env.action_facts,
        seed=config.seed,
        options=config.teacher_options,
    )


def _given(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a comparison that say something; the rest belongs to its runs."""
    return {k: v for k, v in settings.items() if k not in OF_A_RUN and v not in (None, {})}


def _baseline(labels: list[str], baseline: str | None) -> str:
    if not labels:
        raise ValueError("compare needs at least one teacher")
    if len({folder_name(label) for label in labels}) < len(labels):
        raise ValueError(
            f"each teacher needs a label of its own, but these are {', '.join(labels)}; write "
            "(label, name, options), or options as name:key=value"
        )
    if baseline is None:
        return BASELINE if BASELINE in labels else labels[0]
    if baseline not in labels:
        raise ValueError(f"the baseline {baseline!r} is none of the teachers {', '.join(labels)}")
    return baseline


def _open(
    folder: RunFolder,
    common: dict[str, Any],
    changeable: dict[str, Any],
    resume: bool,
    unfinished: bool,
) -> None:
    """Make the folder, or see that it holds the same comparison, and that runs may be added."""
    settings = jsonable({**common, **changeable})
    config = {"kind": "compare", "settings": settings, "versions": versions()}
    if not resume:
        folder.create(config)
        return
    before = read_config(folder.path, "compare")
    if unfinished and before.get("format", 1) != FORMAT:
        raise ValueError(
            f"the comparison in {str(folder.path)!r} was made before random streams were separate: "
            "it can be shown, but runs of now are not comparable with those in it; choose another "
            "--out (out=)"
        )
    stored = before["settings"]
    check_same(
        _given({name: value for name, value in stored.items() if name not in changeable}),
        _given({name: value for name, value in settings.items() if name not in changeable}),
        folder.path,
    )
    write_json(folder.path / CONFIG, {**config, "format": before.get("format", 1)})
