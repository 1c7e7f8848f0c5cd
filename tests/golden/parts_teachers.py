"""Every teacher on every kind of space: what it chooses, its state, and that copies go on alike."""

import atexit
import copy
import functools
import json
import pickle
import sys
from pathlib import Path

import gymnasium as gym
import numpy as np
from golden import reach
from golden.canonical import canonical, digest, new_folder, outcome
from golden.lives import OBSERVATION, Life
from golden.teacher_options import OPTIONS, QUICK

LESSONS = {"Discrete": 120, "MultiDiscrete": 220, "Box": 220, "BoxDefault": 300, "Options": 150}
"""Lessons of a trace, where copies are made in the middle."""
SHORT, EVERY, AFTER = 60, 50, 20
"""Lessons elsewhere, lessons between states, lessons of a copy."""
FEW = {"chat": 20}
"""Fewer lessons for a teacher that takes long."""

BOX = gym.spaces.Box(0.0, 1.0, (2,), np.float32)
PLACES = {
    "Discrete": (gym.spaces.Discrete(12), {}),
    "DiscreteLevels": (gym.spaces.Discrete(12), {"levels": 4}),
    "DiscreteStart": (gym.spaces.Discrete(12, start=5), {"levels": 4}),
    "MultiDiscrete": (gym.spaces.MultiDiscrete([4, 5]), {}),
    "MultiDiscreteStart": (gym.spaces.MultiDiscrete([3, 4], start=[2, -1]), {}),
    "Box": (BOX, {"bins": (3, 4)}),
    "BoxWide": (
        gym.spaces.Box(np.array([-3.0, 10.0, 0.0]), np.array([3.0, 11.0, 1e-3]), dtype=np.float64),
        {"bins": 3},
    ),
    "BoxSquare": (gym.spaces.Box(-1.0, 1.0, (2, 2), np.float32), {"bins": 2}),
}
"""Spaces, and the options that teachers are given there who have them."""
DEFAULTS = ("alp_gmm", "covar_gmm", "plr", "pcl")
"""Teachers of `QUICK` who are once, on the space Box, left to their own defaults."""


def traces():
    """All of them by name; a name ends in "/scores" where the answers' scores are told.

    A chat model takes milliseconds to answer: it is asked in two kinds of space alone.
    """
    found = {}
    for name in reach.teachers():
        for place, (space, options) in PLACES.items():
            if name != "chat" or place in ("MultiDiscrete", "BoxWide"):
                _add(found, f"{name}/{place}", name, space, options)
        for place, (space, option, value) in reach.small_spaces().items():
            if name != "chat":
                _add(found, f"{name}/{place}Small", name, space, {option: value})
        if name in DEFAULTS:
            _add(found, f"{name}/BoxDefault", name, BOX, {}, quick=False)
        for number, options in enumerate(OPTIONS.get(name, []), start=1):
            _add(found, f"{name}/Options{number}", name, PLACES["MultiDiscrete"][0], options)
    return found


def _add(found, trace, name, space, options, quick=True):
    known = reach.teacher_options(name)
    fit = {key: value for key, value in options.items() if key in known}
    options = {**(QUICK.get(name, {}) if quick else {}), **fit}
    place = trace.partition("/")[2].rstrip("123")
    main = place in LESSONS
    for told in (False, True)[: 1 + (main and name in reach.SCORED)]:
        key = f"{trace}/scores" if told else trace
        lessons = FEW.get(name, LESSONS.get(place, SHORT))
        found[key] = functools.partial(_lived, name, space, options, told, lessons, main)


def _lived(name, space, options, told, lessons, copied):
    """A teacher's life, or how it refuses the space."""

    def make(seed):
        more = _required(name, space) | options
        if more.get("base_url") == "unwise":
            more["base_url"] = _server("unwise").url
        return reach.make_teacher(name, copy.deepcopy(space), seed=seed, **more)

    teacher = outcome(lambda: make(7))
    if isinstance(teacher, Exception):
        return teacher
    life = Life(told)
    states, copies = {}, {}
    for lesson in range(lessons):
        if copied and lesson == lessons // 2:
            loaded = make(99)
            loaded.load_state_dict(teacher.state_dict())
            twins = {"pickled": pickle.loads(pickle.dumps(teacher)), "loaded": loaded}
            for way, twin in (twins | {"copied": copy.deepcopy(teacher)}).items():
                copies[way] = _continued(twin, life, lesson, min(AFTER, lessons // 2))
        life.lesson(teacher, lesson)
        if (lesson + 1) % EVERY == 0 or lesson + 1 == lessons:
            states[lesson + 1] = teacher.state_dict()
    return {"seen": life.seen(), "states": states, "copies": copies}


def _continued(twin, life, lesson, count):
    """What a copy does next, and how that ends."""
    own = Life(life.told, list(life.waiting))
    for number in range(lesson, lesson + count):
        own.lesson(twin, number)
    return {"actions": np.stack(own.actions), "end": digest(canonical(twin.state_dict()))}


def _required(name, space):
    """The options that a teacher can't do without."""
    if name == "policy":
        return {"folder": _policy(repr(space))}
    if name == "chat":
        return {"model": "scripted", "base_url": _server("policy").url}
    return {}


@functools.cache
def _policy(described):
    """The folder of a policy with fixed weights, for a space that `repr` describes."""
    spaces = [space for space, *_ in (*PLACES.values(), *reach.small_spaces().values())]
    space = next(one for one in spaces if repr(one) == described)
    box = isinstance(space, gym.spaces.Box)
    sizes = space.shape if box else getattr(space, "nvec", getattr(space, "n", None))
    outputs = int(np.prod(sizes) if box else np.sum(sizes))
    rng = np.random.default_rng(outputs)
    hidden = (rng.standard_normal((6, len(OBSERVATION))).astype(np.float32), np.zeros(6, "f4"))
    last = (rng.standard_normal((outputs, 6)).astype(np.float32), np.zeros(outputs, np.float32))
    folder = new_folder()
    reach.save_policy(
        folder,
        layers=(hidden, last),
        activation="tanh",
        head="gaussian" if box else "logits",
        observation_shape=OBSERVATION.shape,
        action_space=described,
        log_std=np.zeros(outputs, np.float32) if box else None,
    )
    return folder


@functools.cache
def _server(kind):
    """A chat server on loopback, whose answers are a function of the conversation."""
    tests = str(Path(__file__).parents[1])
    if tests not in sys.path:
        sys.path.append(tests)
    from chat_server import ChatServer, policy

    def unwise(request):
        """Every fourth question or so is answered with something of no use."""
        said = len(json.dumps(request["messages"]))
        return "Hm." if said % 4 == 0 else policy(request)

    server = ChatServer({"policy": policy, "unwise": unwise}[kind])
    atexit.register(server.close)
    return server
