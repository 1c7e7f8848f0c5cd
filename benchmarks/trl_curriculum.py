"""Does the three-line curriculum pay in TRL's own loop, on the tiny model?

Both sides are `GRPOTrainer.train()` with the same configuration: 4 tasks of 8 answers in each of
250 optimizer steps, plain SGD, as in `curriculum.py`. Plain TRL trains on a data set whose rows
were drawn uniformly from the domain's practice tasks; the curriculum chooses them, one batch stale,
by the three lines of the documentation. A callback sits the domain's held-out exam, answered
greedily. The settings were fixed on the seeds 0 and 1, where the learning rate of `curriculum.py`
(0.05) and a window of 1 were tried too; the reported seeds are 40 to 49.

The criterion: the optimizer step from which the curriculum's exam curve (mean over seeds, smoothed
over three exams) is above plain TRL's final exam and stays there, as a part of all steps.

    python benchmarks/trl_curriculum.py --out runs/trl_curriculum --jobs 2

Each run is a cell in `cells.sqlite` in the folder; a killed sweep goes on with the same command.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from measured import measured

from teachgym.experiments.cells import Cell, canonical
from teachgym.experiments.statistics import paired_interval, passes_at, smooth
from teachgym.experiments.sweep import Group

STEPS, EXAM_EVERY, EXAM_SIZE, EXAM_SEED, WINDOW = 250, 5, 540, 0, 3
OPTIONS = {"progression": {"window": 2, "raise_at": 0.7, "lower_at": 0.3}}
"""Of teachers that do not have their defaults here."""

CONFIG: dict[str, Any] = {
    "max_steps": STEPS,
    "per_device_train_batch_size": 32,
    "num_generations": 8,
    "max_completion_length": 16,
    "optim": "sgd",
    "learning_rate": 0.03,
    "lr_scheduler_type": "constant_with_warmup",
    "warmup_steps": 10,
    "max_grad_norm": 0.0,
    "scale_rewards": "none",
    "bf16": False,
    "activation_checkpointing": False,
    "use_cpu": True,
    "report_to": "none",
    "save_strategy": "no",
    "logging_steps": 10,
    "disable_tqdm": True,
}
PLAIN = "plain"
"""The side without a curriculum."""


def cell_of(side: str, seed: int) -> Cell:
    """A run of plain TRL, or of a curriculum by a teacher."""
    options = canonical(OPTIONS.get(side, {}))
    exam = {"every": EXAM_EVERY, "size": EXAM_SIZE, "seed": EXAM_SEED}
    return Cell("report", "Strings", side, options, canonical({**CONFIG, "exam": exam}), seed)


def run(group: Group) -> list[dict[str, Any]]:
    """One run: its exam curve, what its groups of answers had to teach, and what it took."""
    import torch
    from datasets import Dataset
    from transformers import TrainerCallback
    from trl import GRPOConfig, GRPOTrainer

    from teachgym.domains import Strings
    from teachgym.models.causal import load_causal
    from teachgym.rewards import exact_match
    from teachgym.training import Curriculum, TaskStream

    (cell,) = group
    seed = cell.seed
    torch.set_num_threads(1)
    domain, language = Strings(), load_causal("tiny", device="cpu", max_new_tokens=16)
    exam = domain.exam(EXAM_SIZE, EXAM_SEED)
    answers = [task.answer for task in exam]
    curve: list[tuple[int, float]] = []

    class Exam(TrainerCallback):
        """Sits the exam at the start and every so many steps."""

        def sit(self, step: int) -> None:
            """Answer greedily, and note the mean score."""
            state = torch.get_rng_state()
            texts = language.generate([task.prompt for task in exam])
            scores = exact_match(prompts=texts, completions=texts, answer=answers)
            curve.append((step, float(np.mean([score or 0.0 for score in scores]))))
            torch.set_rng_state(state)

        def on_train_begin(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
            self.sit(0)

        def on_step_end(self, args: Any, state: Any, control: Any, **rest: Any) -> None:
            if state.global_step % EXAM_EVERY == 0:
                self.sit(state.global_step)

    config = GRPOConfig(output_dir=tempfile.gettempdir(), seed=seed, **CONFIG)
    common = {"model": language.model, "processing_class": language.tokenizer}
    if cell.teacher == PLAIN:
        rows = TaskStream(domain, "uniform", seed=seed).ask(STEPS * 4)
        trainer = GRPOTrainer(
            reward_funcs=exact_match,
            train_dataset=Dataset.from_list(rows),
            args=config,
            callbacks=[Exam()],
            **common,
        )
    else:
        name, options = cell.teacher, json.loads(cell.options)
        curriculum = Curriculum(domain, name, exact_match, seed=seed, teacher_options=options)
        trainer = GRPOTrainer(args=curriculum.args(config), **curriculum.parts(), **common)
        trainer.add_callback(Exam())
    start = process_time()
    trainer.train()
    silent = [entry.get("frac_reward_zero_std") for entry in trainer.state.log_history]
    known = [value for value in silent if value is not None]
    return [
        {
            "curve": curve,
            "groups_with_signal": 1 - float(np.mean(known)),
            "seconds": process_time() - start,
        }
    ]


def summary(
    results: Mapping[Cell, Mapping[str, Any]], seeds: list[int], teacher: str
) -> dict[str, Any]:
    """What came out."""
    runs = {
        side: [results[cell_of(name, seed)] for seed in seeds]
        for side, name in (("plain", PLAIN), ("curriculum", teacher))
    }
    steps = [step for step, _ in runs["plain"][0]["curve"]]
    curves = {
        side: np.array([[score for _, score in run["curve"]] for run in found])
        for side, found in runs.items()
    }
    level = float(curves["plain"][:, -1].mean())
    mean = smooth(curves["curriculum"].mean(axis=0).tolist(), WINDOW).tolist()
    at = passes_at(steps, mean, level)
    finals = {side: curve[:, -1].tolist() for side, curve in curves.items()}
    interval = paired_interval(finals["curriculum"], finals["plain"])
    return {
        "teacher": teacher,
        "seeds": seeds,
        "start": round(float(curves["plain"][:, 0].mean()), 4),
        "plain_final": round(level, 4),
        "curriculum_final": round(float(np.mean(finals["curriculum"])), 4),
        "difference": [
            None if value is None else round(value, 4)
            for value in (interval.mean, interval.low, interval.high)
        ],
        "passes_at_step": at,
        "share_of_steps": None if at is None else at / steps[-1],
        "groups_with_signal": {
            side: round(float(np.mean([run["groups_with_signal"] for run in found])), 3)
            for side, found in runs.items()
        },
        "seconds_per_run": round(
            float(np.mean([run["seconds"] for found in runs.values() for run in found])), 1
        ),
    }


def main() -> None:
    """Do the runs that are missing, and print the summary as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("runs/trl_curriculum"))
    parser.add_argument("--first-seed", type=int, default=40)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--teacher", default="progression")
    arguments = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    seeds = list(range(arguments.first_seed, arguments.first_seed + arguments.seeds))
    cells = [cell_of(side, seed) for seed, side in product(seeds, (PLAIN, arguments.teacher))]
    results = measured(cells, run, arguments.out, arguments.jobs)
    print(json.dumps(summary(results, seeds, arguments.teacher), indent=2))


if __name__ == "__main__":
    main()
