import numpy as np
import pytest

from teachgym.core.state import jsonable, load_state, save_state
from teachgym.experiments.commands.compare import parse_seeds
from teachgym.experiments.values import (
    parse_options,
    parse_value,
    split_teachers,
    teacher_spec,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("1e-4", 1e-4),
        ("true", True),
        ("False", False),
        ("None", None),
        ("[1, 2]", [1, 2]),
        ("linear", "linear"),
        ('"3"', "3"),
    ],
)
def test_values(text, value):
    parsed = parse_value(text)
    assert parsed == value and type(parsed) is type(value)


def test_options():
    assert parse_options(["fit-every=20", "name=a=b"]) == {"fit_every": 20, "name": "a=b"}
    with pytest.raises(ValueError, match="key=value"):
        parse_options(["warmup"])


def test_teachers_are_split_between_teachers_only():
    text = "uniform,alp_gmm:warmup=20,window=50,my.module:Teacher,my.module:Other:rate=1"
    assert split_teachers(text) == [
        "uniform",
        "alp_gmm:warmup=20,window=50",
        "my.module:Teacher",
        "my.module:Other:rate=1",
    ]


@pytest.mark.parametrize(
    ("teacher", "spec"),
    [
        ("uniform", ("uniform", "uniform", {})),
        ("module:Class", ("module:Class", "module:Class", {})),
        ("exp3s:a=1,b=x", ("exp3s:a=1,b=x", "exp3s", {"a": 1, "b": "x"})),
        (
            "chat:model=m,base_url=http://localhost:8000/v1",
            (
                "chat:model=m,base_url=http://localhost:8000/v1",
                "chat",
                {"model": "m", "base_url": "http://localhost:8000/v1"},
            ),
        ),
        ("module:Class:rate=1", ("module:Class:rate=1", "module:Class", {"rate": 1})),
        (("short", "alp_gmm", {"warmup": 5}), ("short", "alp_gmm", {"warmup": 5})),
    ],
)
def test_teacher_specs(teacher, spec):
    assert tuple(teacher_spec(teacher)) == spec


def test_teacher_spec_refuses_what_is_none():
    with pytest.raises(TypeError, match="a teacher is"):
        teacher_spec(3)


@pytest.mark.parametrize(
    ("text", "seeds"), [("3", [0, 1, 2]), ("3,5", [3, 5]), ("20-22,7", [20, 21, 22, 7])]
)
def test_seeds(text, seeds):
    assert parse_seeds(text) == seeds


def test_seeds_refuse_words():
    with pytest.raises(ValueError, match="20-29"):
        parse_seeds("many")


def test_jsonable_is_strict():
    value = {"a": np.float32(0.5), "b": float("nan"), "c": np.arange(2), 3: jsonable}
    assert jsonable(value) == {
        "a": 0.5,
        "b": None,
        "c": [0, 1],
        "3": "teachgym.core.state:jsonable",
    }


def test_state_of_a_teacher_round_trips(tmp_path):
    rng = np.random.default_rng(3)
    state = {
        "rng": rng.bit_generator.state,
        "weights": np.linspace(0, 1, 5),
        "nested": [{"counts": np.arange(4)}, None, True, np.int64(7)],
    }
    save_state(state, tmp_path, "teacher")
    loaded = load_state(tmp_path, "teacher")
    assert loaded["rng"] == rng.bit_generator.state
    assert loaded["weights"].tobytes() == state["weights"].tobytes()
    assert loaded["nested"][0]["counts"].tolist() == [0, 1, 2, 3]
    assert loaded["nested"][1:] == [None, True, 7]


def test_state_refuses_objects(tmp_path):
    with pytest.raises(TypeError, match="object"):
        save_state({"a": np.array([{}], dtype=object)}, tmp_path, "teacher")
