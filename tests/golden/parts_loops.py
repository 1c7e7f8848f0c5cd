"""Loops around teachers: streams of tasks that are asked for and told about, and evaluations."""

import functools

import numpy as np
from golden import reach
from golden.canonical import outcome
from golden.parts_text import ROWS
from golden.teacher_options import FITS

SOURCES = {
    "domain": ("strings", {}),
    "discrete": ("arithmetic", {"action": "discrete"}),
    "box": ("strings", {"action": "box"}),
    "topics": (ROWS, {"prompt": "ask", "answer": "reply", "topic": "kind"}),
    "levels": (ROWS, {"prompt": "ask", "answer": "reply", "topic": "kind", "level": "grade"}),
    "bins": (ROWS, {"prompt": "ask", "answer": "reply", "bins": 4}),
    "guessed": (
        ROWS,
        {"prompt": "ask", "answer": "reply", "topic": "kind", "bins": 3, "difficulty": "hard"},
    ),
}
TEACHERS = {
    "learnability": {},
    "plr": {"capacity": 10},
    "alp_gmm": FITS,
    "sec": {"batch": 3},
    "exp3s": {"reservoir": 20},
    "zpdes": {},
}
DRAWS = np.random.default_rng(51).random((18, 6, 4))

EVALUATED = {
    "KnowledgeGraph": {"topics": 3, "levels": 3, "budget": 20, "exam_every": 5},
    "TMS": {"system": "tree"},
    "SpacedRepetition": {"items": 6, "budget": 25, "observation": "full"},
    "Strings": {"student": "simulated", "levels": 3, "budget": 8, "exam_size": 20},
}
WHO = {
    "KnowledgeGraph": ("uniform", "progression", "zpdes", "accel", "robust_plr", "e2h"),
    "TMS": ("uniform", "ucb1", "sec", "exp3s", "robust_plr", "tscl_online"),
    "SpacedRepetition": (
        "leitner",
        "sm2",
        "threshold:observed=true,interval=5",
        "teachgym.teachers:MyopicOptimum",
    ),
    "Strings": ("uniform", "sec", "robust_plr", "learnability"),
}


def traces():
    """All of them by name."""
    found = {}
    for place, (data, options) in SOURCES.items():
        # Sources do not know who asks: three teachers will do but for the first of them.
        for teacher, more in list(TEACHERS.items())[: None if place == "domain" else 3]:
            known = reach.teacher_options(teacher)
            cut = {"discrete": {"levels": 12}, "bins": {"levels": 4}, "box": {"bins": (3, 4)}}
            fit = {key: value for key, value in cut.get(place, {}).items() if key in known}
            told = {**more, **fit}
            make = functools.partial(
                reach.task_stream, _rows(data), teacher, teacher_options=told, **options
            )
            found[f"streams/{place}/{teacher}"] = functools.partial(_streamed, make)
    for short, names in WHO.items():
        for name in names:
            # Environments side by side are slow.
            for kind, seed in (("one", 5), ("each", [11, 3, 8]))[short == "Strings" :]:
                trace = f"evaluate/{short}/{name.partition(':')[2] or name}/{kind}"
                found[trace] = functools.partial(_evaluated, short, name, seed)
    return found


def _rows(data):
    if data is not ROWS:
        return data
    return [{**row, "grade": place % 4} for place, row in enumerate(ROWS)]


def _streamed(make):
    """Feedback in every order, late, twice and never; across a restart, too."""
    stream = outcome(lambda: make(seed=5))
    if isinstance(stream, Exception):
        return stream
    seen = [stream.identity()]
    for turn in range(len(DRAWS)):
        rows = stream.ask(6)
        draws = DRAWS[turn]
        scores = [[float(draw < 0.6) for draw in answers] for answers in draws]
        scores[1] = [None, *scores[1][1:]]
        scores[2] = [None] * 4 if turn % 7 == 3 else scores[2][:2]
        if turn % 3 == 1:
            scores = [float(answers[0]) for answers in draws]
        # The last row is heard of a turn later, in some turns never.
        late = [row["curriculum_row"] for row in stream.pending[:-6]][: turn % 4]
        told = [*reversed(rows[:5]), *late]
        heard = stream.tell(told, [*reversed(scores[:5]), *(0.5 for _ in late)])
        seen.append((rows, heard, stream.pending))
        if turn == len(DRAWS) // 2:
            text = reach.to_text(stream.state_dict())
            restored = make(seed=5)
            restored.ask(5)  # whatever it was before does not matter
            restored.load_state_dict(reach.from_text(text))
            seen.append((restored.next_rows(9), reach.to_text(restored.state_dict())))
    seen += [stream.state_dict(), stream.digest, stream.asked, stream.heard, stream.recent_arms]
    return seen


class Overheard:
    """A teacher whose choices, and what it hears before the next one, are written down."""

    def __init__(self, teacher, log):
        self.teacher, self.log, self.heard = teacher, log, None
        self.takes_scores = getattr(teacher, "takes_scores", False)

    @property
    def only_looks(self):
        return getattr(self.teacher, "only_looks", False)

    def act(self, observation=None):
        action = self.teacher.act(observation)
        # Whoever acts again without having heard anything has a student who is done.
        if not self.log or self.log[-1][0] is not self.heard:
            self.log.append((self.heard, observation, action, self.only_looks))
        return action

    def observe(self, action, score, *, observation=None, reward=None, scores=None):
        scores = scores if self.takes_scores else None
        self.heard = (action, score, observation, reward, scores)
        further = {} if scores is None else {"scores": scores}
        self.teacher.observe(action, score, observation=observation, reward=reward, **further)


def _evaluated(short, teacher, seed):
    """Returns of three students, and what their teachers chose and heard.

    Not what is heard of a last lesson, after which there is nothing to choose.
    """
    logs = [[] for _ in range(3)]
    returns = reach.evaluate(
        f"teachgym/{short}-v0",
        EVALUATED[short],
        teacher,
        3,
        seed,
        lambda made, number: Overheard(made, logs[number]),
    )
    return {"returns": returns, "seen": logs}
