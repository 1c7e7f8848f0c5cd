import gymnasium as gym
import numpy as np
import pytest

from teachgym.teachers.chat_form import Field, Form, format_said, read, schema

TOPIC, LEVEL = Field("topic", 0, 2, whole=True), Field("level", 0, 3, whole=True)
PLACE = Field("x1", -1.5, 2.0, whole=False)


def test_schema_by_hand():
    assert schema([TOPIC, PLACE]) == {
        "type": "object",
        "properties": {
            "topic": {"type": "integer", "minimum": 0, "maximum": 2},
            "x1": {"type": "number", "minimum": -1.5, "maximum": 2.0},
        },
        "required": ["topic", "x1"],
        "additionalProperties": False,
    }
    assert format_said([TOPIC, PLACE]) == (
        '{"topic": a whole number from 0 to 2, "x1": a number from -1.5 to 2}'
    )


@pytest.mark.parametrize(
    ("answer", "values"),
    [
        ({"topic": 2, "level": 0}, [2, 0]),
        ({"topic": 2.0, "level": 3, "why": "it is weak there"}, [2, 3]),
    ],
)
def test_answers_that_can_be_used(answer, values):
    assert read(answer, [TOPIC, LEVEL]).tolist() == values


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (None, "no JSON object"),
        ({"topic": 1}, "lacks 'level'"),
        ({"topic": 3, "level": 0}, "'topic' must be a whole number from 0 to 2, not 3"),
        ({"topic": -1, "level": 0}, "not -1"),
        ({"topic": 1.5, "level": 0}, "not 1.5"),
        ({"topic": "1", "level": 0}, "not str"),
        ({"topic": True, "level": 0}, "not bool"),
        ({"topic": None, "level": 0}, "not NoneType"),
        ({"topic": [1], "level": 0}, "not list"),
        ({"topic": float("inf"), "level": 0}, "not inf"),
        ({"topic": 10**400, "level": 0}, "not 1000"),
    ],
)
def test_answers_that_cannot(answer, complaint):
    with pytest.raises(ValueError, match=complaint):
        read(answer, [TOPIC, LEVEL])


def test_numbers_within_bounds():
    assert read({"x1": 2}, [PLACE]).tolist() == [2.0]
    with pytest.raises(ValueError, match=r"a number from -1.5 to 2, not 2.01"):
        read({"x1": 2.01}, [PLACE])


@pytest.mark.parametrize(
    ("space", "options", "names", "values", "action"),
    [
        (gym.spaces.Discrete(5), {}, ["topic"], [3], 3),
        (gym.spaces.Discrete(5, start=2), {}, ["topic"], [3], 5),
        (gym.spaces.Discrete(6), {"levels": 3}, ["topic", "level"], [1, 2], 5),
        (gym.spaces.MultiDiscrete([5]), {}, ["topic"], [3], [3]),
        (gym.spaces.MultiDiscrete([2, 3], start=[1, -1]), {}, ["topic", "level"], [1, 2], [2, 1]),
        (gym.spaces.MultiDiscrete([2, 3, 4]), {}, ["topic_1", "topic_2", "level"], [1, 2, 3], None),
        (gym.spaces.Box(-1, 1, (2, 2)), {}, ["x1", "x2", "x3", "x4"], [0, -1, 0.5, 1], None),
        (gym.spaces.Box(-1, 1, (2,)), {"bins": (3, 4)}, ["x1", "x2"], [0, -1], None),
    ],
)
def test_actions_and_back(space, options, names, values, action):
    form = Form(space, **options)
    assert [field.name for field in form.fields] == names
    made = form.action(np.array(values, dtype=float))
    assert made in space and np.asarray(made).dtype == space.dtype
    expected = np.reshape(values, space.shape) if action is None else action
    assert np.array_equal(made, expected)
    assert form.values(made).tolist() == values
    rng = np.random.default_rng(0)
    assert all(form.draw(rng) in space for _ in range(50))


def test_the_bounds_of_a_box_are_those_of_its_dtype():
    space = gym.spaces.Box(np.float32([0.1]), np.float32([0.7]))
    form = Form(space)
    for bound in (form.fields[0].low, form.fields[0].high):
        assert form.action(read({"x1": bound}, form.fields)) in space


def test_too_many_numbers_to_ask_for():
    with pytest.raises(ValueError, match="100 numbers at most"):
        Form(gym.spaces.Box(0, 1, (11, 11)))


def test_a_bound_of_a_box_may_be_chosen_as_it_is_written():
    space = gym.spaces.Box(np.float32([0.1, -0.7]), np.float32([0.3, 2.4]))
    form = Form(space)
    assert (
        format_said(form.fields)
        == '{"x1": a number from 0.1 to 0.3, "x2": a number from -0.7 to 2.4}'
    )
    for answer in ({"x1": 0.1, "x2": 2.4}, {"x1": 0.3, "x2": -0.7}):
        assert form.action(read(answer, form.fields)) in space
