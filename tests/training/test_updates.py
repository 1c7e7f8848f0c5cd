"""Arguments of the updates, what a lesson reports, and lessons that share an update."""

import numpy as np
import pytest
import torch

from teachgym.domains import Strings
from teachgym.rewards import exact_match
from teachgym.students import LanguageModelStudent
from teachgym.training import GRPO, SFT, UPDATES


def lesson(size=2):
    domain, rng = Strings(), np.random.default_rng(0)
    return [domain.sample(topic, 0.2, rng) for topic in range(size)]


@pytest.mark.parametrize("name", UPDATES)
def test_bad_arguments(name):
    with pytest.raises(ValueError, match="learning_rate"):
        UPDATES[name](learning_rate=0)
    with pytest.raises(ValueError, match="learning_rate"):
        UPDATES[name](learning_rate="fast")
    with pytest.raises(ValueError, match="max_steps"):
        UPDATES[name](max_steps=5)
    with pytest.raises(RuntimeError, match="bind"):
        UPDATES[name]().step(lesson(), exact_match)


def test_a_group_needs_two():
    with pytest.raises(ValueError, match="num_generations"):
        GRPO(num_generations=1)


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


def test_gathered_lessons_change_nothing_until_the_update(tmp_path):
    student = LanguageModelStudent("tiny", update=SFT(1e-3), max_new_tokens=8)
    student.reset(seed=0)
    weight = student.language.model.lm_head.weight
    before = weight.detach().clone()
    student.study(lesson(), exact_match, update=False)
    assert torch.equal(weight, before)
    with pytest.raises(RuntimeError, match="share an update"):
        student.save(tmp_path)
    student.study(lesson(), exact_match)
    assert not torch.equal(weight, before)


def test_groups_without_variance_teach_nothing():
    student = LanguageModelStudent("tiny", update=GRPO(1e-3, num_generations=4), max_new_tokens=8)
    student.reset(seed=0)
    before = student.language.model.lm_head.weight.detach().clone()
    study = student.study(lesson(), lambda *, completions, **_: [1.0] * len(completions))
    assert study.stats["groups_without_signal"] == 1.0
    assert torch.equal(student.language.model.lm_head.weight, before)


def test_missing_scores_are_left_out():
    def only_first(*, completions, **_):
        return [1.0 if i % 2 else None for i in range(len(completions))]

    student = LanguageModelStudent("tiny", update=GRPO(1e-3, num_generations=4), max_new_tokens=8)
    student.reset(seed=0)
    scores = student.study(lesson(), only_first).scores
    assert np.isnan(scores[:, 0]).all() and (scores[:, 1] == 1).all()
