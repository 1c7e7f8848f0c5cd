"""Stepping a trainer lesson by lesson gives the weights that the trainer's own loop gives."""

import numpy as np
import pytest
import torch
from datasets import Dataset
from transformers import TrainerCallback
from trl import GRPOConfig, GRPOTrainer, SFTConfig, SFTTrainer

from teachgym.domains import Strings
from teachgym.models.causal import load_causal
from teachgym.rewards import exact_match
from teachgym.students import LanguageModelStudent, columns
from teachgym.training import GRPO, SFT

LESSONS, TASKS, GENERATIONS = 4, 3, 4
COMMON = {
    "lr_scheduler_type": "constant_with_warmup",
    "warmup_steps": 2,
    "bf16": False,
    "activation_checkpointing": False,
    "report_to": "none",
    "save_strategy": "no",
    "use_cpu": True,
    "max_steps": LESSONS,
    "disable_tqdm": True,
    "max_grad_norm": 0.5,
}


class Reseed(TrainerCallback):
    """Seeds torch when the first batch is drawn: the loop's data loader uses the generator too."""

    def on_step_begin(self, args, state, control, **kwargs):
        if state.global_step == 0:
            torch.manual_seed(3)


def lessons():
    domain, rng = Strings(), np.random.default_rng(0)
    return [
        [domain.sample(int(topic), 0.2, rng) for topic in rng.integers(9, size=TASKS)]
        for _ in range(LESSONS)
    ]


def taught(update, *, together: int = 1):
    student = LanguageModelStudent("tiny", update=update, max_new_tokens=8)
    student.reset(seed=3)
    for i, tasks in enumerate(lessons()):
        student.study(tasks, exact_match, update=(i + 1) % together == 0)
    return dict(student.language.model.named_parameters())


def assert_same(weights, others):
    start = dict(load_causal("tiny").model.named_parameters())
    assert any(not torch.equal(weights[name], start[name]) for name in weights)
    for name in weights:
        torch.testing.assert_close(weights[name], others[name], rtol=0, atol=1e-7)


@pytest.mark.parametrize("together", [1, 2])
def test_grpo_steps_give_the_weights_of_train(tmp_path, together):
    weights = taught(
        GRPO(1e-3, num_generations=GENERATIONS, warmup_updates=2, max_grad_norm=0.5),
        together=together,
    )
    language = load_causal("tiny")
    rows = [
        {"prompt": task.prompt, **{key: value[0] for key, value in columns([task]).items()}}
        for tasks in lessons()
        for task in tasks
    ]
    trainer = GRPOTrainer(
        language.model,
        reward_funcs=exact_match,
        args=GRPOConfig(
            output_dir=str(tmp_path),
            learning_rate=1e-3,
            num_generations=GENERATIONS,
            per_device_train_batch_size=TASKS * GENERATIONS,
            gradient_accumulation_steps=together,
            steps_per_generation=1,
            max_completion_length=8,
            shuffle_dataset=False,
            **{**COMMON, "max_steps": LESSONS // together},
        ),
        train_dataset=Dataset.from_list(rows),
        processing_class=language.tokenizer,
        callbacks=[Reseed()],
    )
    trainer.train()
    assert_same(weights, dict(language.model.named_parameters()))


def test_sft_steps_give_the_weights_of_train(tmp_path):
    weights = taught(SFT(1e-3, warmup_updates=2, max_grad_norm=0.5))
    language = load_causal("tiny")
    rows = [
        {"prompt": task.prompt, "completion": task.answer} for tasks in lessons() for task in tasks
    ]
    trainer = SFTTrainer(
        language.model,
        args=SFTConfig(
            output_dir=str(tmp_path),
            learning_rate=1e-3,
            per_device_train_batch_size=TASKS,
            **COMMON,
        ),
        train_dataset=Dataset.from_list(rows).to_iterable_dataset(),
        processing_class=language.tokenizer,
    )
    trainer.train()
    assert_same(weights, dict(language.model.named_parameters()))
