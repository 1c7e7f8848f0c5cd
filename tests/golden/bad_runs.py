"""Domains, rewards, experiments and streams called wrongly."""

import functools

import numpy as np
from golden import reach
from golden.canonical import new_folder
from golden.parts_text import ROWS, TASKS

TMS = "teachgym/TMS-v0"


def fill(table):
    """Enter them."""
    _domains(table)
    _rewards(table)
    _teach(table)
    _compare(table)
    _train_teacher(table)
    _in_turn(table)
    _streams(table)


DOMAIN_OPTIONS = ("levels", "wording", "source", "topic", "tasks", "exam_share")


def _domains(table):
    def sample(make, topic, difficulty):
        return make().sample(topic, difficulty, np.random.default_rng(0))

    for name in reach.domains():
        few = {"tasks": TASKS} if name == "reasoning_gym" else {}
        make = functools.partial(reach.domain, name, **few)
        table.each(f"domains/{name}", make, DOMAIN_OPTIONS)
        table.add(f"domains/{name}/exam", lambda make=make: make().exam(0, 0))
        for topic, difficulty in ((99, 0.5), (0, 1.5), (0, np.nan)):
            table.add(
                f"domains/{name}/sample {topic} {difficulty}", sample, make, topic, difficulty
            )


def _rewards(table):
    table.add("rewards/combine/nothing", reach.combined, [])
    table.add("rewards/combine/weights", reach.combined, ["exact_match"], weights=[1.0, 2.0])
    table.add("rewards/combine/no weight", reach.combined, ["exact_match"], weights=[0.0])
    table.add("rewards/combine/number", reach.combined, [3])
    table.add("rewards/rescale/equal", reach.rescaled, "exact_match", 1.0, 1.0)
    table.add("rewards/unknown", reach.reward, "exact_mach")


BASE = {"student": "simulated", "budget": 3, "exam_size": 9, "env_options": {"levels": 3}}


def _teach(table):
    cases = {
        "env": {"env": "Strngs"},
        "simulated env": {"env": "TMS", "budget": None, "exam_size": None, "env_options": None},
        "student": {"student": "simulatd"},
        "teacher": {"teacher": "unifrom"},
        "teacher module": {"teacher": "no.such:Teacher"},
        "teacher number": {"teacher": 3},
        "teacher other": {"teacher": "collections:OrderedDict"},
        "teacher options": {"teacher_options": {"warm": 3}},
        "teacher value": {"teacher_options": {"warmup": -3}},
        "policy": {"teacher": "policy"},
        "update": {"update": "grpoo"},
        "reward": {"reward": "exact_mach"},
        "reward module": {"reward": "math:pi"},
        "budget": {"budget": 0},
        "lesson_size": {"lesson_size": 0},
        "exam_size": {"exam_size": 2.5},
        "exam_every": {"exam_every": 0},
        "env_options": {"env_options": {"level": 3}},
        "env_options twice": {"env_options": {"budget": 3}},
        "seed": {"seed": -1},
        "resume": {"resume": True},
        "resume nothing": {"resume": True, "out": "nowhere"},
        "checkpoint_every": {"checkpoint_every": 0},
        "threads": {"threads": 0},
    }
    for word, options in cases.items():
        table.add(f"teach/{word}", reach.teach, **{**BASE, **options})

    def occupied(text, **options):
        folder = new_folder()
        folder.mkdir()
        (folder / "config.json").write_text(text)
        reach.teach(**BASE, out=folder, **options)

    def other_settings():
        folder = new_folder()
        reach.teach(**BASE, out=folder)
        reach.teach(**{**BASE, "budget": 4, "seed": 1}, out=folder, resume=True)

    table.add("teach/occupied", occupied, "{}")
    table.add("teach/occupied by others", occupied, "{}", resume=True)
    table.add("teach/occupied, broken", occupied, "no JSON", resume=True)
    table.add("teach/other settings", other_settings)


def _in_folder(call, **options):
    return call(**options, out=new_folder())


def _compare(table):
    cases = {
        "nobody": {"teachers": []},
        "twice": {"teachers": ["uniform", "uniform"]},
        "teacher": {"teachers": ["uniform", "exp3"]},
        "number": {"teachers": [3]},
        "option": {"teachers": ["exp3s:smoothing=9"]},
        "baseline": {"baseline": "exp3s"},
        "seeds": {"seeds": []},
        "jobs": {"jobs": 0},
        "argument": {"lessons": 3},
        "resume": {"resume": True},
    }
    for word, options in cases.items():
        table.add(f"compare/{word}", _in_folder, reach.compare, **{**BASE, **options})


def _train_teacher(table):
    cases = {
        "total_steps": {"total_steps": 0},
        "n_envs": {"n_envs": 0},
        "episodes": {"episodes": 0},
        "seeds meet": {"evaluation_seed": 10},
        "env": {"env": "TMSS"},
        "env option": {"env_options": {"sytem": "tree"}},
        "teacher": {"teachers": ["unifrom"]},
        "teacher space": {"env": "TMS", "teachers": ["progression"]},
    }
    for word, options in cases.items():
        table.add(f"train_teacher/{word}", _in_folder, reach.train_teacher, **options)


PROTOCOL = (
    "updates gain lesson_size share exponent exam_size probe_every probe_size topics domain"
).split()


def _in_turn(table):
    table.each("protocol", reach.protocol, PROTOCOL)
    table.add("protocol/one topic", reach.protocol, topics=("copy",))
    table.add("protocol/twice", reach.protocol, topics=("copy", "copy"))
    table.add("protocol/options", reach.protocol, domain=3, domain_options={"levels": 2})
    protocol = reach.protocol(updates=1)
    table.add("in turn/schedule", reach.teach_in_turn, protocol, schedule="often")
    table.add("in turn/student", reach.teach_in_turn, protocol, student="simulatd")
    table.add("evaluate/seeds", reach.evaluate, TMS, {}, "uniform", 3, [1, 2])
    table.add("evaluate/teacher", reach.evaluate, TMS, {}, "progression", 3, 0)
    table.add("evaluate/env", reach.evaluate, "TSM", {}, "uniform", 3, 0)


def _streams(table):
    stream = reach.task_stream
    named = {"prompt": "ask", "answer": "reply"}
    cases = {
        "domain": ("string", "uniform", {}),
        "file": ("nowhere.jsonl", "uniform", {"bins": 3}),
        "number": (3, "uniform", {}),
        "columns": (ROWS, "uniform", {"topic": "kind"}),
        "topic": (ROWS, "uniform", {"topic": "kin", **named}),
        "order": (ROWS, "uniform", {"level": "kind", **named}),
        "bins": (ROWS, "uniform", {"bins": 99, **named}),
        "option": ("strings", "uniform", {"levels": 3}),
        "action": ("strings", "uniform", {"action": "boxes"}),
        "teacher": ("strings", "unifrom", {}),
        "teacher number": ("strings", 3, {}),
        "policy": ("strings", "policy", {}),
        "options": ("strings", "exp3s", {"teacher_options": {"rate": 3}}),
        "seed": ("strings", "uniform", {"seed": -1}),
        "empty": ([], "uniform", {"bins": 3}),
    }
    for word, (data, teacher, options) in cases.items():
        table.add(f"stream/{word}", stream, data, teacher, **options)

    def tell(scores, rows=None):
        made = stream("strings", "uniform")
        asked = made.ask(2)
        made.tell(asked if rows is None else rows, scores)

    table.add("stream/ask", lambda: stream("strings", "uniform").ask(0))
    table.add("stream/tell few", tell, [1.0])
    table.add("stream/tell above", tell, [1.0, 2.0])
    table.add("stream/tell text", tell, ["a", "b"])
    table.add("stream/tell unknown", tell, [1.0], [7])
    table.add("stream/tell no row", tell, [1.0], [{"prompt": "a"}])

    def load(change):
        made = stream("strings", "uniform")
        made.load_state_dict({**made.state_dict(), **change})

    for change in ({"version": 0}, {"teacher": "Other"}, {"source": {}}):
        table.add(f"stream/load {next(iter(change))}", load, change)
