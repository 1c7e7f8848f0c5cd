"""What a curriculum costs: ask and tell, timed directly, against a GRPO step of the tiny student.

A step is `GRPOTrainer.train()`'s own, with 4 tasks of 8 answers (the settings of `curriculum.py`)
and tasks from a plain data set. Then `ask` and `tell` are timed in a loop of their own, over as
many batches as the history that the teacher shall have, with scores of a student that learns; what
a domain needs to make a task is a part of `ask`, which a plain data set has done before. One JSON
line per teacher is printed. Times are the processor's, as others may use the machine too.

    python benchmarks/ask_tell.py --steps 30 --batches 1000
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from time import process_time
from typing import Any

import numpy as np
import torch
from datasets import Dataset
from transformers import TrainerCallback
from trl import GRPOConfig, GRPOTrainer

from teachgym.domains import Strings
from teachgym.models.causal import load_causal
from teachgym.rewards import exact_match
from teachgym.students import columns
from teachgym.training import TaskStream

TASKS, GENERATIONS, LENGTH = 4, 8, 16
LIMITS = {"learnability": 0.02, "alp_gmm": 0.05}
"""Largest share of a step's time that asking and telling may take."""


class Clock(TrainerCallback):
    """Times each step."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def on_step_begin(self, *_: Any, **__: Any) -> None:
        """Start."""
        self._start = process_time()

    def on_step_end(self, *_: Any, **__: Any) -> None:
        """Stop."""
        self.times.append(process_time() - self._start)


def step_time(steps: int) -> float:
    """Median seconds of a step of GRPO, the first five left out."""
    domain, rng = Strings(), np.random.default_rng(0)
    tasks = [
        domain.sample(int(rng.integers(9)), float(rng.random()), rng)
        for _ in range(TASKS * (steps + 5))
    ]
    language, clock = load_causal("tiny", device="cpu"), Clock()
    with tempfile.TemporaryDirectory() as folder:
        GRPOTrainer(
            language.model,
            reward_funcs=exact_match,
            args=GRPOConfig(
                output_dir=folder,
                per_device_train_batch_size=TASKS * GENERATIONS,
                num_generations=GENERATIONS,
                max_completion_length=LENGTH,
                max_steps=steps + 5,
                learning_rate=1e-6,  # so that answers keep their length
                bf16=False,
                activation_checkpointing=False,
                report_to="none",
                disable_tqdm=True,
                save_strategy="no",
                logging_strategy="no",
                use_cpu=True,
            ),
            train_dataset=Dataset.from_dict(
                {"prompt": [task.prompt for task in tasks], **columns(tasks)}
            ),
            processing_class=language.tokenizer,
            callbacks=[clock],
        ).train()
    return statistics.median(clock.times[5:])


def ask_tell_times(teacher: str, batches: int) -> tuple[list[float], list[float]]:
    """Seconds of each ask and of each tell."""
    stream, rng = TaskStream("strings", teacher, seed=0), np.random.default_rng(0)
    asks, tells = [], []
    for batch in range(batches):
        start = process_time()
        rows = stream.ask(TASKS)
        asks.append(process_time() - start)
        reach = 0.2 + 0.6 * batch / batches
        right = np.array([1 / (1 + np.exp(12 * (row["difficulty"] - reach))) for row in rows])
        scores = (rng.random((TASKS, GENERATIONS)) < right[:, None]).astype(float)
        start = process_time()
        stream.tell(rows, scores)
        tells.append(process_time() - start)
    return asks, tells


def main() -> None:
    """Time both, and print a line per teacher."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--batches", type=int, default=1000)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    step = step_time(arguments.steps)
    for teacher, limit in LIMITS.items():
        asks, tells = ask_tell_times(teacher, arguments.batches)
        # The mean, not the median: ALP-GMM fits now and then.
        mean = float(np.mean(asks) + np.mean(tells))
        result = {
            "teacher": teacher,
            "batches": arguments.batches,
            "ask_ms": round(1e3 * statistics.median(asks), 3),
            "tell_ms": round(1e3 * statistics.median(tells), 3),
            "mean_ms": round(1e3 * mean, 3),
            "step_ms": round(1e3 * step, 1),
            "share": round(mean / step, 4),
            "limit": limit,
        }
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
