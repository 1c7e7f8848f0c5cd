"""Stepping a trainer lesson by lesson gives the weights that the trainer's own loop gives."""

import numpy as np
import pytest
import torch
from datasets import Dataset
from transformers import TrainerCallback
from trl import (
    DPOConfig,
    DPOTrainer,
    GRPOConfig,
    GRPOTrainer,
    KTOConfig,
    KTOTrainer,
    RLOOConfig,
    RLOOTrainer,
    SFTConfig,
    SFTTrainer,
)

from teachgym.domains import Strings
from teachgym.models.causal import load_causal
from teachgym.rewards import exact_match
from teachgym.students import LanguageModelStudent, columns
from teachgym.training import DPO, GRPO, KTO, RLOO, SFT, Distill

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


def taught(update, *, together: int = 1, reward=exact_match, studies=None):
    student = LanguageModelStudent("tiny", update=update, max_new_tokens=8)
    student.reset(seed=3)
    for i, tasks in enumerate(lessons()):
        study = student.study(tasks, reward, update=(i + 1) % together == 0)
        if studies is not None:
            studies.append((tasks, study))
    return dict(student.language.model.named_parameters())


def alternating(*, completions, **_):
    """Distinct scores, so that every lesson has as many rows; each second answer is right."""
    return [(i + 1) / 100 + 0.5 * (i % 2) for i in range(len(completions))]


def assert_same(weights, others):
    start = dict(load_causal("tiny").model.named_parameters())
    assert any(not torch.equal(weights[name], start[name]) for name in weights)
    for name in weights:
        torch.testing.assert_close(weights[name], others[name], rtol=0, atol=1e-7)


@pytest.mark.parametrize("together", [1, 2])
@pytest.mark.parametrize(
    ("update", "kind", "configuration", "fields"),
    [
        (GRPO, GRPOTrainer, GRPOConfig, {}),
        (RLOO, RLOOTrainer, RLOOConfig, {"beta": 0.0}),
        (RLOO, RLOOTrainer, RLOOConfig, {"beta": 0.5}),
    ],
)
def test_steps_over_rollouts_give_the_weights_of_train(
    tmp_path, together, update, kind, configuration, fields
):
    weights = taught(
        update(1e-3, num_generations=GENERATIONS, warmup_updates=2, max_grad_norm=0.5, **fields),
        together=together,
    )
    language = load_causal("tiny")
    rows = [
        {"prompt": task.prompt, **{key: value[0] for key, value in columns([task]).items()}}
        for tasks in lessons()
        for task in tasks
    ]
    trainer = kind(
        language.model,
        reward_funcs=exact_match,
        args=configuration(
            output_dir=str(tmp_path),
            learning_rate=1e-3,
            num_generations=GENERATIONS,
            per_device_train_batch_size=TASKS * GENERATIONS,
            gradient_accumulation_steps=together,
            steps_per_generation=1,
            max_completion_length=8,
            shuffle_dataset=False,
            **fields,
            **{**COMMON, "max_steps": LESSONS // together},
        ),
        train_dataset=Dataset.from_list(rows),
        processing_class=language.tokenizer,
        callbacks=[Reseed()],
    )
    trainer.train()
    assert_same(weights, dict(language.model.named_parameters()))


def trained_on_rows(tmp_path, kind, configuration, rows, batch):
    """The weights after TRL's own loop over these rows, a batch a step."""
    language = load_causal("tiny")
    trainer = kind(
        language.model,
        args=configuration(
            output_dir=str(tmp_path),
            learning_rate=1e-3,
            per_device_train_batch_size=batch,
            **COMMON,
        ),
        train_dataset=Dataset.from_list(rows).to_iterable_dataset(),
        processing_class=language.tokenizer,
    )
    trainer.train()
    return dict(language.model.named_parameters())


def shouted(task):
    return task.answer.upper() + "!"


@pytest.mark.parametrize(
    ("update", "completion"),
    [
        (SFT(1e-3, warmup_updates=2, max_grad_norm=0.5), lambda task: task.answer),
        (Distill(1e-3, warmup_updates=2, max_grad_norm=0.5), lambda task: task.answer),
        (Distill(1e-3, teacher=shouted, warmup_updates=2, max_grad_norm=0.5), shouted),
    ],
)
def test_steps_on_answers_give_the_weights_of_train(tmp_path, update, completion):
    rows = [
        {"prompt": task.prompt, "completion": completion(task)}
        for tasks in lessons()
        for task in tasks
    ]
    assert_same(taught(update), trained_on_rows(tmp_path, SFTTrainer, SFTConfig, rows, TASKS))


def test_steps_from_reasoning_give_the_weights_of_train(tmp_path):
    update = Distill(
        1e-3,
        track="B",
        teacher=shouted,
        template="{reasoning} {prompt}",
        warmup_updates=2,
        max_grad_norm=0.5,
    )
    rows = [
        {"prompt": f"{shouted(task)} {task.prompt}", "completion": task.answer}
        for tasks in lessons()
        for task in tasks
    ]
    assert_same(taught(update), trained_on_rows(tmp_path, SFTTrainer, SFTConfig, rows, TASKS))


def test_dpo_steps_give_the_weights_of_train(tmp_path):
    studies = []
    weights = taught(
        DPO(1e-3, num_generations=GENERATIONS, warmup_updates=2, max_grad_norm=0.5),
        reward=alternating,
        studies=studies,
    )
    rows = [
        {"prompt": task.prompt, "chosen": answers[3], "rejected": answers[0]}
        for tasks, study in studies
        for task, answers in zip(tasks, study.completions, strict=True)
    ]
    assert any(row["chosen"] != row["rejected"] for row in rows)
    assert_same(weights, trained_on_rows(tmp_path, DPOTrainer, DPOConfig, rows, TASKS))


def test_kto_steps_give_the_weights_of_train(tmp_path):
    studies = []
    weights = taught(
        KTO(1e-3, num_generations=GENERATIONS, warmup_updates=2, max_grad_norm=0.5),
        reward=alternating,
        studies=studies,
    )
    rows = [
        {
            "prompt": tasks[task].prompt,
            "completion": study.completions[task][answer],
            "label": answer % 2 == 1,
        }
        for tasks, study in studies
        for answer in range(GENERATIONS)
        for task in range(TASKS)
    ]
    batch = TASKS * GENERATIONS
    assert_same(weights, trained_on_rows(tmp_path, KTOTrainer, KTOConfig, rows, batch))
