"""The bundled tiny model: small, ordinary, and graded in skill."""

import numpy as np
import pytest
from transformers import AutoModelForCausalLM, AutoTokenizer

from teachgym.domains import Arithmetic, Strings
from teachgym.models.causal import load_causal, tiny_folder

CHANCE = {"compare": 0.6, "count": 0.3, "nth": 0.3, "modulo": 0.3}
"""What guessing can reach where few answers are possible; elsewhere nearly nothing."""


def test_it_is_small():
    files = list(tiny_folder().iterdir())
    assert sum(file.stat().st_size for file in files if file.is_file()) < 4_000_000
    assert not [file for file in files if file.suffix in (".bin", ".pt", ".pkl")]
    model = AutoModelForCausalLM.from_pretrained(tiny_folder())
    assert model.num_parameters() <= 1_000_000


def test_it_is_an_ordinary_folder():
    tokenizer = AutoTokenizer.from_pretrained(tiny_folder())
    for text in ("reverse abc=", "12+34=", "a\nB ~"):
        assert tokenizer.decode(tokenizer.encode(text)) == text
    assert tokenizer.pad_token_id is not None and tokenizer.eos_token_id is not None


@pytest.mark.parametrize("domain", [Strings(), Arithmetic()], ids=["strings", "arithmetic"])
def test_skill_is_graded(domain):
    per_cell = 12
    exam = domain.exam(per_cell * len(domain.topics) * domain.levels, seed=1)
    answers = load_causal("tiny").generate([task.prompt for task in exam])
    right = np.array([text == task.answer for text, task in zip(answers, exam, strict=True)])
    grid = right.reshape(len(domain.topics), domain.levels, per_cell).mean(axis=2)
    assert 0.2 <= grid.mean() <= 0.5
    for topic, row in zip(domain.topics, grid, strict=True):
        assert row[0] >= 0.8, f"{topic} is not known at the lowest level"
        assert row[-1] <= CHANCE.get(topic, 0.1) + 0.25, f"{topic} is known at the top"
        assert 0 < row[1:-1].mean() < 1, f"{topic} has nothing to teach"
