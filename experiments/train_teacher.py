"""Train a teacher policy on simulated students, and hold it against others on new ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.state import jsonable
from ..core.threads import limited_threads
from .configuration import TrainingConfig, takes, versions
from .evaluation import TeacherFactory, evaluate, make_students, make_vector
from .results import read_config
from .run_folder import RESULTS, RunFolder, read_lines, write_json
from .sources import environment_id, make_teacher_for
from .statistics import Interval, Summary, paired_interval, summarise
from .values import teacher_spec

if TYPE_CHECKING:
    import gymnasium as gym

    from ..training.teacher_training import PolicyTraining, TrainingProgress

KIND = "train-teacher"
"""What ``config.json`` calls such a run."""
CURVE = "curve.jsonl"
"""A line per report: lessons given, and number and mean return of the episodes since the last."""
POLICY = "policy"
"""What the trained teacher is called beside the others."""

Report = Callable[[str, int, int, str], None]
"""Is told what is done (a word), how much of it, out of how much, and a remark."""


@dataclass(frozen=True, slots=True)
class TrainedTeacher:
    """What a training led to.

    Attributes:
        settings: The arguments of `train_teacher`.
        folder: Where the policy is.
        steps: Lessons given in training.
        curve: The lines of ``curve.jsonl``.
        returns: For each teacher its return with each held-out student; the policy's come first.
            Empty while the training or the evaluation is not finished.
    """

    settings: dict[str, Any]
    folder: Path
    steps: int
    curve: list[dict[str, Any]] = field(default_factory=list)
    returns: dict[str, list[float]] = field(default_factory=dict)

    def summary(self, teacher: str) -> Summary:
        """Mean and deviation of a teacher's returns."""
        return summarise(self.returns[teacher])

    def advantage(self, teacher: str) -> Interval:
        """By how much the policy's returns are above another teacher's, student by student."""
        return paired_interval(self.returns[POLICY], self.returns[teacher])


@takes(TrainingConfig)
def train_teacher(
    env: str = "KnowledgeGraph",
    algorithm: str = "ppo",
    *,
    out: str | Path,
    progress: Report | None = None,
    **options: Any,
) -> TrainedTeacher:
    """Train a teacher with Stable-Baselines3, and evaluate it on students it has not met.

    Leaves a folder: ``config.json``, ``curve.jsonl``, ``policy.safetensors`` and ``policy.json``
    (what the teacher `"policy"` loads), and ``results.json``. When it is interrupted, the policy is
    saved as it is then.

    Args:
        env: An environment's id or short name.
        algorithm: ``"ppo"``, ``"a2c"``, ``"dqn"`` or ``"sac"``.
        out: The run folder.
        progress: Told how far training and evaluation are.
        options: The other fields of `TrainingConfig`: `total_steps`, `seed`, `n_envs`,
            `env_options`, `algorithm_options`, `teachers`, `episodes`, `evaluation_seed` (far from
            `seed`), `threads`.

    Raises:
        ValueError: For unknown names and unfit values, or a folder that holds something.
        TypeError: For things of the wrong kind.
        ImportError: If an extra is missing.
        KeyboardInterrupt: When it is stopped; what was learned is then saved.
    """
    from ..training.teacher_training import PolicyTraining

    config = TrainingConfig.of({"env": env, "algorithm": algorithm, **options}, "train_teacher")
    config.check()
    seed, n_envs, episodes = config.seed, config.n_envs, config.episodes
    evaluation_seed, env_options = config.evaluation_seed, dict(config.env_options or {})
    if seed < evaluation_seed + episodes and evaluation_seed < seed + n_envs:
        raise ValueError(
            f"evaluation_seed={evaluation_seed} with {episodes} episodes meets the students of "
            f"seed={seed} with n_envs={n_envs}; choose one further away"
        )
    with limited_threads(config.threads):
        students = make_vector(env, n_envs, env_options)
        try:
            chosen = config.teachers
            if chosen is None:
                chosen = default_teachers(students.single_action_space)
            facts = getattr(students.unwrapped, "action_facts", {})
            others = {str(name): factory(str(name), facts) for name in chosen}
            for make in others.values():
                make(students.single_action_space, 0)  # whatever does not fit is refused now
            training = PolicyTraining(
                students, algorithm, seed=seed, options=config.algorithm_options
            )
            settings = config.stored() | {
                "env": environment_id(env),
                "env_options": jsonable(env_options),
                "algorithm_options": jsonable(dict(config.algorithm_options or {})),
                "teachers": list(others),
            }
            folder = RunFolder(out)
            about = {"kind": KIND, "settings": settings, "versions": versions()}
            folder.create(about, resumable=False)
            with _kept(folder, training, settings):
                training.run(config.total_steps, partial(_report, folder, progress))
        finally:
            students.close()
        result = TrainedTeacher(settings, folder.path, training.steps, read_curve(folder.path))
        _save_results(result)
        returns: dict[str, list[float]] = {}
        for label, make in {POLICY: saved(folder.path), **others}.items():
            told: Callable[[int, int], None] | None = None
            if progress is not None:
                told = partial(_told, progress, label, episodes)
            values = evaluate(
                lambda size: make_students(env, size, env_options),
                make,
                episodes,
                evaluation_seed,
                told,
            )
            returns[label] = values.tolist()
        result = replace(result, returns=returns)
        _save_results(result)
        return result


def read_training(folder: str | Path) -> TrainedTeacher:
    """Read what `train_teacher` has left, finished or not.

    Raises:
        ValueError: If the folder holds no training.
    """
    path = Path(folder)
    settings = read_config(path, KIND)["settings"]
    results: dict[str, Any] = {"steps": 0, "returns": {}}
    if (path / RESULTS).is_file():
        results = json.loads((path / RESULTS).read_text(encoding="utf-8"))
    return TrainedTeacher(settings, path, results["steps"], read_curve(path), results["returns"])


def read_curve(folder: Path) -> list[dict[str, Any]]:
    """The learning curve of a run folder."""
    return read_lines(folder / CURVE)


def default_teachers(space: gym.Space) -> list[str]:
    """Whom a policy is held against if nobody is named."""
    import gymnasium as gym

    if isinstance(space, gym.spaces.MultiDiscrete) and len(space.nvec) > 1 and space.nvec[-1] > 1:
        return ["uniform", "progression"]
    return ["uniform"]


def factory(teacher: str, facts: Mapping[str, Any] | None = None) -> TeacherFactory:
    """What makes a teacher that is named as in ``"exp3s:exploration=0.1"``.

    Args:
        teacher: Its name and options.
        facts: What the environment knows of its actions, which named teachers are told.
    """
    spec = teacher_spec(teacher)
    return lambda space, seed: make_teacher_for(
        spec.name, space, facts or {}, seed=seed, options=spec.options
    )


def saved(folder: Path) -> TeacherFactory:
    """What makes the teacher that was trained."""
    from ..teachers import PolicyTeacher

    return lambda space, seed: PolicyTeacher(space, seed=seed, folder=folder)


@contextmanager
def _kept(folder: RunFolder, training: PolicyTraining, settings: dict[str, Any]) -> Iterator[None]:
    """Save the policy at the end, or at an interrupt; leave no folder if nothing was learned."""
    try:
        yield
    except BaseException as error:
        if not isinstance(error, KeyboardInterrupt) or not training.steps:
            folder.discard()
            raise
        _save_policy(folder, training, settings)
        raise
    _save_policy(folder, training, settings)


def _save_policy(folder: RunFolder, training: PolicyTraining, settings: dict[str, Any]) -> None:
    about = {**settings, "steps": training.steps}
    replace(training.network(), training=about).save(folder.path)
    _save_results(TrainedTeacher(settings, folder.path, training.steps))


def _save_results(result: TrainedTeacher) -> None:
    table: dict[str, Any] = {}
    for label in result.returns:
        row = asdict(result.summary(label))
        if label != POLICY:
            row["policy_minus_this"] = asdict(result.advantage(label))
        table[label] = row
    content = {"steps": result.steps, "teachers": table, "returns": result.returns}
    write_json(result.folder / RESULTS, content)


def _report(folder: RunFolder, progress: Report | None, now: TrainingProgress) -> None:
    note = ""
    if now.mean_return is not None:
        note = f"return {now.mean_return:.3f}"
        line = {"steps": now.steps, "episodes": now.episodes, "mean_return": now.mean_return}
        folder.append(CURVE, line)
    if progress is not None:
        progress("training", min(now.steps, now.total), now.total, note)


def _told(progress: Report, label: str, episodes: int, done: int, lesson: int) -> None:
    progress(f"evaluating {label}", done, episodes, f"lesson {lesson}")
