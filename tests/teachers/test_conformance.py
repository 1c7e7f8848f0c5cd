"""What every teacher of the registry owes, on every kind of space."""

import atexit
import copy
import functools
import json
import pickle
import random
import subprocess
import sys
import tempfile
import zlib
from collections import deque
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest
from chat_server import ChatServer, policy

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
PLACES = SPACES | {
    "discrete": (UNORDERED, {}),
    "square box": (gym.spaces.Box(-1.0, 1.0, (2, 2), np.float32), {"bins": 2}),
}
"""All spaces: also the one that teachers of levels refuse."""
ONLY = gym.spaces.MultiDiscrete([1, 1])
"""A space of a single action."""
OBSERVATION = np.linspace(0.0, 1.0, 5, dtype=np.float32)
"""What an environment shows; most teachers do not look."""
FITS = {"warmup": 20, "fit_every": 20, "window": 40, "components": (2, 3)}
SHORT = {
    "alp_gmm": FITS,
    "covar_gmm": FITS,
    "riac": {"region_size": 20},
    "goal_gan": {"hidden": 8, "first_steps": 5, "steps": 5, "update_every": 10},
    "pcl": {"hidden": 8},
    "setter_solver": {"hidden": 2, "first_steps": 5, "steps": 5, "update_every": 10},
    "spdl": {"update_every": 10},
}
LOOK = {"policy"}
"""Those who act on the observation."""
SLACK = 200
"""Bytes by which a teacher may grow as its counters get more digits; 2,000 numbers take 16,000."""
POLICIES = tempfile.TemporaryDirectory()
atexit.register(POLICIES.cleanup)
SEEDLESS = {"progression", "chat"}
"""Who draws nothing here: the round robin of topics, and a model that answers well every time."""


def takes_scores(name):
    return TEACHERS[name].takes_scores


every_teacher = pytest.mark.parametrize("name", TEACHERS)
every_space = pytest.mark.parametrize("space", SPACES)
WAYS = [(name, told) for name in TEACHERS for told in (False, True)[: 1 + takes_scores(name)]]
every_way = pytest.mark.parametrize(("name", "told"), WAYS)
everywhere = pytest.mark.parametrize(
    ("name", "told", "space"),
    [
        (name, told, space)
        for name, told in WAYS
        for space in PLACES
        if not (TEACHERS[name].needs_levels and space == "discrete")
    ],
)


@functools.cache
def random_policy(described):
    """The folder of a policy with random weights, for a space that `repr` describes."""
    space = next(s for s in (*(s for s, _ in PLACES.values()), ONLY) if repr(s) == described)
    box = isinstance(space, gym.spaces.Box)
    sizes = space.shape if box else (space.nvec if hasattr(space, "nvec") else space.n)
    outputs = int(np.prod(sizes) if box else np.sum(sizes))
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


@functools.cache
def chat_server(respond=policy):
    """A chat server; by default its answers are a function of the conversation."""
    server = ChatServer(respond)
    atexit.register(server.close)
    return server


def no_answer(request):
    """Say nothing of use."""
    return "Hm."


def required(name, space):
    """The options that a teacher can't do without."""
    if name == "policy":
        return {"folder": random_policy(repr(space))}
    if name == "chat":
        return {"model": "scripted", "base_url": chat_server().url}
    return {}


def make(name, space, seed=0, **more):
    action_space, knowledge = PLACES[space]
    options = {key: value for key, value in knowledge.items() if key in teacher_options(name)}
    options |= SHORT.get(name, {}) | required(name, action_space) | more
    return make_teacher(name, action_space, seed=seed, **options)


def score_of(action):
    """A score in [0, 1] that depends on the action alone."""
    return float(np.mod(np.sum(np.asarray(action, dtype=float) * 0.37), 1.0))


@functools.cache
def answers_of(cell, mean, lesson):
    """Scores of 3 tasks with 4 answers each, some unknown, and their mean.

    Right or wrong in most lessons, graded in some; now and then a task without any score.
    """
    rng = np.random.default_rng([lesson, zlib.crc32(cell)])
    draws = rng.random((3, 4))
    scores = draws * mean if lesson % 5 == 4 else (draws < mean).astype(float)
    scores[1, 2] = np.nan
    if lesson % 3 == 2:
        scores[0] = np.nan
    scores.flags.writeable = False
    return scores, float(np.nanmean(scores))


def feed(teacher, action, told=False, lesson=0):
    """Tell the teacher how a lesson went; where `told`, the score of each answer, too."""
    score = score_of(action)
    if told:
        scores, score = answers_of(np.asarray(action).tobytes(), score, lesson % 60)
        teacher.observe(action, score, scores=scores)
    else:
        teacher.observe(action, score)


def lessons(teacher, count, told=False):
    """The actions of `count` lessons."""
    actions = []
    for lesson in range(count):
        actions.append(teacher.act(OBSERVATION))
        feed(teacher, actions[-1], told, lesson)
    return actions


def identical(first, second):
    """Whether two states are the same to the last bit."""
    return first.keys() == second.keys() and all(
        np.array_equal(value, second[key], equal_nan=value.dtype.kind == "f")
        if isinstance(value, np.ndarray)
        else value == second[key]
        for key, value in first.items()
    )


def same(first, second):
    return len(first) == len(second) and all(
        np.array_equal(a, b) for a, b in zip(first, second, strict=True)
    )


def through_json(state):
    arrays = {key: value for key, value in state.items() if isinstance(value, np.ndarray)}
    assert not any(array.dtype == object for array in arrays.values())
    rest = {key: value for key, value in state.items() if key not in arrays}
    return {**json.loads(json.dumps(rest)), **arrays}


@everywhere
def test_actions_belong_to_the_space(name, told, space):
    teacher = make(name, space)
    for action in lessons(teacher, 60, told):
        assert action in teacher.action_space
        assert np.asarray(action).dtype == teacher.action_space.dtype
        assert np.shape(action) == teacher.action_space.shape


@everywhere
def test_same_seed_same_actions(name, told, space):
    actions = lessons(make(name, space, seed=0), 60, told)
    assert same(actions, lessons(make(name, space, seed=0), 60, told))
    if name not in SEEDLESS:
        assert not same(actions, lessons(make(name, space, seed=1), 60, told))


@every_teacher
def test_no_seed_is_not_seed_zero(name):
    # What lets the seedless draw: topics at random, and a model that says nothing of use.
    kinds = {
        "progression": {"topics": "uniform"},
        "chat": {"base_url": chat_server(no_answer).url, "retries": 0},
    }
    kind = kinds.get(name, {})
    # Five, as some teachers stay with the arm that they happen to begin with.
    runs = [lessons(make(name, "multidiscrete", seed=None, **kind), 60) for _ in range(5)]
    assert not all(same(runs[0], run) for run in runs[1:])


@everywhere
@pytest.mark.parametrize("after", [0, 15, 47])
def test_state_continues_in_the_middle_of_a_run(name, told, space, after):
    teacher = make(name, space)
    lessons(teacher, after, told)
    waiting = [teacher.act(OBSERVATION) for _ in range(3)]  # lessons whose scores are to come
    state = through_json(teacher.state_dict())
    kept = copy.deepcopy(state)
    restored = make(name, space, seed=99)
    lessons(restored, 7, told)
    restored.load_state_dict(state)
    assert identical(through_json(restored.state_dict()), kept)
    for one in (teacher, restored):
        for action in waiting:
            feed(one, action, told)
    assert same(lessons(teacher, 50, told), lessons(restored, 50, told))
    assert identical(through_json(teacher.state_dict()), through_json(restored.state_dict()))
    assert identical(state, kept)  # a teacher does not write into what it was given


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


@every_teacher
def test_a_damaged_state_is_refused_and_changes_nothing(name):
    teacher, twin = make(name, "multidiscrete"), make(name, "multidiscrete")
    for one in (teacher, twin):
        lessons(one, 5)
    state = teacher.state_dict()
    for field in getattr(teacher, "state_fields", ()):
        bad = np.zeros((2,) * 5) if isinstance(state[field], np.ndarray) else {"a": 1}
        for value in (bad, "damaged", None):
            if isinstance(value, type(state[field])) and not isinstance(value, np.ndarray):
                continue  # a text or a mapping that nobody can tell from a right one
            with pytest.raises(ValueError, match=f"{field}|another policy"):
                teacher.load_state_dict({**state, field: value})
    for nothing in (None, [], "state"):
        with pytest.raises(TypeError, match="state must be"):
            teacher.load_state_dict(nothing)
    assert same(lessons(teacher, 30), lessons(twin, 30))


@every_teacher
@pytest.mark.parametrize("way", [copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_a_copy_goes_its_own_way(name, way):
    teacher = make(name, "multidiscrete")
    lessons(teacher, 25)
    twin = way(teacher)
    before = through_json(teacher.state_dict())
    ahead = lessons(twin, 30)
    assert identical(through_json(teacher.state_dict()), before)
    assert same(lessons(teacher, 30), ahead)


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


@everywhere
def test_feedback_may_come_in_batches(name, told, space):
    teacher = make(name, space)
    for lesson in range(8):
        batch = [teacher.act(OBSERVATION) for _ in range(8)]
        for action in reversed(batch):
            assert action in teacher.action_space
            feed(teacher, action, told, lesson)


@every_way
def test_feedback_may_come_late(name, told):
    """Nine lessons late; whether the teacher is saved and restored in between does not matter."""
    ends = []
    for stops in (False, True):
        teacher, waiting = make(name, "multidiscrete"), deque()
        for lesson in range(60):
            waiting.append(teacher.act(OBSERVATION))
            assert waiting[-1] in teacher.action_space
            if len(waiting) > 9:
                feed(teacher, waiting.popleft(), told, lesson)
            if stops and lesson == 30:
                state = through_json(teacher.state_dict())
                teacher = make(name, "multidiscrete", seed=5)
                teacher.load_state_dict(state)
        ends.append(through_json(teacher.state_dict()))
    assert identical(*ends)


@everywhere
def test_actions_of_somebody_else_may_be_observed(name, told, space):
    teacher = make(name, space)
    teacher.action_space.seed(0)
    for lesson in range(60):
        feed(teacher, teacher.action_space.sample(), told, lesson)
    assert teacher.act(OBSERVATION) in teacher.action_space


@every_teacher
def test_what_is_not_looked_at_changes_nothing(name):
    """The observation and the reward, for all but those who act on the observation."""
    plain, shown = make(name, "multidiscrete"), make(name, "multidiscrete")
    rng = np.random.default_rng(0)
    for _ in range(60):
        seen = OBSERVATION if name in LOOK else rng.random(5)
        action = plain.act(OBSERVATION)
        assert np.array_equal(action, shown.act(seen))
        plain.observe(action, score_of(action))
        shown.observe(action, score_of(action), observation=seen, reward=float(rng.normal()))
    assert identical(through_json(plain.state_dict()), through_json(shown.state_dict()))


@every_way
def test_global_generators_are_neither_used_nor_moved(name, told):
    runs = []
    for seed in (0, 1):
        random.seed(seed)
        np.random.seed(seed)
        torch = sys.modules.get("torch")  # no teacher imports it, another test may have
        if torch is not None:
            torch.manual_seed(seed)
        before = states_of_globals()
        runs.append(lessons(make(name, "multidiscrete"), 60, told))
        assert states_of_globals() == before
    assert same(*runs)


def states_of_globals():
    kind, keys, *rest = np.random.get_state()
    torch = sys.modules.get("torch")
    drawn = None if torch is None else torch.get_rng_state().tolist()
    return random.getstate(), kind, keys.tolist(), rest, drawn


@pytest.mark.parametrize("name", [name for name in TEACHERS if takes_scores(name)])
@pytest.mark.parametrize(
    "scores",
    [
        [[0.5, 1.01]],
        [[-0.01, 0.5]],
        [[np.inf, 0.5]],
        [[np.nan, np.nan]],
        [],
        [[]],
        [0.5, 0.5],
        [[[0.5]]],
        0.5,
        "good",
        [["good"]],
        [[1.0], [0.0, 1.0]],
        [[1j]],
        {"a": 1},
    ],
)
def test_bad_scores_of_answers_are_refused_and_change_nothing(name, scores):
    teacher, twin = make(name, "multidiscrete"), make(name, "multidiscrete")
    with pytest.raises(ValueError, match="scores must"):
        teacher.observe(np.array([0, 0]), 0.5, scores=scores)
    assert same(lessons(teacher, 30, True), lessons(twin, 30, True))


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
    for action in (outside[space], None, "first", np.zeros(0), np.zeros((3, 3, 3)), np.nan):
        teacher, twin = make(name, space), make(name, space)
        with pytest.raises(ValueError, match="is not in"):
            teacher.observe(action, 0.5)
        assert identical(through_json(teacher.state_dict()), through_json(twin.state_dict()))


@every_way
def test_a_space_may_have_a_single_action(name, told):
    teacher = make_teacher(name, ONLY, seed=0, **SHORT.get(name, {}), **required(name, ONLY))
    assert all(action.tolist() == [0, 0] for action in lessons(teacher, 60, told))


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
        (gym.spaces.MultiBinary(4), TypeError),
        (gym.spaces.Tuple((BOX, UNORDERED)), TypeError),
        (gym.spaces.Dict({"topic": UNORDERED}), TypeError),
        (gym.spaces.MultiDiscrete([[3, 4], [3, 4]]), ValueError),
        ("MultiDiscrete", TypeError),
    ],
)
def test_other_spaces_are_refused(name, space, error):
    with pytest.raises(error):
        make_teacher(name, space)


def bounded(name):
    """A teacher whose windows are small, and bounded where they need not be."""
    windows = {
        "alp_gmm": {"memory": 100, "components": (3, 3), "fit_every": 100},
        "chat": {"every": 10},
        "covar_gmm": {"components": (3, 3), "fit_every": 100},
        "dump": {"window": 20},
        "exp3s": {"reservoir": 100},
        "goal_gan": {"memory": 1, "update_every": 100},
        "riac": {"max_regions": 5},
        "setter_solver": {"memory": 50},
        "spdl": {"update_every": 250},
    }
    return make(name, "multidiscrete", **windows.get(name, {}))


def held(teacher):
    """Bytes of everything that is reachable from a teacher, and numbers in its state."""
    state = teacher.state_dict()
    arrays = (value.size for value in state.values() if isinstance(value, np.ndarray))
    return len(pickle.dumps(teacher)), sum(arrays)


@every_way
def test_memory_stays_within_its_windows(name, told):
    teacher = bounded(name)
    lessons(teacher, 500, told)
    before = held(teacher)
    lessons(teacher, 2000, told)
    after = held(teacher)
    assert after[1] == before[1] <= 1000
    assert after[0] <= before[0] + SLACK


@pytest.mark.slow
@every_way
def test_memory_stays_within_its_windows_for_100_000_lessons(name, told):
    teacher, sizes = bounded(name), []
    for _ in range(10):
        lessons(teacher, 10_000, told)
        sizes.append(held(teacher))
    assert {numbers for _, numbers in sizes} == {sizes[0][1]}
    assert max(size for size, _ in sizes) <= sizes[0][0] + SLACK


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
