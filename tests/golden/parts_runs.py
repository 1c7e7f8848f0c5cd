"""Whole runs and the files that they leave: teaching, comparing, training, forgetting, TRL."""

import contextlib
import functools
import inspect
import io
import json
import re

import numpy as np
from golden import reach
from golden.canonical import canonical, digest, new_folder, outcome
from golden.parts_tiny import FAST

SIMULATED = {
    "env": "Strings",
    "student": "simulated",
    "budget": 24,
    "exam_size": 30,
    "exam_every": 5,
    "env_options": {"levels": 3},
}
TINY = {
    "student": "tiny",
    "budget": 3,
    "lesson_size": 4,
    "exam_size": 20,
    "exam_every": 2,
    "env_options": {"levels": 4},
    "update_options": FAST,
}
RUNS = {
    "alp_gmm": {"teacher_options": {"warmup": 8, "fit_every": 4, "window": 8}},
    "uniform": {"lessons_per_update": 3, "seed": 4, "env_options": {"levels": 3, "action": "box"}},
    "exp3s": {"env": "Arithmetic", "env_options": {"levels": 3, "action": "discrete"}},
    "robust_plr": {"env": "Questions", "env_options": None, "reward": "f1"},
    "zpdes": {"env_options": {"levels": 3, "teaching_reward": "progress"}, "lesson_size": 2},
}
KNOWLEDGE = {
    "env": "KnowledgeGraph",
    "env_options": {"topics": 3, "levels": 2, "budget": 20},
    "total_steps": 1024,
    "n_envs": 8,
    "episodes": 6,
    "algorithm_options": {"n_steps": 32, "batch_size": 64, "n_epochs": 2},
    "teachers": ["uniform", "progression", "exp3s:exploration=0.2"],
}
TRAININGS = {
    "ppo": {},
    "a2c": {"algorithm": "a2c", "algorithm_options": {}, "seed": 3},
    "dqn": {
        "algorithm": "dqn",
        "env": "TMS",
        "env_options": None,
        "algorithm_options": {"learning_starts": 100},
        "teachers": ["uniform"],
    },
    "sac": {
        "algorithm": "sac",
        "env": "Landscape",
        "env_options": {"budget": 20, "cells": 4},
        "algorithm_options": {"learning_starts": 100},
        "teachers": None,
        "total_steps": 400,
    },
}
TURNS = {"domain_options": {"levels": 3}, "lesson_size": 3, "exam_size": 12}
IN_TURN = {
    "simulated": ({"topics": ("reverse", "copy", "sort"), "updates": 6}, {"student": "simulated"}),
    "rehearsed": (
        {"topics": ("copy", "sort", "upper"), "updates": 8, "share": 0.5},
        {"student": "simulated", "schedule": "power_law", "seed": 2},
    ),
    "gain": (
        {"topics": ("copy", "nth"), "updates": 30, "gain": 0.1, "probe_every": 3},
        {"student": "simulated", "student_options": {"gain": 0.3}, "schedule": "uniform"},
    ),
    "tiny": (
        {"topics": ("reverse", "copy"), "updates": 2},
        {"student": "tiny", "update": "sft", "update_options": {"learning_rate": 1e-3}},
    ),
}
CURRICULA = {
    "domain": ("strings", "progression", {"teacher_options": {"window": 2, "raise_at": 0.6}}),
    "scores": ("arithmetic", "sec", {"seed": 4, "action": "discrete"}),
}
TRL = {
    "max_steps": 3,
    "per_device_train_batch_size": 8,
    "num_generations": 4,
    "max_completion_length": 8,
    "learning_rate": 1e-4,
    "logging_steps": 1,
    "save_strategy": "no",
    "report_to": "none",
    "use_cpu": True,
    "bf16": False,
    "activation_checkpointing": False,
    "disable_tqdm": True,
}
TIMES = re.compile("time|per_second|flos")
"""Entries of a trainer's log that differ from run to run."""


def traces():
    """All of them by name."""
    found = {}
    for teacher, options in RUNS.items():
        told = {**SIMULATED, "teacher": teacher, **options}
        found[f"teach/{teacher}"] = functools.partial(_taught, told)
        found[f"teach/{teacher}/resumed"] = functools.partial(_resumed, told, 13)
        found[f"teach/{teacher}/report"] = functools.partial(_report, told)
    found["teach/tiny"] = functools.partial(_taught, {**TINY, "teacher": "uniform"})
    found["teach/tiny/resumed"] = functools.partial(_resumed, {**TINY, "teacher": "exp3s"}, 2)
    found["compare"] = _compared
    for name, options in TRAININGS.items():
        found[f"train_teacher/{name}"] = functools.partial(_trained, {**KNOWLEDGE, **options})
    for name, (protocol, options) in IN_TURN.items():
        found[f"in_turn/{name}"] = functools.partial(_in_turn, protocol, options)
    for name, arguments in CURRICULA.items():
        found[f"trl/{name}"] = functools.partial(_trl, *arguments)
    for name, (field, value) in REFUSED.items():
        found[f"trl/refused/{name}"] = functools.partial(_refused, field, value)
    for name in reach.teachers():
        found[f"details/{name}"] = functools.partial(reach.describe, name)
    for name in ("unknown", "space"):
        found[f"train_teacher/refused/{name}"] = functools.partial(_refused_training, name)
    return found


def files(folder):
    """What a run has left, but its checkpoint and report: by name the JSON in it."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_dir() or "checkpoint" in name:
            continue
        if path.suffix == ".jsonl":
            found[name] = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        elif path.suffix == ".json":
            found[name] = json.loads(path.read_text("utf-8"))
            for written_by in ("versions", "format"):
                found[name].pop(written_by, None)
        elif path.suffix == ".safetensors":
            found[name] = digest(path.read_bytes().hex())
        else:
            found[name] = path.suffix
    return found


def _taught(options):
    """A run in memory, and one in a folder."""
    with reach.alone():
        seen = []
        result = reach.teach(**options, progress=seen.append)
        folder = new_folder()
        reach.teach(**options, out=folder)
    return {
        "settings": result.settings,
        "lessons": result.lessons,
        "exams": result.exams,
        "summary": result.summary(),
        "progress": seen,
        "files": files(folder),
    }


def _resumed(options, stop):
    """A run that is stopped by the keyboard, and goes on."""
    folder = new_folder()

    def progress(now):
        if now.lesson == stop:
            raise KeyboardInterrupt

    with reach.alone():
        try:
            reach.teach(**options, out=folder, progress=progress, checkpoint_every=2)
        except KeyboardInterrupt:
            stopped = files(folder)
        result = reach.teach(**options, out=folder, resume=True, checkpoint_every=2)
        alone = new_folder()
        reach.teach(**options, out=alone)
    same = files(folder) == files(alone)
    return {"stopped": stopped, "same": same, "files": files(folder), "exams": result.exams}


def _report(options):
    """The page that a run leaves."""
    folder = new_folder()
    reach.teach(**options, out=folder)
    return (folder / "report.html").read_text("utf-8")


def _compared():
    """Two teachers and two seeds, then one more of each."""
    options = {**SIMULATED, "teachers": ["uniform", "progression:window=2"], "seeds": [0, 3]}
    folder = new_folder()
    with reach.alone():
        first = reach.compare(**options, out=folder)
        before = files(folder)
        options |= {"teachers": [*options["teachers"], "exp3s"], "seeds": [0, 3, 5]}
        second = reach.compare(**options, out=folder, resume=True)
    return {"first": first.summary(), "before": before, "second": second.summary()}


def _trained(options):
    """The training of a policy, and what it and others do with new students."""
    folder = new_folder()
    with reach.alone():
        result = reach.train_teacher(**options, out=folder)
    return {"curve": result.curve, "returns": result.returns, "files": files(folder)}


def _refused_training(kind):
    """What is only found out once Stable-Baselines3 is there."""
    options = {"algorithm": {"unknown": "ppoo", "space": "dqn"}[kind]}
    return outcome(lambda: reach.train_teacher(**{**KNOWLEDGE, **options}, out=new_folder()))


def _in_turn(protocol, options):
    """Topics one after the other, in memory, and in a folder after a stop."""
    protocol = reach.protocol(**{**TURNS, **protocol})
    folder, seen = new_folder(), []

    def stop(topics, update, score):
        if topics == 2:
            raise KeyboardInterrupt

    def progress(*now):
        seen.append(now)

    with reach.alone():
        retention = reach.teach_in_turn(protocol, **options, progress=progress)
        try:
            reach.teach_in_turn(protocol, **options, out=folder, progress=stop)
        except KeyboardInterrupt:
            again = reach.teach_in_turn(protocol, **options, out=folder)
    return {"retention": retention, "progress": seen, "again": again, "files": files(folder)}


def _trl(data, teacher, options):
    """Three steps of GRPO on what a teacher chooses."""
    from trl import GRPOConfig, GRPOTrainer

    folder, seen = new_folder(), []
    language = reach.tiny_model()
    curriculum = reach.curriculum(data, teacher, "exact_match", **options)
    ask, tell = curriculum.ask, curriculum.tell

    def watched_ask(count):
        rows = ask(count)
        seen.append(("ask", [dict(row) for row in rows]))
        return rows

    def watched_tell(rows, scores):
        seen.append(("tell", np.array(rows), np.array(scores, dtype=float)))
        return tell(rows, scores)

    curriculum.ask, curriculum.tell = watched_ask, watched_tell
    with reach.alone():
        trainer = GRPOTrainer(
            language.model,
            processing_class=language.tokenizer,
            args=curriculum.args(GRPOConfig(str(folder), **TRL)),
            **curriculum.parts(),
        )
        with contextlib.redirect_stdout(io.StringIO()):  # where the trainer prints its log
            trainer.train()
    log = trainer.state.log_history
    left = files(folder)["curriculum.jsonl"]
    weights = language.model.state_dict()
    return {
        "seen": seen,
        "log": [_timeless(entry) for entry in log],
        "state": curriculum.state_dict(),
        "left": [line | {"logs": _timeless(line.get("logs", {}))} for line in left],
        "weights": {name: digest(canonical(weight)) for name, weight in weights.items()},
        "exam": [dict(row) for row in curriculum.exam(9)],
    }


def _timeless(entry):
    return {key: value for key, value in entry.items() if not TIMES.search(key)}


REFUSED = {
    "steps": ("max_steps", -1),
    "workers": ("dataloader_num_workers", 2),
    "split": ("accelerator_config", {"split_batches": True}),
    "shuffle": ("shuffle_dataset", True),
    "generations": ("generation_batch_size", 24),
}


def _refused(field, value):
    """A trainer's arguments that a curriculum changes, or can't work with."""
    from trl import GRPOConfig

    curriculum = reach.curriculum("strings", "uniform")

    def changed():
        config = GRPOConfig(str(new_folder()), **{**TRL, field: value})
        made = curriculum.args(config)
        names = [name for name in inspect.signature(GRPOConfig).parameters if "dir" not in name]
        ours, theirs = ({n: getattr(one, n) for n in names} for one in (made, config))
        return {n: str(ours[n]) for n in names if str(ours[n]) != str(theirs[n])}

    return outcome(changed)
