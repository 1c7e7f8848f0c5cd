"""The language-model student: exact resets, isolation, saving, bad models."""

import random

import numpy as np
import pytest
import torch
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer

from teachgym.domains import Strings
from teachgym.models.adapters import adapted
from teachgym.models.causal import load_causal, tiny_folder
from teachgym.rewards import exact_match
from teachgym.students import LanguageModelStudent
from teachgym.training import DPO, GRPO, KTO, RLOO, SFT, Distill

UPDATES = {
    "grpo": lambda: GRPO(1e-3, num_generations=4),
    "rloo": lambda: RLOO(1e-3, num_generations=4),
    "dpo": lambda: DPO(1e-3, num_generations=4),
    "kto": lambda: KTO(1e-3, num_generations=4),
    "sft": lambda: SFT(1e-3),
    "distill": lambda: Distill(1e-3, teacher="tiny", teacher_options={"max_new_tokens": 4}),
}


def lesson(seed, size=3):
    domain, rng = Strings(), np.random.default_rng(seed)
    return [domain.sample(int(topic), 0.2, rng) for topic in rng.integers(9, size=size)]


def student(update=None, **options):
    return LanguageModelStudent("tiny", update=update, max_new_tokens=8, **options)


def weights(learner):
    return {
        name: weight.detach().clone() for name, weight in learner.language.model.named_parameters()
    }


def same(one, other):
    return all(torch.equal(one[name], other[name]) for name in one)


def life(learner, lessons=3):
    """Completions, scores and final weights of a short life."""
    studies = [learner.study(lesson(i), exact_match) for i in range(lessons)]
    return [(s.completions, s.scores.tolist()) for s in studies], weights(learner)


@pytest.mark.parametrize("name", UPDATES)
def test_reset_restores_everything(name):
    learner = student(UPDATES[name]())
    learner.reset(seed=5)
    untaught = weights(learner)
    first_text, first_weights = life(learner)
    assert not same(untaught, first_weights)
    learner.reset(seed=5)
    assert same(untaught, weights(learner))
    second_text, second_weights = life(learner)
    assert first_text == second_text
    # Adam's moments from the first life would move the weights elsewhere.
    assert same(first_weights, second_weights)


def test_seeds_matter_and_zero_is_a_seed():
    learner = student(GRPO(1e-4, num_generations=4))
    texts = []
    for seed in (0, 0, 1):
        learner.reset(seed=seed)
        texts.append(learner.study(lesson(0, 6), exact_match).completions)
    assert texts[0] == texts[1] != texts[2]


@pytest.mark.parametrize("name", UPDATES)
def test_saved_student_continues_exactly(name, tmp_path):
    learner = student(UPDATES[name]())
    learner.reset(seed=1)
    life(learner, 2)
    learner.save(tmp_path)
    rest = life(learner)
    other = student(UPDATES[name]())
    other.load(tmp_path)
    text, end = life(other)
    assert text == rest[0]
    assert same(end, rest[1])
    other.reset(seed=1)
    assert same(weights(other), weights(student()))


def test_saved_folder_is_an_ordinary_model(tmp_path):
    learner = student(SFT(1e-3))
    learner.reset(seed=1)
    life(learner, 1)
    learner.save(tmp_path)
    model = AutoModelForCausalLM.from_pretrained(tmp_path)
    assert same(weights(learner), dict(model.named_parameters()))
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    assert tokenizer.decode(tokenizer.encode("sort cba=")) == "sort cba="
    assert not list(tmp_path.glob("*.pt")) and not list(tmp_path.glob("*.bin"))


def test_global_generators_are_left_alone():
    random.seed(1)
    np.random.seed(1)
    torch.manual_seed(1)
    before = (random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist())
    learner = student(GRPO(1e-4, num_generations=4))
    learner.reset(seed=0)
    learner.study(lesson(0), exact_match)
    learner.answer(lesson(1))
    after = (random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist())
    assert before == after


def test_draws_elsewhere_do_not_change_the_student():
    learner = student(GRPO(1e-4, num_generations=4))
    texts = []
    for draws in (0, 7):
        learner.reset(seed=0)
        learner.study(lesson(0), exact_match)
        torch.rand(draws)
        texts.append(learner.study(lesson(1, 6), exact_match).completions)
    assert texts[0] == texts[1]


def test_answering_learns_nothing_and_repeats():
    learner = student(GRPO(1e-3, num_generations=4))
    learner.reset(seed=0)
    before, tasks = weights(learner), lesson(0, 20)
    assert learner.answer(tasks) == learner.answer(tasks)
    assert same(before, weights(learner))


def test_answers_do_not_depend_on_company():
    learner = student()
    tasks = lesson(0, 30)
    assert learner.answer(tasks) == [learner.answer([task])[0] for task in tasks]


@pytest.mark.parametrize("name", UPDATES)
@pytest.mark.parametrize(
    "bad", [lambda **_: [float("nan")] * 12, lambda **_: [1.0], lambda **_: [5.0] * 12]
)
def test_bad_reward_changes_no_weight(name, bad):
    learner = student(UPDATES[name]())
    learner.reset(seed=0)
    before = weights(learner)
    with pytest.raises(ValueError, match=r"reward|score"):
        learner.study(lesson(0), bad)
    assert same(before, weights(learner))
    learner.study(lesson(0), exact_match)


def test_without_update_it_answers_only():
    learner = student()
    learner.reset(seed=0)
    before = weights(learner)
    study = learner.study(lesson(0), exact_match)
    assert study.scores.shape == (3, 1)
    assert same(before, weights(learner))


LORA = {"r": 4, "target_modules": ["q_proj", "v_proj"]}


@pytest.mark.parametrize("name", UPDATES)
def test_adapter_learns_and_the_base_stays(name, tmp_path):
    config = LoraConfig(task_type="CAUSAL_LM", **LORA)
    learner = student(UPDATES[name](), peft_config=config)
    learner.reset(seed=0)
    base = {name: w.clone() for name, w in learner.language.model.named_parameters()}
    text, end = life(learner)
    assert all(torch.equal(base[n], end[n]) for n in base if "lora" not in n)
    assert any(not torch.equal(base[n], end[n]) for n in base if "lora" in n)
    learner.save(tmp_path)
    assert not (tmp_path / "ref").exists()
    other = student(UPDATES[name](), peft_config=LORA)
    other.load(tmp_path)
    assert same(end, weights(other))
    assert life(other, 1)[0] == life(learner, 1)[0]
    learner.reset(seed=0)
    assert life(learner)[0] == text


def test_making_and_loading_an_adapter_leaves_the_global_generator_alone(tmp_path):
    learner = student(peft_config=LORA)
    learner.reset(seed=0)
    learner.save(tmp_path)
    before = torch.get_rng_state()
    student(peft_config=LORA).load(tmp_path)
    assert torch.equal(torch.get_rng_state(), before)
    made = [adapted(load_causal("tiny").model, LORA).state_dict() for _ in range(2)]
    assert torch.equal(torch.get_rng_state(), before)
    assert all(torch.equal(made[0][name], made[1][name]) for name in made[0])


def test_an_adapter_that_does_not_fit():
    with pytest.raises(ValueError, match="peft_config does not fit"):
        student(peft_config={"rank": 4}).reset(seed=0)


def test_tokenizer_without_pad_token(tmp_path):
    tokenizer = AutoTokenizer.from_pretrained(tiny_folder())
    tokenizer.pad_token = None
    language = load_causal(AutoModelForCausalLM.from_pretrained(tiny_folder()), tokenizer)
    assert language.tokenizer.pad_token == tokenizer.eos_token
    assert len(language.generate(["copy a=", "copy abcd="])) == 2
    tokenizer.pad_token = tokenizer.eos_token = None
    with pytest.raises(ValueError, match="pad"):
        load_causal("tiny", tokenizer)


def test_folder_that_is_no_model(tmp_path):
    with pytest.raises(ValueError, match="not a model folder"):
        load_causal(tmp_path)
    with pytest.raises(ValueError, match="no model folder"):
        load_causal(str(tmp_path / "absent"))
    with pytest.raises(ValueError, match="'models/absent', which is no folder here"):
        load_causal("models/absent")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ValueError, match="can't load"):
        load_causal(tmp_path)


@pytest.mark.parametrize("update", ["grpo", SFT])
def test_update_must_be_an_update(update):
    with pytest.raises(TypeError, match="Update"):
        LanguageModelStudent("tiny", update=update)


def test_model_must_be_a_model():
    with pytest.raises(TypeError, match="causal language model"):
        LanguageModelStudent(None).reset()


def test_study_before_reset():
    with pytest.raises(RuntimeError, match="reset"):
        student(SFT()).study(lesson(0), exact_match)
