"""Ask for tasks and tell how they went, in every order, and across a restart."""

import numpy as np
import pytest

from teachgym.domains import Questions, Strings
from teachgym.teachers import TEACHERS, Learnability, Teacher, Uniform
from teachgym.training.curriculum import TaskStream, from_text, to_text
from teachgym.training.curriculum.identity import plain

ROWS = [{"prompt": f"q{i}", "answer": str(i), "topic": "abcd"[i % 4]} for i in range(40)]


class Recorder(Teacher):
    """Goes through the arms and remembers what it is told."""

    def __init__(self, action_space, *, seed=None):
        super().__init__(action_space, seed=seed)
        self.turn, self.heard = 0, []

    def act(self, observation=None):
        self.turn += 1
        return np.int64((self.turn - 1) % self.action_space.n)

    def observe(self, action, score, *, observation=None, reward=None):
        self.heard.append((int(action), score))

    def state_dict(self):
        return {"turn": self.turn}

    def load_state_dict(self, state):
        self.turn = state["turn"]


class Seeing(Recorder):
    """Can't do without an observation."""

    needs_observation = True


class Grouped(Recorder):
    """Takes the scores of the single answers."""

    takes_scores = True

    def observe(self, action, score, *, observation=None, reward=None, scores=None):
        self.heard.append((int(action), score, scores.tolist()))


def stream(teacher=Recorder, **options):
    return TaskStream(ROWS, teacher, topic="topic", **options)


def test_rows_carry_number_and_arm():
    rows = stream().ask(5)
    assert [row["curriculum_row"] for row in rows] == [0, 1, 2, 3, 4]
    assert [row["curriculum_arm"] for row in rows] == [0, 1, 2, 3, 0]
    assert [row["topic"] for row in rows] == list("abcda")


def test_a_score_per_row():
    tasks = stream()
    feedback = tasks.tell(tasks.ask(3), [1.0, None, 0.25])
    assert tasks.teacher.heard == [(0, 1.0), (2, 0.25)]
    assert feedback.arms.tolist() == [0, 1, 2] and feedback.known == 2
    assert np.isnan(feedback.scores[1]) and tasks.pending == []


def test_several_completions_as_an_array_ragged_or_repeated_rows():
    tasks = stream()
    rows = tasks.ask(6)
    tasks.tell(rows[:2], np.array([[1.0, 0.0], [np.nan, 1.0]]))
    tasks.tell(rows[2:4], [[1, 0, 1, 1], [0]])
    tasks.tell([rows[4], rows[5], rows[4]], [1, 0, None])
    assert tasks.teacher.heard == [(0, 0.5), (1, 1.0), (2, 0.75), (3, 0.0), (0, 1.0), (1, 0.0)]


def test_groups_go_to_teachers_that_take_them():
    tasks = stream(Grouped)
    tasks.tell(tasks.ask(2), [[1, None, 0], [None, None, None]])
    ((arm, score, scores),) = tasks.teacher.heard
    assert (arm, score) == (0, 0.5) and scores[0][::2] == [1, 0] and np.isnan(scores[0][1])


def test_feedback_late_out_of_order_in_part_and_twice():
    tasks = stream()
    first, second = tasks.ask(3), tasks.ask(2)
    assert tasks.tell(second, [1, 1]).staleness.tolist() == [3, 3]
    feedback = tasks.tell([first[2], first[0], second[0]], [0, 1, 0])
    assert feedback.repeated == 1 and feedback.arms.tolist() == [2, 0]
    assert tasks.teacher.heard == [(3, 1.0), (0, 1.0), (2, 0.0), (0, 1.0)]
    assert [row["curriculum_row"] for row in tasks.pending] == [1]
    assert tasks.tell([1], [0.5]).staleness.tolist() == [0]  # a row's number does


def test_what_a_restart_goes_on_with():
    tasks = stream()
    rows = tasks.ask(3)
    tasks.tell(rows[:1], [1])
    assert [row["curriculum_row"] for row in tasks.next_rows(4)] == [1, 2, 3, 4]
    assert tasks.next_rows(1)[0] == rows[1]


@pytest.mark.parametrize(
    ("rows", "scores", "message"),
    [
        ([0], [1, 0], "2 scores for 1 rows"),
        ([0], [1.5], r"in \[0, 1\]"),
        ([0], ["good"], "finite"),
        ([0], [float("inf")], "finite"),
        ([0, 7], [1, 1], "row 7 was never asked for"),
        ([{"prompt": "q0"}], [1], "one that ask"),
    ],
)
def test_wrong_feedback_teaches_nothing(rows, scores, message):
    tasks = stream()
    tasks.ask(2)
    with pytest.raises(ValueError, match=message):
        tasks.tell(rows, scores)
    assert tasks.teacher.heard == [] and len(tasks.pending) == 2


def test_wrong_arguments():
    with pytest.raises(ValueError, match="unknown teacher"):
        stream("learnabilty")
    with pytest.raises(TypeError, match="must be a name, a teacher"):
        stream(3)
    with pytest.raises(TypeError, match="is no teacher"):
        stream(lambda space: space)
    with pytest.raises(ValueError, match="chooses from"):
        stream(Uniform(strings_space()))
    with pytest.raises(ValueError, match="a Seeing chooses by an environment's observation"):
        stream(Seeing)
    with pytest.raises(ValueError, match="given by name"):
        stream(Uniform, teacher_options={"rate": 1})
    with pytest.raises(ValueError, match="n must be"):
        stream().ask(0)
    with pytest.raises(ValueError, match="seed"):
        stream(seed=-1)


def strings_space():
    return TaskStream(Strings()).source.space


def converse(tasks, steps, rng):
    """Ask and tell with one batch of delay, and return all that was asked."""
    asked = list(tasks.next_rows(3))
    waiting = asked
    for _ in range(steps):
        rows = tasks.ask(3)
        tasks.tell(waiting, rng.integers(2, size=(3, 4)))
        waiting = rows
        asked.extend(rows)
    return asked


@pytest.mark.parametrize("name", sorted(n for n in TEACHERS if not TEACHERS[n].requires))
def test_every_teacher_goes_on_after_a_restart_as_if_there_had_been_none(name):
    whole = TaskStream("strings", name, seed=4)
    converse(whole, 30, np.random.default_rng(0))
    text = to_text(whole.state_dict())
    resumed = TaskStream("strings", name, seed=4)
    resumed.load_state_dict(from_text(text))
    assert resumed.pending == whole.pending != []
    first, second = (converse(tasks, 20, np.random.default_rng(1)) for tasks in (whole, resumed))
    assert first == second and resumed.digest == whole.digest
    assert to_text(resumed.state_dict()) == to_text(whole.state_dict())


@pytest.mark.parametrize("options", [{"topic": "topic"}, {"bins": 5}])
def test_a_table_goes_on_after_a_restart(options):
    whole = TaskStream(ROWS, seed=1, **options)
    converse(whole, 20, np.random.default_rng(0))
    resumed = TaskStream(ROWS, seed=1, **options)
    resumed.load_state_dict(from_text(to_text(whole.state_dict())))
    first, second = (converse(tasks, 20, np.random.default_rng(1)) for tasks in (whole, resumed))
    assert first == second


def test_seeds():
    first, again, other = (TaskStream("strings", seed=seed).ask(8) for seed in (0, 0, 1))
    assert first == again != other


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (TaskStream("strings", "uniform"), "another teacher: it is 'Learnability', here 'Uniform'"),
        (TaskStream("arithmetic"), "another source: its domain is 'Strings', here 'Arithmetic'"),
        (TaskStream(Strings(6)), "another source: its levels is 12, here 6"),
        (TaskStream(Strings(wording="long")), "another source"),
        (TaskStream("strings", teacher_options={"exploration": 0.5}), "teacher options"),
        (TaskStream(ROWS), "another source"),
    ],
)
def test_the_state_of_another_run_is_refused(other, message):
    tasks = TaskStream("strings")
    tasks.ask(2)
    before = to_text(other.state_dict())
    with pytest.raises(ValueError, match=message):
        other.load_state_dict(from_text(to_text(tasks.state_dict())))
    assert to_text(other.state_dict()) == before


def test_a_changed_table_is_refused():
    state = TaskStream(ROWS).state_dict()
    with pytest.raises(ValueError, match="its table is"):
        TaskStream([{**ROWS[0], "answer": "other"}, *ROWS[1:]]).load_state_dict(state)


@pytest.mark.parametrize(
    ("change", "options"),
    [
        ({}, {"level": "kind", "order": ("hard", "easy")}),
        ({"kind": "easy"}, {"level": "kind", "order": ("easy", "hard")}),
        ({"grade": 9}, {"bins": 2, "difficulty": "grade"}),
    ],
)
def test_a_table_with_other_arms_is_refused(change, options):
    rows = [
        {"prompt": f"q{i}", "answer": "a", "kind": ("easy", "hard")[i % 2], "grade": i}
        for i in range(8)
    ]
    before = {**options, "order": ("easy", "hard")} if "order" in options else options
    state = TaskStream(rows, **before).state_dict()
    TaskStream(rows, **before).load_state_dict(state)
    rows[1] = {**rows[1], **change}
    with pytest.raises(ValueError, match="another source: its arms is"):
        TaskStream(rows, **options).load_state_dict(state)


def test_other_questions_under_the_same_topics_are_refused():
    rows = [{**row, "topic": "ab"[i % 2]} for i, row in enumerate(ROWS)]
    state = TaskStream(Questions(rows)).state_dict()
    TaskStream(Questions(rows)).load_state_dict(state)
    with pytest.raises(ValueError, match="another source"):
        TaskStream(Questions([{**rows[0], "answer": "x"}, *rows[1:]])).load_state_dict(state)


def test_options_of_a_teacher_are_the_same_in_every_process():
    class Judge:
        pass

    options = {"levels": (1, 2), "known": np.arange(3), "judge": Judge(), "rule": converse}
    options["space"] = strings_space()
    assert plain(options) == {
        "levels": [1, 2],
        "known": [0, 1, 2],
        "judge": f"{__name__}:{Judge.__qualname__}",
        "rule": f"{__name__}:converse",
        "space": repr(strings_space()),
    }


def test_the_digest_tells_histories_apart():
    tasks, other = TaskStream("strings"), TaskStream("strings")
    assert tasks.digest == other.digest
    rows = tasks.ask(1)
    assert tasks.digest != other.digest
    other.ask(1)
    tasks.tell(rows, [1])
    other.tell(rows, [0])
    assert tasks.digest != other.digest


def test_learnability_moves_to_what_is_sometimes_right():
    tasks = stream(Learnability, seed=0)
    for _ in range(150):
        rows = tasks.ask(1)
        score = {"a": 1.0, "b": 0.0, "c": 0.5, "d": 1.0}[rows[0]["topic"]]
        tasks.tell(rows, [score])
    counts = np.bincount(tasks.recent_arms[-100:], minlength=4)
    assert counts[2] > counts[[0, 1, 3]].sum()


def test_states_with_arrays_as_text():
    state = {"a": np.arange(6, dtype=np.int32).reshape(2, 3), "b": [np.float64(0.1), None, "ü"]}
    back = from_text(to_text(state))
    assert back["a"].dtype == np.int32 and (back["a"] == state["a"]).all()
    assert back["b"] == [0.1, None, "ü"]
    back["a"][0, 0] = 5  # not a view of something that can't be written
    with pytest.raises(TypeError, match="JSON-able"):
        to_text({"a": object()})
