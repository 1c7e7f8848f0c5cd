"""Does a teacher that PPO has trained beat the others on students that it has not met?

For each environment and seed a policy is trained (on one thread) and taught to held-out students,
the same that all rivals are given. A folder per seed is left under `--out`, and the rivals' returns
in `cells.sqlite`; what is finished is not done again. Then it prints a table, and writes
`results.json` and the learning curves, `ENV.svg`. The settings were fixed before the reported seeds
(10 to 14) were run, on other seeds and other students.

    python benchmarks/trained_teachers.py --out runs/trained-teachers
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
from measured import measured

from teachgym.core.threads import limited_threads
from teachgym.experiments.cells import Cell, canonical
from teachgym.experiments.charts import Series, line_chart
from teachgym.experiments.evaluation import TeacherFactory, evaluate, make_vector
from teachgym.experiments.executors import Tell, in_processes
from teachgym.experiments.statistics import Interval, paired_interval, smooth
from teachgym.experiments.sweep import Group
from teachgym.experiments.train_teacher import POLICY, factory, read_training, train_teacher
from teachgym.teachers import ZPDES

STUDENTS = 500
HELD_OUT = 5_000_000
"""Seeds the held-out students."""
BUDGET = 200
"""Lessons of an episode, in both environments."""
COMMON = {"n_envs": 128, "episodes": STUDENTS, "evaluation_seed": HELD_OUT, "threads": 1}

SETTINGS: dict[str, dict[str, Any]] = {
    "KnowledgeGraph": {
        "total_steps": 2_000_000,
        # The return of an episode is the same; but each lesson is paid for itself.
        "env_options": {"exam_every": 1},
        "algorithm_options": {"n_steps": 50, "n_epochs": 6, "learning_rate": 2e-3, "gamma": 0.99},
    },
    "SpacedRepetition": {
        "total_steps": 2_000_000,
        "algorithm_options": {
            "n_steps": 50,
            "n_epochs": 8,
            "learning_rate": 3e-3,
            "gamma": 0.97,
            "gae_lambda": 0.9,
        },
    },
}
"""Arguments of `train_teacher`."""

TOLD = "zpdes, told the prerequisites"
ALP_GMM = "warmup=40,fit_every=40,window=100"
RIVALS = {
    "KnowledgeGraph": [
        "uniform",
        "progression",
        "progression:raise_at=0.6,window=3",
        "exp3s",
        "learnability",
        "learnability:success_power=2",
        "learnability:sampling=top_k,k=5",
        f"alp_gmm:{ALP_GMM}",
        "ucb1:exploration=0.1",
        "thompson",
        "tscl_window",
        "tscl_sampling",
        "learning_progress",
        "rlve",
        "zpdes",
        TOLD,
        "adarft",
        "dump",
    ],
    "SpacedRepetition": [
        "uniform",
        "progression:levels=1",
        "exp3s",
        "learnability",
        "learnability:success_power=0.5,failure_power=0.5",
        f"alp_gmm:levels=1,{ALP_GMM}",
        "ucb1:exploration=0.1",
        "thompson",
        "tscl_sampling",
        "leitner:interval=5",
        "leitner:interval=5,new_first=true",
        "sm2:interval=5,new_first=true",
        "fsrs:interval=5,new_first=true",
        "threshold:interval=5,threshold=0.5",
    ],
}
"""Other teachers on what the policy sees. Without levels, progression takes the items in turn."""
ORACLES = {
    "KnowledgeGraph": [],
    "SpacedRepetition": ["teachgym.teachers.schedulers:MyopicOptimum:interval=5"],
}
"""Teachers that are shown the student's true state."""

STYLE = """svg { font: 14px system-ui, sans-serif; background: white; }
.grid { stroke: #e3e5e8; } .level { stroke: #6b7280; stroke-dasharray: 6 5; }
.tick, .axis, .end { fill: #4b5563; } .line { fill: none; stroke: #2563eb; stroke-width: 2.5; }
.band { fill: #2563eb; fill-opacity: 0.15; } .dot { fill: #2563eb; }"""


def train(job: tuple[str, int, Path], tell: Tell) -> None:
    """Train a policy and teach the held-out students, unless it was done before.

    Args:
        job: Environment, seed and folder.
        tell: Told how long it took.
    """
    env, seed, folder = job
    if folder.exists():
        if (folder / "time.json").is_file():
            return
        shutil.rmtree(folder)
    begun, used = perf_counter(), process_time()
    took: dict[str, float] = {}

    def progress(what: str, done: int, total: int, remark: str) -> None:
        if what == "training":
            took["minutes"] = (perf_counter() - begun) / 60
            took["cpu_minutes"] = (process_time() - used) / 60

    train_teacher(
        env, "ppo", seed=seed, teachers=[], out=folder, progress=progress, **COMMON, **SETTINGS[env]
    )
    (folder / "time.json").write_text(json.dumps(took) + "\n", encoding="utf-8")
    tell(f"{env}, seed {seed}: trained in {took['minutes']:.1f} minutes")


def told(make: Callable[[int], Any]) -> TeacherFactory:
    """What makes a teacher that is given the environment's graph."""
    graph = make(1).batch.graph
    return lambda space, seed: ZPDES(space, seed=seed, prerequisites=graph.prerequisites)


def cell_of(env: str, rival: str) -> Cell:
    """Another teacher with the held-out students; its name has its options."""
    options = {"observation": "full"} if rival in ORACLES[env] else {}
    settings = canonical({"students": STUDENTS, "env_options": options})
    return Cell("report", env, rival, "{}", settings, HELD_OUT)


def returns(group: Group) -> list[dict[str, Any]]:
    """Another teacher's return with each student."""
    (cell,) = group
    settings = json.loads(cell.settings)
    make = partial(make_vector, cell.env, options=settings["env_options"])
    chosen = told(make) if cell.teacher == TOLD else factory(cell.teacher)
    with limited_threads(1):
        return [{"returns": evaluate(make, chosen, settings["students"], cell.seed).tolist()}]


def interval(values: np.ndarray) -> Interval:
    """The 95% t interval of the mean of some values."""
    return paired_interval(values.tolist(), [0.0] * len(values))


def summary(
    env: str, seeds: list[int], folder: Path, results: Mapping[Cell, Mapping[str, Any]]
) -> dict[str, Any]:
    """All that is reported of an environment.

    The policy's interval is over the training seeds, each seed counting as its mean over the
    students; a rival's is over the students. Of the policy's advantage over a rival there are both:
    over the seeds, and over the students, each counting as its mean over the seeds.
    """
    trainings = [read_training(folder / f"seed-{seed}") for seed in seeds]
    policy = np.array([training.returns[POLICY] for training in trainings])
    times = [json.loads((folder / f"seed-{seed}/time.json").read_text()) for seed in seeds]
    rows = []
    for rival in (*RIVALS[env], *ORACLES[env]):
        values = np.array(results[cell_of(env, rival)]["returns"])
        rows.append(
            {
                "teacher": rival,
                "sees_true_state": rival in ORACLES[env],
                "return": asdict(interval(values)),
                "policy_minus_this": asdict(interval((policy - values).mean(axis=1))),
                "over_students": asdict(interval((policy - values).mean(axis=0))),
            }
        )
    return {
        "env": env,
        "seeds": seeds,
        "students": STUDENTS,
        "settings": {**COMMON, **SETTINGS[env]},
        "policy": asdict(interval(policy.mean(axis=1))),
        "policy_over_students": asdict(interval(policy.mean(axis=0))),
        "policy_of_seeds": policy.mean(axis=1).tolist(),
        "minutes": [time["minutes"] for time in times],
        "cpu_minutes": [time["cpu_minutes"] for time in times],
        "teachers": rows,
    }


def show(result: dict[str, Any]) -> None:
    """Print an environment's table."""

    def ends(row: dict[str, Any]) -> str:
        return f"{row['low']:+.4g} to {row['high']:+.4g}"

    def mean(row: dict[str, Any]) -> str:
        return f"{row['mean']:.4g} ± {(row['high'] - row['low']) / 2:.2g}"

    print(f"\n{result['env']}: {len(result['seeds'])} seeds, {STUDENTS} held-out students")
    print("| teacher | return | PPO's advantage, 95% over seeds | 95% over students |")
    print("|---|---|---|---|")
    print(f"| PPO | {mean(result['policy'])} | | |")
    for row in result["teachers"]:
        advantage = row["policy_minus_this"]
        shown = f"{advantage['mean']:+.4g} ({ends(advantage)})"
        name = row["teacher"] + (" (sees the true state)" if row["sees_true_state"] else "")
        print(f"| {name} | {mean(row['return'])} | {shown} | {ends(row['over_students'])} |")
    wall, cpu = max(result["minutes"]), max(result["cpu_minutes"])
    print(f"A training took {wall:.1f} minutes at most, {cpu:.1f} of them on a core.")


def draw(result: dict[str, Any], folder: Path) -> str:
    """The learning curves: mean over the seeds, band from the least to the greatest."""
    # Sums of 200 mean recalls are shown as means.
    scale = BUDGET if result["env"] == "SpacedRepetition" else 1
    curves = [read_training(folder / f"seed-{seed}").curve for seed in result["seeds"]]
    lessons = [line["steps"] / 1e6 for line in curves[0]]
    values = np.array([smooth([line["mean_return"] for line in curve], 5) for curve in curves])
    values /= scale
    rivals = [row for row in result["teachers"] if not row["sees_true_state"]]
    best = max(rivals, key=lambda row: row["return"]["mean"])
    chart = line_chart(
        [
            Series(
                "PPO",
                lessons,
                values.mean(axis=0).tolist(),
                values.min(axis=0).tolist(),
                values.max(axis=0).tolist(),
            )
        ],
        title=f"PPO on {result['env']}-v0, {len(curves)} seeds",
        x_label="million lessons of training",
        y_label="return" if scale == 1 else "mean recall",
        width=760,
        height=340,
        level=(best["return"]["mean"] / scale, f"best other teacher: {best['teacher']}"),
    )
    opening, rest = chart.split(">", 1)
    return f'{opening} xmlns="http://www.w3.org/2000/svg"><style>{STYLE}</style>{rest}\n'


def main() -> None:
    """Train what is missing, evaluate, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--env", action="append", choices=list(SETTINGS), help="default: both")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(10, 15)))
    parser.add_argument("--jobs", type=int, default=1, help="trainings, or rivals, at a time")
    parser.add_argument("--out", type=Path, default=Path("runs/trained-teachers"))
    arguments = parser.parse_args()
    envs = arguments.env or list(SETTINGS)
    trainings = [
        (env, seed, arguments.out / env / f"seed-{seed}")
        for env in envs
        for seed in arguments.seeds
    ]
    execute = in_processes(arguments.jobs)
    for _ in execute(train, trainings, lambda job, message: print(message, flush=True)):
        pass
    cells = [cell_of(env, rival) for env in envs for rival in (*RIVALS[env], *ORACLES[env])]
    found = measured(cells, returns, arguments.out, arguments.jobs)
    results = []
    for env in envs:
        folder = arguments.out / env
        result = summary(env, arguments.seeds, folder, found)
        show(result)
        (arguments.out / f"{env}.svg").write_text(draw(result, folder), encoding="utf-8")
        results.append(result)
    text = json.dumps(results, indent=1) + "\n"
    (arguments.out / "results.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
