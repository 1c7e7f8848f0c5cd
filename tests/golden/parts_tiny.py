"""The bundled language model as student: every update, looks, and an episode that is loaded."""

import functools

import numpy as np
from golden import reach
from golden.canonical import digest, new_folder
from golden.parts_text import played, reset

SMALL = {
    "student": "tiny",
    "levels": 4,
    "budget": 4,
    "lesson_size": 4,
    "exam_size": 20,
    "exam_every": 2,
}
FAST = {"learning_rate": 1e-3, "num_generations": 4}
UPDATES = {
    "grpo": FAST,
    "rloo": FAST,
    "sft": {"learning_rate": 1e-3},
    "dpo": {"learning_rate": 1e-3, "pairs": "teacher", "num_generations": 1},
    "kto": FAST,
    "distill": {"learning_rate": 1e-3, "teacher": "tiny"},
    "none": {},
}


def traces():
    """All of them by name."""
    found = {}
    for short in ("Strings", "Arithmetic"):
        for update in ("grpo", "sft", "dpo") if short == "Arithmetic" else UPDATES:
            learning = {"update": update, "update_options": UPDATES[update]}
            found[f"{short}/{update}"] = functools.partial(_episodes, short, learning)
        shared = {"update_options": FAST, "lessons_per_update": 2}
        found[f"{short}/shared"] = functools.partial(_episodes, short, shared)
        found[f"{short}/saved"] = functools.partial(_saved, short, shared)
    defaults = {"levels": 12, "lesson_size": 8}
    found["Strings/defaults"] = functools.partial(_episodes, "Strings", defaults)
    return found


def _episodes(short, options):
    """An episode from a seed, one that goes on, and one with looks; with the weights that came."""
    with reach.alone():
        env = reach.make(f"teachgym/{short}-v0", **{**SMALL, **options})
        first = [reset(env, seed=3), *played(env, (0, 4)), _weights(env)]
        second = [reset(env), *played(env, (0, 2), place=1)]
        looks = [reset(env, seed=4), *played(env, (0, 4), place=2, looks={1, 2}), _weights(env)]
    return {"first": first, "second": second, "looks": looks}


def _saved(short, options):
    """An episode that is saved once an update is done, and where it is loaded."""
    with reach.alone():
        env, other = (
            reach.make(f"teachgym/{short}-v0", **{**SMALL, **options, "budget": 5})
            for _ in range(2)
        )
        reset(env, seed=3)
        played(env, (0, 3), looks={1})
        folder = new_folder()
        env.unwrapped.save(folder)
        reset(other, seed=99)
        loaded = other.unwrapped.load(folder)
        rests = [[*played(one, (3, 5)), _weights(one)] for one in (env, other)]
    return {"loaded": loaded, "rests": rests}


def _weights(env):
    """A digest of each of the student's weights."""
    state = env.unwrapped.student.language.model.state_dict()
    arrays = {name: weight.detach().cpu().float().numpy() for name, weight in state.items()}
    return {name: digest(np.ascontiguousarray(a).tobytes().hex()) for name, a in arrays.items()}
