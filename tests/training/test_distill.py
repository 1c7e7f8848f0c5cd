"""Distillation: where the teacher's text comes from, and what the student is given to learn."""

import numpy as np
import pytest
import torch

from teachgym.domains import Strings, Task
from teachgym.models.causal import load_causal
from teachgym.rewards import exact_match
from teachgym.students import LanguageModelStudent
from teachgym.training import Distill

TASK = Task("sort ba=", "ab", 0, 0.0, {"reasoning": "a comes before b"})


def lesson(size=3):
    domain, rng = Strings(), np.random.default_rng(0)
    return [domain.sample(topic, 0.2, rng) for topic in range(size)]


def test_track_a_learns_the_teachers_answer():
    assert Distill().examples([TASK]) == [("sort ba=", "ab")]
    assert Distill(teacher=lambda task: task.prompt[::-1]).examples([TASK]) == [
        ("sort ba=", "=ab tros")
    ]


def test_track_b_learns_to_answer_from_the_reasoning():
    assert Distill(track="B").examples([TASK]) == [("sort ba=\na comes before b\n", "ab")]
    braces = Task("f{reasoning}=", "x", 0, 0.0, {"solution": "{prompt}"})
    assert Distill(track="B", template="<{prompt}|{reasoning}>").examples([braces]) == [
        ("<f{reasoning}=|{prompt}>", "x")
    ]
    with pytest.raises(ValueError, match=r"'copy .*' carries no reasoning: .*give teacher="):
        Distill(track="B").examples(lesson(1))


def test_another_model_teaches():
    tasks = lesson()
    answers = load_causal("tiny", max_new_tokens=3).generate([task.prompt for task in tasks])
    expected = [(task.prompt, answer) for task, answer in zip(tasks, answers, strict=True)]
    for teacher in ("tiny", load_causal("tiny").model):
        update = Distill(teacher=teacher, teacher_options={"max_new_tokens": 3})
        assert update.examples(tasks) == expected


def test_loading_the_teacher_draws_nothing_from_the_student():
    torch.manual_seed(0)
    before = torch.get_rng_state()
    Distill(teacher="tiny").examples(lesson())
    assert torch.equal(before, torch.get_rng_state())


def test_where_the_teacher_is_silent_nothing_is_learned():
    student = LanguageModelStudent(
        "tiny", update=Distill(1e-2, teacher=lambda task: None), max_new_tokens=8
    )
    student.reset(seed=0)
    before = student.language.model.lm_head.weight.detach().clone()
    study = student.study(lesson(), exact_match)
    assert study.stats == {"loss": 0.0, "tasks_without_example": 1.0}
    assert study.scores.shape == (3, 1)
    assert torch.equal(before, student.language.model.lm_head.weight)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"track": "C"}, ValueError, "'A' or 'B'"),
        ({"template": "{prompt}"}, ValueError, r"hold \{prompt\} and \{reasoning\}"),
        ({"teacher": 3}, TypeError, "teacher must be"),
        ({"teacher": "json:nothing"}, ValueError, "has no 'nothing'"),
        ({"teacher_options": {"max_new_tokens": 3}}, ValueError, "here teacher is the task itself"),
    ],
)
def test_bad_arguments(options, error, message):
    with pytest.raises(error, match=message):
        Distill(**options)
