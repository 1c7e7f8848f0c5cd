"""The schooling of the tiny model: reproducible, and blind to the exam."""

import numpy as np
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from teachgym.domains import Arithmetic, Strings
from teachgym.training.schooling import batches, school


def test_the_same_seed_gives_the_same_model(tmp_path):
    models = []
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        school(tmp_path / name, seed=seed, steps=2, batch=8)
        models.append(AutoModelForCausalLM.from_pretrained(tmp_path / name))
    first, again, other = (model.state_dict() for model in models)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not all(torch.equal(first[name], other[name]) for name in first)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "a")
    assert len(tokenizer.encode("sort cba=")) == len("sort cba=")


def test_schooling_sees_practice_prompts_only():
    strings, arithmetic = Strings(), Arithmetic()
    stream = batches({strings: 0.7, arithmetic: 0.7}, 64, np.random.default_rng(0))
    seen = {prompt for _ in range(100) for prompt, _ in next(stream)}
    held_out = {
        task.prompt for domain in (strings, arithmetic) for task in domain.exam(5000, seed=0)
    }
    assert len(seen) > 3000
    assert not seen & held_out
