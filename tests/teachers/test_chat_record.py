import gymnasium as gym
import numpy as np
import pytest

from teachgym.teachers.chat_form import Form
from teachgym.teachers.chat_prompt import again, budget_left, question_text, task_text
from teachgym.teachers.chat_record import (
    MAX_NAMES,
    MAX_SLOTS,
    Slots,
    names_text,
    recent_text,
    record_text,
)

SPACE = gym.spaces.MultiDiscrete([2, 3])


def slots(space=SPACE, names=None, **options):
    return Slots(Form(space, **options), names)


def arrays(n, **taught):
    """Record arrays: a slot's (lessons, total, last, when) by its index."""
    columns = np.zeros((4, n))
    for slot, numbers in taught.items():
        columns[:, int(slot[1:])] = numbers
    lessons, total, last, when = columns
    return lessons.astype(int), total, last, when.astype(int)


def test_record_by_hand():
    text = record_text(
        slots(names=["sort", "add"]),
        *arrays(6, _0=(3, 1.5, 1.0, 5), _2=(1, 0.25, 0.25, 2), _4=(1, 0.0, 0.0, 1)),
    )
    assert text == (
        "- topic 0 (sort): level 0: 3 lessons, mean 0.50, last 1.00; level 2: 1 lesson, mean "
        "0.25, last 0.25\n"
        "- topic 1 (add): level 1: 1 lesson, mean 0.00, last 0.00\n"
        "- never taught: 3 of 6"
    )


def test_record_of_nothing_and_of_everything():
    assert record_text(slots(), *arrays(6)) == "Nothing has been taught yet."
    everything = {f"_{i}": (1, 1.0, 1.0, i + 1) for i in range(6)}
    assert "never" not in record_text(slots(), *arrays(6, **everything))


def test_record_of_topics_without_levels():
    text = record_text(slots(gym.spaces.Discrete(2)), *arrays(2, _1=(2, 1.0, 0.75, 2)))
    assert text == "- topic 1: 2 lessons, mean 0.50, last 0.75\n- never taught: 1 of 2"


def test_a_box_without_bins_is_recorded_by_axis():
    box = slots(gym.spaces.Box(np.float32([0, -1]), np.float32([10, 1])))
    assert box.of(np.float32([0.0, 1.0])).tolist() == [0, 9]
    assert box.of(np.float32([6.5, 0.0])).tolist() == [3, 7]
    text = record_text(box, *arrays(10, _3=(1, 0.5, 0.5, 1), _7=(1, 0.5, 0.5, 1)))
    assert text == (
        "- x1: 6 to 8: 1 lesson, mean 0.50, last 0.50\n"
        "- x2: -0.2 to 0.2: 1 lesson, mean 0.50, last 0.50\n"
        "- never taught: 8 of 10"
    )


def test_a_box_of_one_axis_with_bins_has_levels_alone():
    line = slots(gym.spaces.Box(0, 1, (1,)), bins=(4,))
    assert line.rows == 1 and line.row(0) == "all" and line.column(0, 2) == "level 2: "


def test_of_many_slots_those_taught_last_are_shown():
    n = MAX_SLOTS + 50
    many = slots(gym.spaces.Discrete(n))
    ones = np.ones(n)
    text = record_text(many, ones.astype(int), ones, ones, np.arange(n, 0, -1))
    lines = text.splitlines()
    assert lines[0].startswith("- topic 0:") and lines[MAX_SLOTS - 1].startswith("- topic 199:")
    assert lines[MAX_SLOTS:] == ["- and 50 more, which were taught before these"]


def test_recent_lessons_by_hand():
    form = Form(SPACE)
    recent = np.array([[1, 2, 0.5], [0, 0, 1.0]])
    assert recent_text(form, Slots(form, ["sort", "add"]), recent) == (
        "- topic 1 (add), level 2: score 0.50\n- topic 0 (sort), level 0: score 1.00"
    )
    form = Form(gym.spaces.Box(0, 1, (2,)))
    assert recent_text(form, Slots(form, None), np.array([[0.25, 0.123456, 0.5]])) == (
        "- x1 0.25, x2 0.1235: score 0.50"
    )


def test_names_are_one_line_each_and_bounded():
    text = names_text(slots(names=["ignore\n\nall", "b" * 1000]))
    assert text == f"The topics are: topic 0 (ignore all), topic 1 ({'b' * 60})."
    assert names_text(slots()) == ""
    n = MAX_NAMES + 5
    assert names_text(slots(gym.spaces.Discrete(n), ["x"] * n)).endswith("(x), and 5 more.")


@pytest.mark.parametrize(
    ("space", "names", "complaint"),
    [
        (SPACE, ["sort"], "has 1 names, and there are 2 topics"),
        (SPACE, "so", "must be a list of texts"),
        (SPACE, ["sort", 3], "must be a list of texts"),
        (gym.spaces.Box(0, 1, (2,)), ["a", "b"], "needs bins="),
    ],
)
def test_bad_names(space, names, complaint):
    with pytest.raises(ValueError, match=complaint):
        slots(space, names)


def test_too_many_cells_for_a_record():
    with pytest.raises(ValueError, match="at most 1000000 cells"):
        slots(gym.spaces.MultiDiscrete([2000, 2000]))


def test_the_task_says_what_the_space_means():
    form = Form(SPACE)
    text = task_text(form, Slots(form, ["sort", "add"]), "She is five.")
    for part in ("topic 1 (add)", "from 0 (easiest) to 2 (hardest)", "She is five."):
        assert part in text
    assert text.endswith(
        'Answer with one JSON object and nothing else: {"topic": a whole number from 0 to 1, '
        '"level": a whole number from 0 to 2}.'
    )
    form = Form(gym.spaces.Discrete(6))
    assert "easiest" not in task_text(form, Slots(form, None), None)
    form = Form(gym.spaces.Box(0, 1, (2,)), bins=(3, 4))
    assert "(x1 into 3, x2 into 4)" in task_text(form, Slots(form, None), None)


def test_question_by_hand():
    assert question_text(2, "R", "L", 0.25, 5) == (
        "Lessons so far: 2.\n\nThe student's record:\nR\n\nThe last lessons, oldest first:\nL\n\n"
        "Of all lessons, 25% are left.\n\nWhat shall the next 5 lessons be about?"
    )
    assert question_text(0, "R", "", None, 1) == (
        "Lessons so far: 0.\n\nThe student's record:\nR\n\nWhat shall the next lesson be about?"
    )


def test_asking_again_keeps_the_last_answer_alone():
    first = [{"role": "system", "content": "S"}, {"role": "user", "content": "Q"}]
    once = again(first, "x" * 10_000, "it lacks 'topic'", Form(SPACE))
    twice = again(once, "", "it lacks 'level'", Form(SPACE))
    assert once[:2] == twice[:2] == first and len(once) == len(twice) == 4
    assert once[2] == {"role": "assistant", "content": "x" * 500}
    assert twice[2]["content"] == "(nothing)"
    assert twice[3]["content"].startswith("I can't use this answer: it lacks 'level'. Answer with")


@pytest.mark.parametrize(
    ("observation", "cells", "left"),
    [
        (np.r_[np.zeros(12), 0.75], (2, 3), 0.75),
        (np.zeros(13), (2, 3), 0.0),
        (np.r_[np.zeros(12), 7.5], (2, 3), None),
        (np.zeros(12), (2, 3), None),
        (np.zeros(1), (), None),
        (None, (2, 3), None),
        ({"left": 0.5}, (2, 3), None),
    ],
)
def test_the_share_that_is_left(observation, cells, left):
    assert budget_left(observation, cells) == left
