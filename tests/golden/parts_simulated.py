"""Environments with simulated students: every option, single and in a vector, over two episodes."""

import functools

import gymnasium as gym
import numpy as np
from golden import reach
from golden.canonical import outcome

STUDENTS, LONGEST = 5, 60
"""Students in a vector, and the longest episode there and with looks."""
SMALL = {
    "KnowledgeGraph": {"topics": 4, "levels": 3, "budget": 17, "exam_every": 4},
    "KSS": {"budget": 12},
    "TMS": {"budget": 12},
    "SpacedRepetition": {"items": 6, "budget": 17},
    "Landscape": {"budget": 300, "cells": 5},
}
"""Options by which episodes are short; those of a variant are those of its kind."""
GRAPHS = [{"graph": name, "topics": None} for name in ("kss", "tms_tree", "diamond")]
REWARDS = [{"teaching_reward": name} for name in ("gain", "score", "progress")]
MIXED = {"irrelevant": 2, "unfeasible": 0.4, "trivial": 0.3, "rugged": True, "diverse": True}
DIMENSIONS = [{"dimensions": 3, "cells": 4}, {"dimensions": 1, "irrelevant": 1}]
OPTIONS = {
    "KnowledgeGraph": [
        *({"observation": "full", **reward} for reward in REWARDS),
        *REWARDS,
        *({"action": "discrete", **graph} for graph in GRAPHS),
        {"graph_seed": 5, "interval": 2.5, "exam_every": 7},
        {"topics": None, "levels": 1},
    ],
    "KSS": [
        {"observation": "full"},
        {"difficulty_seed": 3},
        {"difficulties": [0.0, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0]},
    ],
    "TMS": [
        {"observation": "full"},
        {"system": "tree", "budget": 30},
        {"system": "tree", "observation": "full", "items": 3, "item_seed": 4},
    ],
    "SpacedRepetition": [
        *(
            {"observation": shown, "teaching_reward": reward, "exam_after": 11.0}
            for shown in ("answers", "full")
            for reward in ("recall", "log_recall", "exam")
        ),
        {"interval": 0.3},
    ],
    "Landscape": [
        *({"observation": "full", "budget": 50, **reward} for reward in REWARDS),
        *({"budget": 90, **options} for options in (*REWARDS, *DIMENSIONS, MIXED)),
    ],
}
"""What each is once more with, on top of `SMALL`."""

BEFORE = np.array([[0, 1, 1, 0], [0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 0, 0]], dtype=bool)
STUDENT_OPTIONS = {
    "irt": [{"guess": 0.2, "gain": 0.4, "spread": 0.0}, {"prerequisites": BEFORE}],
    "bkt": [{"known": 0.3, "forget": 0.1}],
    "efc": [{"decay": 0.2, "item_seed": 4}, {"item_spread": 0.0}],
    "das3h": [{"ability": 0.0, "win_weights": [0.1, 0.2, 0.3, 0.4, 0.5]}],
    "fsrs": [{"forgetting_spread": 0.0}],
    "psi_kt": [{"transfer": 1.0, "volatility": 0.3}, {"prerequisites": BEFORE}],
}
ORDER = np.random.default_rng(31)
POINTS = ORDER.random((400, STUDENTS, 12)) ** 2
"""Where the actions come from; small numbers are more frequent, as easy tasks are learned first."""
MASKS = ORDER.random((400, STUDENTS))


def traces():
    """All of them by name."""
    found = {"ids": reach.simulations}
    for env_id in reach.simulations():
        short = env_id.rpartition("/")[2].rpartition("-v")[0]
        kind = next(name for name in SMALL if short.startswith(name))
        _add(found, short, env_id, SMALL[kind])
        for number, options in enumerate(OPTIONS[kind] if kind == short else [], start=1):
            _add(found, f"{short}/Options{number}", env_id, SMALL[kind] | options)
    graph, review = "teachgym/KnowledgeGraph-v0", "teachgym/SpacedRepetition-v0"
    for student in reach.cohorts():
        for number, more in enumerate([{}, *STUDENT_OPTIONS.get(student, [])]):
            options = {"student": student, "student_options": more}
            name = f"students/{student}{number or ''}"
            for levels in (1, 3):
                told = {**SMALL["KnowledgeGraph"], "interval": 1.5, "levels": levels, **options}
                _add(found, f"{name}/KnowledgeGraph{levels}", graph, told)
            if "prerequisites" not in more:
                told = {**SMALL["SpacedRepetition"], **options}
                _add(found, f"{name}/SpacedRepetition", review, told)
    for name, student in (("callable", functools.partial(_made, "elo")), ("dkt", _network)):
        told = {**SMALL["KnowledgeGraph"], "levels": 1, "student": student}
        _add(found, f"students/{name}/KnowledgeGraph1", graph, told)
    return found


def _add(found, name, env_id, options):
    found[f"{name}/single"] = lambda: outcome(lambda: _single(env_id, options))
    found[f"{name}/vector"] = lambda: outcome(lambda: _vector(env_id, options, "/" not in name))


def _made(name, size, topics, levels):
    return reach.cohort(name)(size, topics, levels)


def _network(size, topics, levels):
    draw, units = np.random.default_rng(8).standard_normal, 3
    shapes = ((2 * topics, 4 * units), (4 * units, units), (topics, units), (topics,))
    weights = [draw(shape).astype(np.float32) for shape in shapes]
    return reach.network_students(size, topics, levels, weights)


def action_of(space, point):
    """An action from numbers in [0, 1)."""
    if isinstance(space, gym.spaces.Discrete):
        return int(point[0] * space.n)
    if isinstance(space, gym.spaces.MultiDiscrete):
        return (point[: space.nvec.size] * space.nvec).astype(space.dtype)
    size = int(np.prod(space.shape))
    return point[:size].astype(space.dtype).reshape(space.shape)


def _single(env_id, options):
    """Two episodes from a seed, and one with looks."""
    env = reach.make(env_id, **options)
    seen = {"spaces": [env.action_space, env.observation_space]}
    resets = {"looks": {"seed": 4}, "first": {"seed": 3}, "second": {}}
    for place, (episode, how) in enumerate(resets.items()):
        observation, info = env.reset(**how)
        steps, ended, lesson = [(observation, reach.told(info))], False, 0
        while not ended and (episode != "looks" or lesson < LONGEST):
            action = action_of(env.action_space, POINTS[lesson, place])
            looks = episode == "looks" and MASKS[lesson, 0] < 0.4
            step = reach.look(env, action) if looks else env.step(action)
            steps.append((*step[:4], reach.told(step[4])))
            ended, lesson = step[2] or step[3], lesson + 1
        seen[episode] = steps
    seen["over"] = outcome(lambda: env.step(action))
    env.close()
    return seen


def _vector(env_id, options, limited):
    """Students who begin anew, some of them by a partial reset, and some of whom only look."""
    budget = min(options["budget"], LONGEST)
    options = options | {"budget": budget}
    env = gym.make_vec(env_id, STUDENTS, **options)
    seen = {"spaces": [env.action_space, env.observation_space]}
    plain = [_told(env.reset(seed=3))]
    plain += [_step(env, lesson) for lesson in range(budget + 4)]
    plain += [_told(env.reset()), *(_step(env, lesson) for lesson in range(budget // 2))]
    seen["episodes"] = plain
    parted = [_told(env.reset(seed=4))]
    # Not the same lessons for all from here on, so that episodes end one after the other.
    for place in range(STUDENTS):
        marked = {"reset_mask": np.arange(STUDENTS) >= place}
        again = {} if place % 2 else {"seed": 10 + place}
        parted += [_step(env, 7 * place), _step(env, 7 * place + 1)]
        parted.append(_told(env.reset(options=marked, **again)))
    parted += [_step(env, lesson) for lesson in range(budget)]
    seen["parted"] = parted
    looks = [_told(env.reset(seed=5))]
    looks += [_step(env, lesson, (0.0, 0.4, 1.0)[lesson % 3]) for lesson in range(budget + 2)]
    seen["looks"] = looks
    env.close()
    if limited:
        env = gym.make_vec(env_id, STUDENTS, max_episode_steps=budget // 2, **options)
        seen["limited"] = [_told(env.reset(seed=6))]
        seen["limited"] += [_step(env, lesson) for lesson in range(budget // 2 + 3)]
        env.close()
    return seen


def _step(env, lesson, looking=None):
    """A lesson for all; a share of them looks."""
    space = env.single_action_space
    actions = np.stack([action_of(space, point) for point in POINTS[lesson]])
    if looking is None:
        return _told(env.step(actions))
    return _told(reach.give(env, actions, MASKS[lesson] < looking))


def _told(returned):
    return (*returned[:-1], reach.told(returned[-1]))
