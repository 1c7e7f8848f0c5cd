"""Teachers and simulated students made or told wrongly."""

import functools
import inspect

import gymnasium as gym
import numpy as np
from golden import reach
from golden.parts_teachers import BOX
from golden.teacher_options import QUICK

GRID = gym.spaces.MultiDiscrete([4, 5])
SHAPE = ("levels", "bins")
"""Options that most teachers share, tried with one of them."""


def fill(table):
    """Enter them."""
    _teachers(table)
    _spaces(table)
    _feedback(table)
    _states(table)
    _cohorts(table)


def _teachers(table):
    for name in reach.teachers():
        needs = {"model": "any", "base_url": "http://127.0.0.1:9"} if name == "chat" else {}
        make = functools.partial(reach.make_teacher, name, GRID, seed=0)
        quick = functools.partial(make, **QUICK.get(name, {}), **needs)
        own = [option for option in reach.teacher_options(name) if option not in SHAPE]
        table.each(f"teachers/{name}", quick, own)
        table.add(f"teachers/{name}/unknown", make, levls=3)
    table.add("teachers/unknown name", reach.make_teacher, "unifrom", GRID, seed=0)
    table.add("teachers/unknown far", reach.make_teacher, "xyzzy", GRID, seed=0)
    table.add("teachers/seed", reach.make_teacher, "uniform", GRID, seed=-1)
    table.add("teachers/policy/nowhere", reach.make_teacher, "policy", GRID, seed=0, folder="no")


def _spaces(table):
    spaces = {
        "inf": gym.spaces.Box(0.0, np.inf, (2,)),
        "int": gym.spaces.Box(0, 5, (2,), np.int64),
        "text": gym.spaces.Text(5),
        "bits": gym.spaces.MultiBinary(4),
        "tuple": gym.spaces.Tuple((BOX, GRID)),
        "nested": gym.spaces.MultiDiscrete([[3, 4], [3, 4]]),
        "word": "MultiDiscrete",
        "box": BOX,
        "discrete": gym.spaces.Discrete(12),
    }
    for name in ("uniform", "progression", "exp3s", "alp_gmm", "plr", "accel", "policy", "chat"):
        for word, space in spaces.items():
            table.add(f"spaces/{name}/{word}", reach.make_teacher, name, space, seed=0)
    arms = functools.partial(reach.make_teacher, "ucb1", seed=0)
    table.each("spaces/shape", functools.partial(arms, GRID), SHAPE)
    shapes = {"levels": {"levels": 7}, "bins": {"bins": 3}, "both": {"levels": 5, "bins": (4, 5)}}
    for word, options in shapes.items():
        table.add(f"spaces/shape/{word}", arms, GRID, **options)
        table.add(f"spaces/box/{word}", arms, BOX, **options)


SCORES = {"nan": np.nan, "above": 1.5, "none": None, "text": "good"}
ACTIONS = {"outside": np.array([4, 0]), "none": None, "float": 0.5}
ANSWERS = {
    "above": [[0.5, 1.01]],
    "all nan": [[np.nan]],
    "flat": [0.5],
    "empty": [],
    "ragged": [[1.0], [0.0, 1.0]],
    "text": "good",
}


def _feedback(table):
    def observe(name, action, score, scores=None):
        reach.tell(reach.make_teacher(name, GRID, seed=0), action, score, scores)

    first = np.array([0, 0])
    for name in ("uniform", "exp3s", "sec", "plr", "alp_gmm"):
        for word, score in SCORES.items():
            table.add(f"observe/{name}/score {word}", observe, name, first, score)
        for word, action in ACTIONS.items():
            table.add(f"observe/{name}/action {word}", observe, name, action, 0.5)
        for word, scores in ANSWERS.items() if name in reach.SCORED else ():
            table.add(f"observe/{name}/scores {word}", observe, name, first, 0.5, scores)


STATES = {
    "teacher": {"teacher": "Other"},
    "space": {"action_space": "Discrete(3)"},
    "version": {"version": 0},
    "rng": {"rng": {"bit_generator": "MT19937"}},
    "shape": {"gains": np.zeros((2, 2)), "tasks": np.zeros(3), "history": np.zeros((1, 9))},
}


def _states(table):
    def load(name, change):
        teacher = reach.make_teacher(name, GRID, seed=0)
        state = teacher.state_dict()
        known = {key: value for key, value in change.items() if key in state}
        teacher.load_state_dict({**state, **known})

    def incomplete(name):
        teacher = reach.make_teacher(name, GRID, seed=0)
        state = teacher.state_dict()
        teacher.load_state_dict({key: value for key, value in state.items() if key != "rng"})

    def nothing(name):
        reach.make_teacher(name, GRID, seed=0).load_state_dict(None)

    for name in ("uniform", "exp3s", "plr", "alp_gmm"):
        for word, change in STATES.items():
            table.add(f"load/{name}/{word}", load, name, change)
        table.add(f"load/{name}/incomplete", incomplete, name)
        table.add(f"load/{name}/nothing", nothing, name)


def _cohorts(table):
    for name in reach.cohorts():
        make = functools.partial(reach.cohort(name), size=2, topics=3)
        known = inspect.signature(reach.cohort(name)).parameters
        table.each(f"cohorts/{name}", make, [one for one in known if one not in ("size", "topics")])
        table.add(f"cohorts/{name}/size", reach.cohort(name), 0, 3)
    circle = np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0]], dtype=bool)
    for name in ("irt", "psi_kt"):
        for word, matrix in {"circle": circle, "shape": np.eye(2, dtype=bool)}.items():
            table.add(f"cohorts/{name}/{word}", reach.cohort(name), 2, 3, prerequisites=matrix)
