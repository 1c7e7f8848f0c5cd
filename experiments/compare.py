"""The same untaught student under several teachers and seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from .comparison import Comparison, folder_name, read_comparison, run_path
from .configuration import check_same, versions
from .jobs import run_jobs
from .report import write_report
from .results import read_config
from .run import Progress, warn_unsaveable
from .run_folder import CONFIG, RESULTS, RunFolder, write_json
from .sources import make_environment, resolve_teacher
from .teach import ENVIRONMENT
from .values import TeacherSpec, jsonable, teacher_spec

BASELINE = "uniform"
"""The teacher that the others are held against, unless another is named."""


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
    **settings: Any,
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
        settings: Further arguments of `teach`: `budget`, `lesson_size`, `lessons_per_update`,
            `exam_size`, `exam_every`, `update`, `update_options`, `reward`, `env_options`,
            `checkpoint_every`.

    Raises:
        ValueError: As `teach` does, and for two teachers of one label or an unknown baseline.
        TypeError: As `teach` does, and for arguments that can't be sent to another process.
    """
    specs = [teacher_spec(teacher) for teacher in teachers]
    seeds = list(dict.fromkeys(int(seed) for seed in seeds))
    base = _baseline([spec.label for spec in specs], baseline)
    if not seeds or jobs < 1:
        raise ValueError("compare needs at least one seed and one job")
    common = {"env": env, "student": student, "threads": threads, **settings}
    _try_out(specs, seeds[0], common)
    folder = RunFolder(out)
    _open(
        folder,
        {name: value for name, value in common.items() if value is not None},
        {"teachers": specs, "seeds": seeds, "baseline": base},
        resume,
    )
    calls = [
        (
            (spec.label, seed),
            {
                **common,
                "teacher": spec.name,
                "teacher_options": spec.options,
                "seed": seed,
                "out": run_path(folder.path, spec.label, seed),
            },
        )
        for seed in seeds
        for spec in specs
    ]
    try:
        run_jobs(calls, jobs, progress)
    except BaseException:
        if not resume:
            folder.discard()
        raise
    comparison = read_comparison(folder.path)
    write_report(comparison, folder.path)
    write_json(folder.path / RESULTS, comparison.summary())
    return comparison


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


def _try_out(specs: list[TeacherSpec], seed: int, common: dict[str, Any]) -> None:
    """Make everything once, so that a mistake shows before hours of work, not after."""
    options = {name: common.get(name) for name in ENVIRONMENT}
    unknown = sorted(
        set(common) - set(ENVIRONMENT) - {"env", "threads", "checkpoint_every"} - {"env_options"}
    )
    if unknown:
        raise TypeError(f"compare has no argument {', '.join(unknown)}")
    env = make_environment(common["env"], common.get("env_options"), **options)
    for spec in specs:
        teacher = resolve_teacher(spec.name, env, seed=seed, options=spec.options)
        warn_unsaveable(env.student, teacher)


def _open(
    folder: RunFolder, common: dict[str, Any], changeable: dict[str, Any], resume: bool
) -> None:
    """Make the folder, or see that it holds the same comparison."""
    settings = jsonable({**common, **changeable})
    config = {"kind": "compare", "settings": settings, "versions": versions()}
    if not resume:
        folder.create(config)
        return
    stored = read_config(folder.path, "compare")["settings"]
    check_same(
        {name: value for name, value in stored.items() if name not in changeable},
        {name: value for name, value in settings.items() if name not in changeable},
        folder.path,
    )
    write_json(folder.path / CONFIG, config)
