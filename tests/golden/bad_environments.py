"""Environments made wrongly, lessons that can't be given, students and rewards that misbehave."""

import functools

import gymnasium as gym
import numpy as np
from golden import reach
from golden.bad_calls import unraised
from golden.canonical import new_folder
from golden.parts_text import ROWS

GRAPH, TMS = "teachgym/KnowledgeGraph-v0", "teachgym/TMS-v0"
REVIEW, STRINGS = "teachgym/SpacedRepetition-v0", "teachgym/Strings-v0"
SMALL = {"student": "simulated", "levels": 2, "budget": 3, "exam_size": 9, "lesson_size": 2}
TEXT_OPTIONS = (
    "domain student update update_options student_options reward budget lesson_size "
    "lessons_per_update action teaching_reward exam_size exam_every exam_seed render_mode levels "
    "wording exam_share"
).split()


def fill(table):
    """Enter them."""
    _simulated(table)
    _cohorts(table)
    _lessons(table)
    _vector_lessons(table)
    _text(table)
    _students(table)
    _sources(table)
    _checkpoints(table)
    _misbehaving(table)


def _simulated(table):
    for short in ("KnowledgeGraph", "KSS", "TMS", "SpacedRepetition", "Landscape"):
        env_id = f"teachgym/{short}-v0"
        single = unraised(functools.partial(reach.make, env_id))
        vector = unraised(functools.partial(gym.make_vec, env_id))
        table.each(f"simulated/{short}", single, reach.simulation_options(env_id))
        table.add(f"simulated/{short}/unknown", single, budgt=3)
        table.add(f"simulated/{short}/render", single, render_mode="ansi")
        for size in (0, 2.5):
            table.add(f"simulated/{short}/num_envs={size}", vector, num_envs=size)
        table.add(f"simulated/{short}/limit", vector, num_envs=2, max_episode_steps=0)
    for word, options in {"full": (1.0, 0.0), "nothing left": (0.6, 0.6)}.items():
        shares = dict(zip(("unfeasible", "trivial"), options, strict=True))
        table.add(f"simulated/Landscape/{word}", reach.make, "teachgym/Landscape-v0", **shares)
    table.add("simulated/unknown id", reach.make, "teachgym/Landscap-v0")


def _cohorts(table):
    graph, review = (unraised(functools.partial(reach.make, one)) for one in (GRAPH, REVIEW))
    graphs = {"missing": "nowhere.json", "ending": "graph.txt", "topics": "kss"}
    for word, name in graphs.items():
        table.add(f"simulated/graph/{word}", graph, graph=name, topics=3)
    students = {
        "unknown": {"student": "irtt"},
        "other": {"student": dict},
        "number": {"student": 3},
        "option": {"student_options": {"gian": 2}},
        "options": {"student_options": [1]},
        "size": {"student_options": {"size": 2}},
    }
    for word, options in students.items():
        table.add(f"simulated/student/{word}", graph, **options)
    table.add("simulated/student/no time", review, student="bkt")


def _lesson(env_id, action, **options):
    env = reach.make(env_id, **options)
    env.reset(seed=0)
    return env.unwrapped.step(action)


def _lessons(table):
    """Actions of one student."""
    actions = {
        "outside": [99, 0],
        "negative": [-1, 0],
        "float": [0.5, 0.5],
        "shape": [1],
        "text": ["a", "b"],
        "none": None,
    }
    for word, action in actions.items():
        table.add(f"lessons/single/{word}", _lesson, GRAPH, action, topics=4, levels=5)
        table.add(f"lessons/text/{word}", _lesson, STRINGS, action, **SMALL)
    table.add("lessons/text/before reset", lambda: reach.make(STRINGS, **SMALL).unwrapped.step(0))
    table.add("lessons/single/before reset", lambda: reach.make(TMS).unwrapped.step(0))


def _vector_lessons(table):
    """Actions, looks and masks of many."""

    def lesson(actions, looks=None, first=True, mask=None):
        env = gym.make_vec(TMS, 3)
        if first:
            env.reset(seed=0)
        if mask is not None:
            env.reset(options={"reset_mask": mask})
        return env.step(actions) if looks is None else reach.give(env, actions, looks)

    fine = [0, 1, 0]
    table.add("lessons/vector/before reset", lesson, fine, first=False)
    for word, actions in {"short": [0, 1], "outside": [0, 1, 2], "float": [0.0, 1.0, 0.0]}.items():
        table.add(f"lessons/vector/{word}", lesson, actions)
    for word, looks in {"ints": np.ones(3, int), "short": np.ones(2, bool)}.items():
        table.add(f"lessons/vector/looks {word}", lesson, fine, looks)
    masks = {"list": [True] * 3, "short": np.ones(2, bool), "nobody": np.zeros(3, bool)}
    for word, mask in masks.items():
        table.add(f"lessons/vector/mask {word}", lesson, fine, mask=mask)
    table.add("lessons/vector/mask first", lesson, fine, first=False, mask=np.arange(3) == 1)


def _strings(**options):
    env = unraised(functools.partial(reach.make, STRINGS))(**{**SMALL, **options})
    env.reset(seed=0)
    return env


def _text(table):
    table.each("text/Strings", _strings, TEXT_OPTIONS)
    table.add("text/Strings/unknown", _strings, levls=3)
    table.add("text/render", _strings, render_mode="human")


class _Pupil:
    """Learns nothing, and can be told to misbehave."""

    answers, studied = None, None

    def reset(self, *, seed=None):
        pass

    def answer(self, tasks):
        return ["?"] * len(tasks) if self.answers is None else self.answers

    def study(self, tasks, reward):
        return self.studied


def _students(table):
    students = {
        "factory=student": {"student": _Pupil()},
        "factory=class": {"student": _Pupil},
        "factory=nothing": {"student": dict},
        "factory=options": {"student": _Pupil, "student_options": {"gain": 1}},
        "factory=update": {"student": _Pupil, "update": "grpo"},
        "module=unknown": {"student": "no_such:Student"},
        "module=attribute": {"student": "math:taw"},
        "module=number": {"student": "math:pi"},
        "simulated=update": {"update": "grpo"},
        "simulated=update_options": {"update_options": {"learning_rate": 1}},
        "simulated=options": {"student_options": {"spread": -1, "guess": 1, "gain": -2}},
        "simulated=span": {"student_options": {"span": (1, 0)}},
        "simulated=prerequisites": {"student_options": {"prerequisites": np.ones(3)}},
        "tiny=update": {"student": "tiny", "update": "grop"},
        "tiny=none": {"student": "tiny", "update": "none", "update_options": {"a": 1}},
        "lessons_per_update": {"student": _Pupil, "lessons_per_update": 2},
    }
    for word, options in students.items():
        table.add(f"text/student/{word}", _strings, **options)
    few = {**SMALL, "student_options": {"prerequisites": np.zeros((2, 2))}}
    table.add("text/student/simulated=few prerequisites", _lesson, STRINGS, [5, 0], **few)


def _sources(table):
    questions = unraised(functools.partial(reach.make, "teachgym/Questions-v0"))
    sources = {
        "nowhere": {"source": "nowhere.jsonl"},
        "ending": {"source": "questions.txt"},
        "columns": {"source": ROWS},
        "few": {"source": ROWS[:3], "topic": "kind", "prompt": "ask", "answer": "reply"},
        "empty": {"source": []},
        "number": {"source": 3},
        "levels": {"levels": 0},
        "difficulty": {"difficulty": "hard"},
    }
    for word, options in sources.items():
        table.add(f"text/Questions/{word}", questions, **options)
    for word, tasks in {"unknown": ["leg_countin"], "none": [], "text": "leg_counting"}.items():
        table.add(f"text/ReasoningGym/{word}", reach.make, "teachgym/ReasoningGym-v0", tasks=tasks)


def _checkpoints(table):
    def load(wrong, **options):
        env, folder = _strings(), new_folder()
        env.unwrapped.save(folder)
        other = reach.make(STRINGS, **{**SMALL, **options})
        other.unwrapped.load(folder / "nowhere" if wrong else folder)

    table.add("text/load/nothing", load, True)
    table.add("text/load/other settings", load, False, levels=4, budget=5)
    table.add("text/load/other student", load, False, student=_Pupil)
    table.add("text/save", lambda: _strings(student=_Pupil).unwrapped.save(new_folder()))


def _misbehaving(table):
    """Students and rewards that return what they must not."""

    def lesson(answers=None, studied=None, reward=None):
        pupil = _Pupil()
        pupil.answers, pupil.studied = answers, studied
        given = {} if reward is None else {"reward": lambda **columns: reward}
        return _strings(student=lambda: pupil, **given).unwrapped.step([0, 0])

    study = reach.study
    cases = {
        "answers few": {"answers": ["a"]},
        "answers numbers": {"answers": [1] * 9},
        "study none": {},
        "study shape": {"studied": study([["a"]], np.zeros(1))},
        "study tasks": {"studied": study([["a"]], np.zeros((1, 1)))},
        "study texts": {"studied": study(["a", "b"], np.zeros((2, 1)))},
        "study nan": {"studied": study([["a"], ["b"]], np.full((2, 1), np.nan))},
        "study above": {"studied": study([["a"], ["b"]], np.full((2, 1), 2.0))},
        "reward few": {"reward": [1.0]},
        "reward none": {"reward": [None] * 9},
        "reward text": {"reward": ["a"] * 9},
        "reward above": {"reward": [2.0] * 9},
        "reward number": {"reward": 1.0},
    }
    for word, options in cases.items():
        table.add(f"misbehaving/{word}", lesson, **options)
    paid = {**SMALL, "teaching_reward": lambda outcome: np.nan}
    table.add("misbehaving/teaching reward", _lesson, STRINGS, [0, 0], **paid)
