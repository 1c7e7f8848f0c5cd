"""Environments whose student answers tasks, with the simulated one: every option, and a vector."""

import functools

import numpy as np
from golden import reach
from golden.canonical import canonical, digest, new_folder, outcome
from golden.parts_simulated import action_of

SMALL = {
    "student": "simulated",
    "levels": 3,
    "budget": 10,
    "lesson_size": 3,
    "exam_size": 20,
    "exam_every": 4,
}
TASKS = ["leg_counting", "number_sorting", "basic_arithmetic", "letter_counting", "spell_backward"]
ENVIRONMENTS = {
    "Strings": {},
    "Arithmetic": {},
    "Questions": {},
    "ReasoningGym": {"tasks": TASKS, "levels": 2},
}
ROWS = [
    {"kind": "abc"[n % 3], "ask": f"Add {n} and {n * n}", "reply": str(n + n * n), "hard": n / 60}
    for n in range(60)
]
NAMED = {"topic": "kind", "prompt": "ask", "answer": "reply", "difficulty": "hard", "levels": 2}


def paid(outcome):
    """A teaching reward of one's own, of everything that it is told."""
    smoothed = -1.0 if outcome.smoothed is None else outcome.smoothed
    exam = -1.0 if outcome.exam is None else outcome.exam
    topic, level, difficulty = outcome.cell
    known = (topic, level, difficulty, smoothed, exam, outcome.previous_exam, outcome.score)
    return float(np.dot(known, [1, 2, 3, 5, 7, 11, 13])) + float(np.nansum(outcome.study.scores))


def half(*, completions, answer, **columns):
    """A reward of one's own: half for the right length, none for every seventh answer."""
    pairs = zip(completions, answer, strict=True)
    scores = [0.5 * (len(text) == len(wanted)) + 0.5 * (text == wanted) for text, wanted in pairs]
    return [None if place % 7 == 6 else score for place, score in enumerate(scores)]


LEARNING = {"gain": 0.3, "transfer": 0.2, "guess": 0.1, "spread": 1.0}
OPTIONS = [
    *({"action": action} for action in ("multidiscrete", "discrete", "box")),
    *({"teaching_reward": reward} for reward in ("score", "progress", paid)),
    {"lessons_per_update": 3},
    {"lessons_per_update": 3, "action": "box", "student_options": LEARNING, "exam_seed": 5},
]
STRINGS = [
    {"levels": 12, "wording": "long", "exam_share": 0.4},
    {"reward": "f1"},
    {"reward": half, "lesson_size": 8},
    {"student_options": {"prerequisites": np.eye(9, k=1, dtype=bool), "gain": 0.5}},
]
POINTS = np.random.default_rng(41).random((200, 12))


def traces():
    """All of them by name."""
    found = {"ids": reach.environments}
    for short, own in ENVIRONMENTS.items():
        # reasoning-gym is slow, and its own part in these options is small.
        kinds = {"Strings": OPTIONS + STRINGS, "ReasoningGym": OPTIONS[::4]}.get(short, OPTIONS)
        for number, options in enumerate(kinds, start=1):
            told = {**SMALL, **own, **options}
            found[f"{short}/{number}"] = functools.partial(_episodes, short, told)
        found[f"{short}/vector"] = functools.partial(_vector, short, {**SMALL, **own})
        found[f"{short}/saved"] = functools.partial(_saved, short, {**SMALL, **own})
    table = {**SMALL, **NAMED, "source": ROWS}
    found["Questions/table"] = functools.partial(_episodes, "Questions", table)
    for name in reach.domains():
        found[f"domains/{name}"] = functools.partial(_domain, name)
    return found


def played(env, lessons, place=0, looks=()):
    """Steps with fixed actions; those of `looks` are not learned from."""
    steps = []
    for lesson in range(*lessons):
        action = action_of(env.action_space, POINTS[20 * place + lesson])
        step = reach.look(env, action) if lesson in looks else env.step(action)
        steps.append((*step[:4], reach.told(step[4])))
    return steps


def reset(env, **how):
    """What a reset shows."""
    observation, info = env.reset(**how)
    return observation, reach.told(info)


def _episodes(short, options):
    """One from a seed, one that goes on, and one with looks, shown as text and image."""
    env = reach.make(f"teachgym/{short}-v0", render_mode="ansi", **options)
    everything = (0, options["budget"])
    seen = {
        "spaces": [env.action_space, env.observation_space],
        "first": [reset(env, seed=3), *played(env, everything)],
        "over": outcome(lambda: env.step(env.action_space.sample())),
        "second": [reset(env), *played(env, everything, place=1)],
        "shown": env.render(),
        "looks": [reset(env, seed=4), *played(env, everything, place=2, looks={1, 2, 4, 7, 9})],
    }
    env.close()
    return seen


def _vector(short, options):
    """Two students side by side, over the end of an episode, and with looks."""
    env = reach.make_vector(f"teachgym/{short}-v0", 2, options)
    steps = [env.reset(seed=3)]
    for lesson in range(2 * options["budget"] + 3):
        space = env.single_action_space
        actions = np.stack([action_of(space, POINTS[2 * lesson + place]) for place in range(2)])
        looks = np.array([lesson % 5 == 1, lesson % 3 == 1])
        steps.append(reach.give(env, actions, looks))
    env.close()
    return [(*step[:-1], reach.told(step[-1])) for step in steps]


def _saved(short, options):
    """An episode that is saved in the middle of an update, and where it is loaded."""
    options = {**options, "lessons_per_update": 3}
    env, other = (reach.make(f"teachgym/{short}-v0", **options) for _ in range(2))
    reset(env, seed=3)
    before = played(env, (0, 5), looks={2})
    folder = new_folder()
    env.unwrapped.save(folder)
    reset(other, seed=99)
    loaded = other.unwrapped.load(folder)
    rests = [played(one, (5, options["budget"]), looks={7}) for one in (env, other)]
    again = [[reset(one), *played(one, (0, 3))] for one in (env, other)]
    return {"before": before, "loaded": loaded, "rests": rests, "again": again}


def _domain(name):
    """Practice tasks and exams of a domain."""
    few = {"tasks": TASKS} if name == "reasoning_gym" else {}
    domain = reach.domain(name, levels=3, **few)
    rng = np.random.default_rng(6)
    cells = [(t, level) for t in range(len(domain.topics)) for level in range(domain.levels)]
    tasks = [domain.sample(t, domain.difficulty(level), rng) for t, level in 2 * cells]
    sizes = ((60, 0), (7, 0), (60, 1))
    return {
        "topics": list(domain.topics),
        "reward": domain.reward,
        "tasks": tasks,
        "difficulties": [domain.level(d) for d in np.linspace(0, 1, 13)],
        "exams": [digest(canonical(domain.exam(*size))) for size in sizes],
        "exam": domain.exam(40, 2),
    }
