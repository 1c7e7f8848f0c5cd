"""Quantised weights: refused clearly where they can't be had; loaded as QLoRA has them."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from transformers import AutoModelForCausalLM

from teachgym.domains import Strings
from teachgym.models import quantization
from teachgym.models.causal import load_causal
from teachgym.rewards import exact_match
from teachgym.students import LanguageModelStudent
from teachgym.training import SFT


def test_refused_without_a_gpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ValueError, match="needs an NVIDIA GPU, and torch sees none"):
        load_causal("tiny", quantize="4bit")
    with pytest.raises(ValueError, match="not on 'cpu'"):
        load_causal("tiny", quantize="8bit", device="cpu")
    with pytest.raises(ValueError, match="'4bit' or '8bit', not '2bit'"):
        load_causal("tiny", quantize="2bit")
    with pytest.raises(ValueError, match="quantize it when you load it"):
        load_causal(load_causal("tiny").model, quantize="4bit")


def test_refused_without_bitsandbytes(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(quantization, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match="pip install bitsandbytes"):
        LanguageModelStudent("tiny", quantize="4bit").reset(seed=0)


def test_loaded_onto_the_gpu_as_qlora_has_it(monkeypatch):
    """What `from_pretrained` is given; bitsandbytes itself needs a GPU."""
    given = {}

    def from_pretrained(source, **options):
        given.update(options)
        return SimpleNamespace(to=lambda *_: pytest.fail("quantised weights must not be moved"))

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(quantization, "find_spec", lambda name: object())
    monkeypatch.setattr("transformers.BitsAndBytesConfig", SimpleNamespace)
    monkeypatch.setattr(AutoModelForCausalLM, "from_pretrained", from_pretrained)
    load_causal("tiny", quantize="4bit")
    config = given["quantization_config"]
    assert given["device_map"] == {"": "cuda:0"}
    assert config.load_in_4bit and config.bnb_4bit_quant_type == "nf4"
    assert config.bnb_4bit_use_double_quant and config.bnb_4bit_compute_dtype is torch.bfloat16
    load_causal("tiny", quantize="8bit", device="cuda:1")
    assert given["quantization_config"].load_in_8bit and given["device_map"] == {"": "cuda:1"}


def test_quantised_weights_alone_are_not_trained():
    model = load_causal("tiny").model
    model.is_loaded_in_4bit = True
    with pytest.raises(ValueError, match="give peft_config="):
        LanguageModelStudent(model, update=SFT()).reset(seed=0)


@pytest.mark.skipif(
    not torch.cuda.is_available() or quantization.find_spec("bitsandbytes") is None,
    reason="needs an NVIDIA GPU and bitsandbytes",
)
def test_qlora_learns():
    student = LanguageModelStudent(
        "tiny",
        update=SFT(1e-2),
        quantize="4bit",
        peft_config={"r": 4, "target_modules": ["q_proj", "v_proj"]},
    )
    student.reset(seed=0)
    before = {n: w.detach().clone() for n, w in student.language.model.named_parameters()}
    student.study([Strings().sample(0, 0.3, np.random.default_rng(0))] * 2, exact_match)
    after = dict(student.language.model.named_parameters())
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed and all("lora" in name for name in changed)
