import numpy as np
import pytest

from teachgym.core.cells import ACTIONS
from teachgym.domains import Strings


@pytest.fixture
def domain():
    return Strings(4)  # 9 topics


@pytest.mark.parametrize(
    ("kind", "action", "expected"),
    [
        ("multidiscrete", np.array([8, 3]), (8, 3, 1.0)),
        ("multidiscrete", (2, 1), (2, 1, 1 / 3)),
        ("discrete", 0, (0, 0, 0.0)),
        ("discrete", np.int64(35), (8, 3, 1.0)),
        ("discrete", np.array(6), (1, 2, 2 / 3)),
        ("box", np.array([0.0, 0.0], dtype=np.float32), (0, 0, 0.0)),
        ("box", np.array([1.0, 1.0], dtype=np.float64), (8, 3, 1.0)),
        ("box", [0.5, 0.6], (4, 2, 0.6)),
    ],
)
def test_actions_name_cells(domain, kind, action, expected):
    cell = ACTIONS[kind](domain).cell(action)
    assert cell == pytest.approx(expected)
    assert type(cell.topic) is int and type(cell.level) is int and type(cell.difficulty) is float


@pytest.mark.parametrize("kind", ACTIONS)
def test_samples_are_valid_and_reach_every_cell(domain, kind):
    actions = ACTIONS[kind](domain)
    actions.space.seed(0)
    cells = {actions.cell(actions.space.sample())[:2] for _ in range(1000)}
    assert cells == {(topic, level) for topic in range(9) for level in range(4)}


@pytest.mark.parametrize(
    ("kind", "action"),
    [
        ("multidiscrete", [9, 0]),
        ("multidiscrete", [0, 4]),
        ("multidiscrete", [-1, 0]),
        ("multidiscrete", [0.5, 1]),
        ("multidiscrete", [0]),
        ("multidiscrete", 3),
        ("multidiscrete", None),
        ("multidiscrete", "ab"),
        ("multidiscrete", [True, False]),
        ("discrete", 36),
        ("discrete", -1),
        ("discrete", 1.0),
        ("discrete", [1, 2]),
        ("box", [0.5, 1.1]),
        ("box", [-0.1, 0.5]),
        ("box", [np.nan, 0.5]),
        ("box", [0.5, np.nan]),
        ("box", [0.5]),
        ("box", "ab"),
        ("box", None),
    ],
)
def test_actions_outside_the_space_are_refused(domain, kind, action):
    with pytest.raises(ValueError, match="is not in the action space"):
        ACTIONS[kind](domain).cell(action)
