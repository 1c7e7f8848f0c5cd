"""What every teacher of the registry owes, on every kind of space."""

import atexit
import functools
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest

from teachgym.teachers import TEACHERS, make_teacher, teacher_options
from teachgym.teachers.network import PolicyNetwork

BOX = gym.spaces.Box(0.0, 1.0, (2,), np.float32)
SPACES = {
    "multidiscrete": (gym.spaces.MultiDiscrete([3, 4]), {}),
    "multidiscrete start": (gym.spaces.MultiDiscrete([3, 4], start=[2, -1]), {}),
    "discrete with levels": (gym.spaces.Discrete(12), {"levels": 4}),
    "discrete start": (gym.spaces.Discrete(12, start=5), {"levels": 4}),
    "box": (BOX, {"bins": (3, 4)}),
    "wide box": (
        gym.spaces.Box(np.array([-3.0, 10.0, 0.0]), np.array([3.0, 11.0, 1e-3]), dtype=np.float64),
        {"bins": 3},
    ),
}
UNORDERED = gym.spaces.Discrete(12)
OBSERVATION = np.linspace(0.0, 1.0, 5, dtype=np.float32)
"""What an environment shows; most teachers do not look."""
FITS = {"warmup": 20, "fit_every": 20, "window": 40, "components": (2, 3)}
SHORT = {
    "alp_gmm": FITS,
    "covar_gmm": FITS,
    "riac": {"region_size": 20},
    "goal_gan": {"hidden": 8, "first_steps": 5, "steps": 5, "update_every": 10},
    "setter_solver": {"hidden": 2, "first_steps": 5, "steps": 5, "update_every": 10},
    "spdl": {"update_every": 10},
}
POLICIES = tempfile.TemporaryDirectory()
atexit.register(POLICIES.cleanup)
every_teacher = pytest.mark.parametrize("name", TEACHERS)
every_space = pytest.mark.parametrize("space", SPACES)


@functools.cache
def random_policy(described):
    """The folder of a policy with random weights, for a space that `repr` describes."""
    space = next(s for s in (*(s for s, _ in SPACES.values()), UNORDERED) if repr(s) == described)
    box = isinstance(space, gym.spaces.Box)
    outputs = (
        space.shape[0] if box else int(np.sum(space.nvec if hasattr(space, "nvec") else space.n))
    )
    rng = np.random.default_rng(outputs)
    folder = Path(POLICIES.name) / str(len(list(Path(POLICIES.name).iterdir())))
    PolicyNetwork(
        layers=((rng.standard_normal((outputs, len(OBSERVATION))), np.zeros(outputs)),),
        activation="tanh",
        head="gaussian" if box else "logits",
        observation_shape=OBSERVATION.shape,
        action_space=described,
        log_std=np.zeros(outputs) if box else None,
    ).save(folder)
    return folder


def required(name, space):
    """The options that a teacher can't do without."""
    if name != "policy":
        return {}
    return {"folder": random_policy(repr(space))}


def make(name, space, seed=0, **more):
    action_space, knowledge = SPACES[space]
    options = {key: value for key, value in knowledge.items() if key in teacher_options(name)}
    options |= SHORT.get(name, {}) | required(name, action_space) | more
    return make_teacher(name, action_space, seed=seed, **options)


def score_of(action):
    """A score in [0, 1] that depends on the action alone."""
    return float(np.mod(np.sum(np.asarray(action, dtype=float) * 0.37), 1.0))


def lessons(teacher, count):
    """The actions of `count` lessons."""
    actions = []
    for _ in range(count):
        actions.append(teacher.act(OBSERVATION))
        teacher.observe(actions[-1], score_of(actions[-1]))
    return actions


def same(first, second):
    return len(first) == len(second) and all(
        np.array_equal(a, b) for a, b in zip(first, second, strict=True)
    )


def through_json(state):
    arrays = {key: value for key, value in state.items() if isinstance(value, np.ndarray)}
    assert not any(array.dtype == object for array in arrays.values())
    rest = {key: value for key, value in state.items() if key not in arrays}
    return {**json.loads(json.dumps(rest)), **arrays}


@every_teacher
@every_space
def test_actions_belong_to_the_space(name, space):
    teacher = make(name, space)
    for action in lessons(teacher, 60):
        assert action in teacher.action_space
        assert np.asarray(action).dtype == teacher.action_space.dtype
        assert np.shape(action) == teacher.action_space.shape


@every_teacher
@every_space
def test_same_seed_same_actions(name, space):
    actions = lessons(make(name, space, seed=0), 60)
    assert same(actions, lessons(make(name, space, seed=0), 60))
    if name != "progression":
        assert not same(actions, lessons(make(name, space, seed=1), 60))


@every_teacher
def test_no_seed_is_not_seed_zero(name):
    kind = {"topics": "uniform"} if name == "progression" else {}
    # Five, as some teachers stay with the arm that they happen to begin with.
    runs = [lessons(make(name, "multidiscrete", seed=None, **kind), 60) for _ in range(5)]
    assert not all(same(runs[0], run) for run in runs[1:])


@every_teacher
@every_space
@pytest.mark.parametrize("after", [0, 15, 47])
def test_state_continues_in_the_middle_of_a_run(name, space, after):
    teacher = make(name, space)
    lessons(teacher, after)
    waiting = teacher.act(OBSERVATION)  # a lesson whose score is still to come
    state = through_json(teacher.state_dict())
    kept = {key: np.copy(value) for key, value in state.items() if isinstance(value, np.ndarray)}
    restored = make(name, space, seed=99)
    lessons(restored, 7)
    restored.load_state_dict(state)
    for one in (teacher, restored):
        one.observe(waiting, 0.5)
    assert same(lessons(teacher, 50), lessons(restored, 50))
    assert all(np.array_equal(state[key], value, equal_nan=True) for key, value in kept.items())


@every_teacher
def test_state_of_something_else_is_refused_and_changes_nothing(name):
    teacher, twin = make(name, "multidiscrete"), make(name, "multidiscrete")
    other = next(known for known in TEACHERS if known != name)
    for state, complaint in (
        (make(other, "multidiscrete").state_dict(), "teacher"),
        (make(name, "box").state_dict(), "action_space"),
        ({**teacher.state_dict(), "version": 0}, "version"),
        ({**teacher.state_dict(), "rng": {"bit_generator": "MT19937"}}, "rng"),
        ({key: value for key, value in teacher.state_dict().items() if key != "rng"}, "lacks rng"),
    ):
        with pytest.raises(ValueError, match=complaint):
            teacher.load_state_dict(state)
    assert same(lessons(teacher, 30), lessons(twin, 30))


@pytest.mark.parametrize(
    ("name", "options", "others", "complaint"),
    [
        ("learnability", {"bins": (3, 4)}, {"bins": (2, 6)}, "cells"),
        ("exp3s", {"bins": (3, 4), "reservoir": 9}, {"bins": (3, 4), "reservoir": 8}, "shape"),
        ("progression", {"bins": (3, 4), "window": 2}, {"bins": (3, 4), "window": 3}, "shape"),
        ("tscl_window", {"bins": (3, 4), "window": 2}, {"bins": (3, 4), "window": 3}, "shape"),
        ("zpdes", {"bins": (3, 4), "window": 2}, {"bins": (3, 4), "window": 3}, "shape"),
    ],
)
def test_state_of_another_size_is_refused(name, options, others, complaint):
    teacher = make_teacher(name, BOX, **options)
    with pytest.raises(ValueError, match=complaint):
        teacher.load_state_dict(make_teacher(name, BOX, **others).state_dict())


@every_teacher
@every_space
def test_feedback_may_come_in_batches(name, space):
    teacher = make(name, space)
    for _ in range(8):
        batch = [teacher.act(OBSERVATION) for _ in range(8)]
        for action in reversed(batch):
            assert action in teacher.action_space
            teacher.observe(action, score_of(action))


@every_teacher
@every_space
def test_actions_of_somebody_else_may_be_observed(name, space):
    teacher = make(name, space)
    teacher.action_space.seed(0)
    for _ in range(60):
        action = teacher.action_space.sample()
        teacher.observe(action, score_of(action))
    assert teacher.act(OBSERVATION) in teacher.action_space


@every_teacher
def test_global_generators_are_left_alone(name):
    np.random.seed(0)
    before = np.random.get_state()
    lessons(make(name, "multidiscrete"), 60)
    after = np.random.get_state()
    assert before[2:] == after[2:]
    assert np.array_equal(before[1], after[1])


@every_teacher
@pytest.mark.parametrize("score", [np.nan, -0.01, 1.01, np.inf, None, "good"])
def test_bad_scores_are_refused_and_change_nothing(name, score):
    teacher, twin = make(name, "multidiscrete"), make(name, "multidiscrete")
    with pytest.raises(ValueError, match="score must be"):
        teacher.observe(np.array([0, 0]), score)
    assert same(lessons(teacher, 30), lessons(twin, 30))


@every_teacher
@pytest.mark.parametrize("space", ["multidiscrete", "discrete start", "box"])
def test_actions_outside_the_space_are_refused(name, space):
    outside = {"multidiscrete": np.array([3, 0]), "discrete start": 4, "box": np.float32([0, 2])}
    with pytest.raises(ValueError, match="is not in"):
        make(name, space).observe(outside[space], 0.5)


@every_teacher
def test_unordered_arms_are_taken_or_refused_as_claimed(name):
    space = UNORDERED
    if TEACHERS[name].needs_levels:
        with pytest.raises(ValueError, match="levels="):
            make_teacher(name, space)
    else:
        teacher = make_teacher(name, space, seed=0, **required(name, space))
        assert teacher.act(OBSERVATION) in space


@every_teacher
@pytest.mark.parametrize(
    ("space", "error"),
    [
        (gym.spaces.Box(0.0, np.inf, (2,)), ValueError),
        (gym.spaces.Box(0, 5, (2,), np.int64), ValueError),
        (gym.spaces.Text(5), TypeError),
        ("MultiDiscrete", TypeError),
    ],
)
def test_other_spaces_are_refused(name, space, error):
    with pytest.raises(error):
        make_teacher(name, space)


@every_teacher
def test_memory_stays_within_its_windows(name):
    bounded = {
        "alp_gmm": {"memory": 100, "components": (3, 3)},
        "covar_gmm": {"components": (3, 3)},
        "dump": {"window": 20},
        "exp3s": {"reservoir": 100},
        "goal_gan": {"memory": 1},
        "riac": {"max_regions": 5},
        "setter_solver": {"memory": 50},
        "spdl": {"update_every": 100},
    }
    teacher = make(name, "multidiscrete", **bounded.get(name, {}))

    def held():
        return sum(v.size for v in teacher.state_dict().values() if isinstance(v, np.ndarray))

    lessons(teacher, 500)
    before = held()
    lessons(teacher, 2000)
    assert held() == before <= 1000


def test_unknown_names_and_options_are_answered_with_the_known_ones():
    with pytest.raises(ValueError, match=r"unknown teacher 'unifrom'; did you mean 'uniform'"):
        make_teacher("unifrom", BOX)
    with pytest.raises(ValueError, match=r"no option 'warm_up'; it has: warmup, fit_every"):
        make_teacher("alp_gmm", BOX, warm_up=3)
    with pytest.raises(ValueError, match="it has: none"):
        make_teacher("uniform", BOX, rate=3)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("progression", {"window": 0}),
        ("progression", {"raise_at": 1.5}),
        ("progression", {"raise_at": 0.3, "lower_at": 0.8}),
        ("progression", {"topics": "sorted"}),
        ("exp3s", {"learning_rate": 0.0}),
        ("exp3s", {"exploration": 0.0}),
        ("exp3s", {"smoothing": np.nan}),
        ("exp3s", {"reservoir": 2.5}),
        ("learnability", {"sampling": "best"}),
        ("learnability", {"k": 0}),
        ("learnability", {"prior": -1}),
        ("learnability", {"prior_weight": 0}),
        ("learnability", {"neighbours": np.inf}),
        ("learnability", {"smoothing": "fast"}),
        ("learnability", {"levels": 5}),
        ("learnability", {"bins": (3, 4)}),
        ("alp_gmm", {"warmup": 1}),
        ("alp_gmm", {"window": 3, "components": (4, 5)}),
        ("alp_gmm", {"memory": 5}),
        ("alp_gmm", {"components": 3}),
        ("alp_gmm", {"components": (5, 2)}),
        ("alp_gmm", {"exploration": 1.1}),
    ],
)
def test_ill_valued_options_are_refused(name, options):
    with pytest.raises(ValueError, match=next(iter(options)).split("_")[0]):
        make_teacher(name, gym.spaces.MultiDiscrete([3, 4]), **options)


def test_each_teacher_says_what_it_is_in_one_line():
    for teacher in TEACHERS.values():
        first = teacher.__doc__.splitlines()[0]
        assert first.endswith(".")


def test_import_leaves_scikit_learn_alone():
    code = (
        "import sys, gymnasium as gym\n"
        "from teachgym.teachers import ALPGMM\n"
        "teacher = ALPGMM(gym.spaces.Box(0, 1, (2,)), warmup=20)\n"
        "for _ in range(30): teacher.observe(teacher.act(), 0.5)\n"
        "sys.exit(any(name in sys.modules for name in ('sklearn', 'scipy', 'torch')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
