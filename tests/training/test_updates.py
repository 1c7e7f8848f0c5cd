"""Arguments of the updates, what a lesson reports, and lessons that share an update."""

import numpy as np
import pytest
import torch

from teachgym.domains import Strings
from teachgym.models.causal import load_causal
from teachgym.rewards import exact_match
from teachgym.students import LanguageModelStudent
from teachgym.training import DPO, GRPO, KTO, RLOO, SFT, UPDATES, NoUpdate


def lesson(size=2):
    domain, rng = Strings(), np.random.default_rng(0)
    return [domain.sample(topic, 0.2, rng) for topic in range(size)]


LEARNING = [name for name in UPDATES if name != "none"]


@pytest.mark.parametrize("name", LEARNING)
def test_bad_arguments(name):
    with pytest.raises(ValueError, match="learning_rate"):
        UPDATES[name](learning_rate=0)
    with pytest.raises(ValueError, match="learning_rate"):
        UPDATES[name](learning_rate="fast")
    with pytest.raises(ValueError, match="max_steps"):
        UPDATES[name](max_steps=5)
    with pytest.raises(RuntimeError, match="bind"):
        UPDATES[name]().step(lesson(), exact_match)


@pytest.mark.parametrize("update", [GRPO, RLOO, DPO])
def test_a_group_needs_two(update):
    with pytest.raises(ValueError, match="num_generations"):
        update(num_generations=1)


def test_no_update_learns_nothing(tmp_path):
    with pytest.raises(RuntimeError, match="bind"):
        NoUpdate().step(lesson(), exact_match)
    student = LanguageModelStudent("tiny", update=NoUpdate(), max_new_tokens=8)
    student.reset(seed=0)
    before = student.language.model.lm_head.weight.detach().clone()
    study = student.study(lesson(), exact_match)
    assert [row[0] for row in study.completions] == student.answer(lesson())
    assert study.scores[:, 0].tolist() == exact_match(
        prompts=[task.prompt for task in lesson()],
        completions=student.answer(lesson()),
        answer=[task.answer for task in lesson()],
    )
    assert torch.equal(student.language.model.lm_head.weight, before)
    student.save(tmp_path)
    student.load(tmp_path)


def test_unknown_field_of_the_configuration():
    student = LanguageModelStudent("tiny", update=GRPO(no_such_field=1))
    with pytest.raises(ValueError, match="no_such_field"):
        student.reset(seed=0)


def test_grpo_reports_every_completion_and_score():
    student = LanguageModelStudent(
        "tiny", update=GRPO(1e-4, num_generations=4, scale_rewards="none"), max_new_tokens=8
    )
    student.reset(seed=0)
    tasks = lesson(3)
    study = student.study(tasks, exact_match)
    assert study.scores.shape == (3, 4)
    for task, completions, scores in zip(tasks, study.completions, study.scores, strict=True):
        assert scores.tolist() == [float(text == task.answer) for text in completions]
    assert set(study.stats) == {"loss", "entropy", "groups_without_signal"}


def test_sft_scores_the_answers_given_before_learning():
    student = LanguageModelStudent("tiny", update=SFT(1e-2), max_new_tokens=8)
    student.reset(seed=0)
    before = student.answer(lesson())
    study = student.study(lesson(), exact_match)
    assert [row[0] for row in study.completions] == before


@pytest.mark.parametrize("update", [SFT, DPO, KTO, RLOO])
def test_gathered_lessons_change_nothing_until_the_update(tmp_path, update):
    student = LanguageModelStudent("tiny", update=update(1e-3), max_new_tokens=8)
    student.reset(seed=0)
    weight = student.language.model.lm_head.weight
    before = weight.detach().clone()
    student.study(lesson(), exact_match, update=False)
    assert torch.equal(weight, before)
    with pytest.raises(RuntimeError, match="share an update"):
        student.save(tmp_path)
    student.study(lesson(), exact_match)
    assert not torch.equal(weight, before)


@pytest.mark.parametrize("update", [GRPO, RLOO])
def test_groups_without_variance_teach_nothing(update):
    student = LanguageModelStudent("tiny", update=update(1e-3, num_generations=4), max_new_tokens=8)
    student.reset(seed=0)
    before = student.language.model.lm_head.weight.detach().clone()
    study = student.study(lesson(), lambda *, completions, **_: [1.0] * len(completions))
    assert study.stats["groups_without_signal"] == 1.0
    assert torch.equal(student.language.model.lm_head.weight, before)


@pytest.mark.parametrize("update", [GRPO, RLOO, DPO, KTO])
def test_missing_scores_are_left_out(update):
    def only_first(*, completions, **_):
        return [1.0 if i % 2 else None for i in range(len(completions))]

    student = LanguageModelStudent("tiny", update=update(1e-3, num_generations=4), max_new_tokens=8)
    student.reset(seed=0)
    scores = student.study(lesson(), only_first).scores
    assert np.isnan(scores[:, 0]).all() and (scores[:, 1] == 1).all()


def test_a_reference_that_can_not_be_loaded_again_is_refused():
    model = load_causal("tiny").model
    model.config._name_or_path = ""
    tokenizer = load_causal("tiny").tokenizer
    student = LanguageModelStudent(model, tokenizer, update=RLOO(beta=0.1))
    with pytest.raises(ValueError, match="say where it came from"):
        student.reset(seed=0)
