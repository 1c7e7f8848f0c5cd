"""Steps per second of an update that is stepped by lessons, against the trainer's own loop.

Both do the same work on the same rows: the update through `LanguageModelStudent.study`, the other
through `trainer.train()`. SFT's greedy answers, which give a lesson its score and which `train()`
does not need, are taken out of the time. The two take turns in one process; one JSON line per
update is printed, with the median of the ratios (above 1: stepping is faster).

    python benchmarks/stepping.py --steps 30 --rounds 5
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import tempfile
from collections.abc import Sequence
from time import perf_counter
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
from datasets import Dataset
from transformers import Trainer
from trl import GRPOConfig, GRPOTrainer, SFTConfig, SFTTrainer

from teachgym.domains import Strings, Task
from teachgym.models.causal import CausalLM, load_causal
from teachgym.rewards import exact_match
from teachgym.students import LanguageModelStudent, columns
from teachgym.training import GRPO, SFT

LENGTH = 16
COMMON: dict[str, Any] = {
    "learning_rate": 1e-6,  # small, so that both sides sample answers of the same length throughout
    "lr_scheduler_type": "constant_with_warmup",
    "bf16": False,
    "activation_checkpointing": False,
    "report_to": "none",
    "disable_tqdm": True,
    "save_strategy": "no",
    "logging_strategy": "no",
    "use_cpu": True,
}


def grpo_trainer(lessons: list[list[Task]], generations: int) -> Trainer:
    """A GRPO trainer over the lessons, in their order."""
    language = load_causal("tiny", max_new_tokens=LENGTH)
    tasks = [task for lesson in lessons for task in lesson]
    rows = {"prompt": [task.prompt for task in tasks], **columns(tasks)}
    arguments = GRPOConfig(
        output_dir=tempfile.gettempdir(),
        per_device_train_batch_size=len(lessons[0]) * generations,
        num_generations=generations,
        max_completion_length=LENGTH,
        shuffle_dataset=False,
        max_steps=len(lessons),
        **COMMON,
    )
    return GRPOTrainer(
        language.model,
        reward_funcs=exact_match,
        args=arguments,
        train_dataset=Dataset.from_dict(rows),
        processing_class=language.tokenizer,
    )


def sft_trainer(lessons: list[list[Task]]) -> Trainer:
    """An SFT trainer over the lessons, in their order."""
    language = load_causal("tiny")
    tasks = [task for lesson in lessons for task in lesson]
    rows = {
        "prompt": [task.prompt for task in tasks],
        "completion": [task.answer for task in tasks],
    }
    arguments = SFTConfig(
        output_dir=tempfile.gettempdir(),
        per_device_train_batch_size=len(lessons[0]),
        max_steps=len(lessons),
        **COMMON,
    )
    return SFTTrainer(
        language.model,
        args=arguments,
        train_dataset=Dataset.from_dict(rows).to_iterable_dataset(),
        processing_class=language.tokenizer,
    )


def seconds_stepping(student: LanguageModelStudent, lessons: list[list[Task]]) -> float:
    """Time to study all lessons after a reset, without SFT's answers."""
    student.reset(seed=0)
    answering = 0.0
    generate = CausalLM.generate

    def timed(language: CausalLM, prompts: Sequence[str]) -> list[str]:
        nonlocal answering
        begin = perf_counter()
        answers = generate(language, prompts)
        answering += perf_counter() - begin
        return answers

    with patch.object(CausalLM, "generate", timed):
        start = perf_counter()
        for lesson in lessons:
            student.study(lesson, exact_match)
        return perf_counter() - start - answering


def seconds_training(trainer: Trainer) -> float:
    """Time of the trainer's own loop."""
    start = perf_counter()
    trainer.train()
    return perf_counter() - start


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tasks", type=int, default=4, help="tasks per step")
    parser.add_argument("--generations", type=int, default=16)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    domain, rng = Strings(), np.random.default_rng(0)
    lessons = [
        [domain.sample(int(topic), 0.3, rng) for topic in rng.integers(9, size=arguments.tasks)]
        for _ in range(arguments.steps)
    ]
    updates = {
        "grpo": (
            GRPO(1e-6, num_generations=arguments.generations),
            lambda: grpo_trainer(lessons, arguments.generations),
        ),
        "sft": (SFT(1e-6), lambda: sft_trainer(lessons)),
    }
    for name, (update, build) in updates.items():
        student = LanguageModelStudent("tiny", update=update, max_new_tokens=LENGTH)
        seconds_stepping(student, lessons[:3])
        pairs = [
            (seconds_stepping(student, lessons), seconds_training(build()))
            for _ in range(arguments.rounds)
        ]
        record = {
            "update": name,
            "steps_per_s": round(arguments.steps / statistics.median(p[0] for p in pairs), 2),
            "train_steps_per_s": round(arguments.steps / statistics.median(p[1] for p in pairs), 2),
            "ratio": round(statistics.median(b / a for a, b in pairs), 3),
            "ratios": [round(b / a, 3) for a, b in pairs],
            "machine": f"{platform.machine()}, {os.cpu_count()} cores, 1 thread",
        }
        print(json.dumps(record), flush=True)


if __name__ == "__main__":
    main()
