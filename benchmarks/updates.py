"""What each update costs, and what it does for the tiny language model under uniform practice.

Every update gives the same lessons of `Strings-v0` (9 topics x 12 levels) to the same untaught
student. Learning rates were chosen on the seeds 100 and 101 before the reported seeds (0 to 2) were
run. What is finished under `--out` is not done again. Costs are taken in one process, on one
thread, with the updates taking turns.

    python benchmarks/updates.py --out runs/updates --jobs 2
"""

from __future__ import annotations

import argparse
import json
import statistics
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

from teachgym.core.threads import limited_threads
from teachgym.domains import Strings
from teachgym.envs import student_factory
from teachgym.experiments import read_result
from teachgym.experiments.cells import CellDatabase
from teachgym.experiments.compare import finish
from teachgym.experiments.configuration import RunConfig
from teachgym.experiments.executors import in_processes
from teachgym.experiments.statistics import summarise
from teachgym.rewards import exact_match

UPDATES = 100
"""Weight updates of a run."""
SETTINGS: dict[str, Any] = {
    "lesson_size": 2,
    "lessons_per_update": 4,
    "budget": 4 * UPDATES,
    "exam_size": 1080,
    "exam_every": 4 * UPDATES,
    "env_options": {"student_options": {"max_new_tokens": 16}},
    "threads": 1,
}
GROUPS = {"num_generations": 8, "warmup_updates": 10}
FEEDBACK = {"feedback_share": 0.25}


RULES: dict[str, tuple[str, dict[str, Any], str]] = {
    "none": ("none", {}, "a reward"),
    "sft": ("sft", {"learning_rate": 3e-4, "warmup_updates": 10}, "answers to learn"),
    "distill, track A": (
        "distill",
        {"learning_rate": 3e-4, "warmup_updates": 10},
        "a teacher's text",
    ),
    "distill, track B": (
        "distill",
        {
            "learning_rate": 3e-4,
            "warmup_updates": 10,
            "track": "B",
            "teacher": "teachgym.training.demonstrations:spelled_answer",
            "template": "{reasoning} {prompt}",
        },
        "answers, and a teacher's reasoning",
    ),
    "grpo": ("grpo", {"learning_rate": 2e-4, **GROUPS}, "a reward"),
    "grpo, feedback masked": (
        "grpo",
        {"learning_rate": 2e-4, **GROUPS, **FEEDBACK},
        "a reward, and feedback",
    ),
    "grpo, feedback weighted": (
        "grpo",
        {"learning_rate": 2e-4, **GROUPS, **FEEDBACK, "feedback_tokens": "weighted"},
        "a reward, and feedback",
    ),
    "rloo": ("rloo", {"learning_rate": 2e-4, **GROUPS}, "a reward"),
    "dpo": ("dpo", {"learning_rate": 3e-4, **GROUPS}, "a reward; a reference model"),
    "dpo, teacher": (
        "dpo",
        {"learning_rate": 3e-4, **GROUPS, "pairs": "teacher"},
        "a reward, and answers; a reference model",
    ),
    "kto": ("kto", {"learning_rate": 1e-4, **GROUPS}, "a reward; a reference model"),
}
"""Label: name of the update, its arguments, and what it needs."""


def folder(out: Path, label: str, seed: int) -> Path:
    """Where a run lies."""
    return out / label.replace(", ", "-").replace(" ", "-") / f"seed-{seed}"


def config_of(label: str, seed: int) -> RunConfig:
    """One run."""
    update, options, _ = RULES[label]
    return RunConfig(
        "Strings", "tiny", "uniform", seed, update=update, update_options=options, **SETTINGS
    )


def seconds(labels: list[str], rounds: int) -> dict[str, float]:
    """Median processor seconds of one weight update, by label."""
    domain, rng = Strings(), np.random.default_rng(0)
    cells = [(int(rng.integers(9)), float(rng.random())) for _ in range(4 * (rounds + 1))]
    lessons = [[domain.sample(*cell, rng) for _ in range(2)] for cell in cells]
    taken: dict[str, list[float]] = {label: [] for label in labels}
    with limited_threads(1):
        students = {}
        for label in labels:
            update, options, _ = RULES[label]
            students[label] = student_factory(
                "tiny",
                update=update,
                update_options=options,
                student_options={"max_new_tokens": 16},
            )()
            students[label].reset(seed=0)
        for start in range(0, len(lessons), 4):
            for label, student in students.items():
                begun = process_time()
                for i, tasks in enumerate(lessons[start : start + 4]):
                    student.study(tasks, exact_match, update=i == 3)
                taken[label].append(process_time() - begun)
    # The first round warms up.
    return {label: statistics.median(values[1:]) for label, values in taken.items()}


def summary(label: str, seeds: list[int], out: Path, cost: float) -> dict[str, Any]:
    """A row of the table."""
    results = [read_result(folder(out, label, seed)) for seed in seeds]
    gain = summarise([result.final - result.first for result in results])
    return {
        "update": label,
        "needs": RULES[label][2],
        "options": RULES[label][1],
        "seconds": cost,
        "before": results[0].first,
        "after": [result.final for result in results],
        "mean": summarise([result.final for result in results]).mean,
        "gain": gain.mean,
        "sd": gain.sd,
    }


def show(rows: list[dict[str, Any]], seeds: list[int]) -> None:
    """Print the table."""
    print(
        f"\n{UPDATES} updates of 8 tasks, {len(seeds)} seeds; exam of {SETTINGS['exam_size']} "
        f"tasks, {rows[0]['before']:.3f} before the first lesson\n"
    )
    print("| update | needs | seconds an update | exam after | gain, mean ± sd |")
    print("|---|---|---|---|---|")
    for row in rows:
        spread = "" if row["sd"] is None else f" ± {row['sd']:.3f}"
        print(
            f"| {row['update']} | {row['needs']} | {row['seconds']:.2f} | {row['mean']:.3f} | "
            f"{row['gain']:+.3f}{spread} |"
        )


def main() -> None:
    """Run what is missing, print the table, write it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", type=Path, default=Path("runs/updates"))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--update", action="append", choices=list(RULES), help="default: all")
    parser.add_argument("--jobs", type=int, default=1, help="runs at a time")
    parser.add_argument("--rounds", type=int, default=15, help="updates timed of each kind")
    arguments = parser.parse_args()
    labels = arguments.update or list(RULES)
    out: Path = arguments.out
    runs = {folder(out, label, seed): (label, seed) for seed in arguments.seeds for label in labels}
    items = [(path, config_of(*run)) for path, run in runs.items()]
    for (path, _), _ in in_processes(arguments.jobs)(finish, items):
        label, seed = runs[path]
        print(f"{label}, seed {seed}: {read_result(path).final:.3f}", flush=True)
    database = CellDatabase(out / "cells.sqlite")
    known = database.facts().get("seconds", {})
    if set(labels) - set(known):
        known = seconds(list(RULES), arguments.rounds)
        database.note("seconds", known)
    rows = [summary(label, arguments.seeds, out, known[label]) for label in labels]
    show(rows, arguments.seeds)
    text = json.dumps({"seeds": arguments.seeds, "settings": SETTINGS, "updates": rows}, indent=1)
    (out / "results.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
