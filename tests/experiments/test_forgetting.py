"""The forgetting protocol: what it teaches, budgets, resuming, and what it reports."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from teachgym.domains import Strings
from teachgym.envs.grading import Exam
from teachgym.experiments import compare_forgetting, teach, teach_in_turn
from teachgym.experiments.forgetting import Protocol, read_retention
from teachgym.experiments.forgetting_comparison import table
from teachgym.students import SimulatedAnswerer, Study

TOPICS = ("reverse", "copy", "sort")
SMALL = Protocol(
    domain_options={"levels": 3}, topics=TOPICS, updates=6, lesson_size=4, exam_size=12
)


class Forgetful:
    """Knows just the topic that it studied last; remembers what it was taught."""

    def __init__(self):
        self.taught = []

    def reset(self, *, seed=None):
        self.topic = None
        self.taught.clear()

    def answer(self, tasks):
        return [task.answer if task.topic == self.topic else "?" for task in tasks]

    def study(self, tasks, reward):
        self.taught.append(tasks)
        self.topic = tasks[0].topic
        return Study([[task.answer] for task in tasks], np.ones((len(tasks), 1)))


def taught(**options):
    student = Forgetful()
    return teach_in_turn(SMALL, student=lambda: student, **options), student


def test_topics_take_their_turns():
    run, student = taught()
    assert run.topics == list(TOPICS)
    # Nothing at first, then only what was studied last.
    assert np.array_equal(run.matrix, np.vstack([np.zeros(3), np.eye(3)]))
    assert run.updates == [6, 6, 6] and run.rehearsals == [0, 0, 0]
    order = [Strings.topics.index(name) for name in TOPICS]
    assert [{task.topic for task in tasks} for tasks in student.taught] == [
        {topic} for topic in order for _ in range(6)
    ]
    exam = {task.prompt for task in Strings(3).exam(2000, 0)}
    practised = {task.prompt for tasks in student.taught for task in tasks}
    assert len(practised) > 30 and not practised & exam
    assert len({task.difficulty for tasks in student.taught for task in tasks}) == 3


def test_rehearsals_are_part_of_the_budget():
    plain, student = taught(seed=3)
    lessons = list(student.taught)
    run, student = taught(seed=3, schedule="uniform")
    assert run.updates == plain.updates and sum(run.rehearsals) > 0
    assert run.rehearsals[0] == 0
    order = [Strings.topics.index(name) for name in TOPICS]
    rehearsed = [tasks[0].topic != order[i // 6] for i, tasks in enumerate(student.taught)]
    assert sum(rehearsed) == sum(run.rehearsals)
    # Lessons that do not rehearse are those of the run without rehearsal.
    for i, old in enumerate(rehearsed):
        assert (student.taught[i] == lessons[i]) != old


def test_turns_end_at_an_equal_gain():
    class Slow(Forgetful):
        """Needs seven lessons of a topic."""

        def study(self, tasks, reward):
            study = super().study(tasks, reward)
            lessons = [lesson[0].topic for lesson in self.taught]
            if lessons.count(self.topic) < 7:
                self.topic = None
            return study

    protocol = Protocol(
        domain_options={"levels": 3},
        topics=TOPICS[:2],
        updates=20,
        gain=0.5,
        probe_every=2,
        probe_size=5,
        exam_size=6,
    )
    run = teach_in_turn(protocol, student=Slow)
    assert run.updates == [8, 8] and run.reached == [True, True]
    never = teach_in_turn(protocol, student=Forgetful, schedule="none")
    assert never.updates == [2, 2]


@pytest.mark.parametrize("schedule", ["none", "power_law"])
def test_a_stopped_run_ends_with_the_same_numbers(tmp_path, schedule):
    class Stop(Exception):
        pass

    def stop(turn, update, score):
        if (turn, update) == (3, 2):
            raise Stop

    options = {"student": "simulated", "schedule": schedule, "seed": 5}
    whole = teach_in_turn(SMALL, **options)
    assert len({tuple(row) for row in whole.matrix}) > 1
    with pytest.raises(Stop):
        teach_in_turn(SMALL, out=tmp_path / "run", progress=stop, **options)
    resumed = []
    run = teach_in_turn(
        SMALL,
        out=tmp_path / "run",
        progress=lambda turn, update, score: resumed.append(turn),
        **options,
    )
    assert run == whole
    assert resumed == [3] * 6  # the first two turns were not taught again
    assert read_retention(tmp_path / "run") == whole
    assert teach_in_turn(SMALL, out=tmp_path / "run", **options) == whole


def test_folders_of_other_runs_and_students_that_can_not_be_saved(tmp_path):
    teach_in_turn(SMALL, student="simulated", out=tmp_path / "run")
    with pytest.raises(ValueError, match=r"other settings: seed is 0 there, 1 here"):
        teach_in_turn(SMALL, student="simulated", seed=1, out=tmp_path / "run")
    longer = replace(SMALL, updates=9)
    with pytest.raises(ValueError, match=r"other settings: updates is \d there, 9 here;"):
        teach_in_turn(longer, student="simulated", out=tmp_path / "run")
    with pytest.raises(TypeError, match="has no save"):
        teach_in_turn(SMALL, student=Forgetful, out=tmp_path / "other")
    assert not (tmp_path / "other").exists()
    with pytest.raises(ValueError, match="no finished run"):
        read_retention(tmp_path / "other")
    with pytest.raises(ValueError, match="leave update"):
        teach_in_turn(SMALL, student="simulated", update="sft", out=tmp_path / "third")
    teach_in_turn(SMALL, student="simulated", out=tmp_path / "third")  # the folder is free
    teach("KSS", teacher="uniform", budget=3, out=tmp_path / "taught")
    with pytest.raises(ValueError, match="holds a run of teach, not of forgetting"):
        teach_in_turn(SMALL, student="simulated", out=tmp_path / "taught")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"updates": 0}, "updates must be"),
        ({"gain": 1.5}, r"gain must be in \(0, 1\)"),
        ({"share": -0.1}, "share"),
        ({"exponent": 0}, "exponent"),
        ({"exam_seed": -1}, "exam_seed must be at least 0"),
        ({"topics": ("copy",)}, "at least 2 different"),
        ({"topics": ("copy", "copy")}, "at least 2 different"),
        ({"topics": ("copy", "sotr")}, "did you mean 'sort'"),
        ({"domain": "string"}, "did you mean 'strings'"),
        ({"domain": Strings(3), "domain_options": {"levels": 3}}, "given by name"),
    ],
)
def test_bad_protocols(options, message):
    with pytest.raises(ValueError, match=message):
        Protocol(**options)


def test_no_exam_is_sat_that_is_not_due(monkeypatch):
    """A look after each lesson is the most that a turn can take."""
    sat = []
    monkeypatch.setattr(Exam, "sit", lambda self, *told: sat.append(1) or REAL(self, *told))
    protocol = Protocol(topics=("copy", "sort"), updates=3, gain=0.99, probe_every=1, exam_size=6)
    run = teach_in_turn(protocol, student="simulated")
    assert run.reached == [False, False] and len(sat) == 3


REAL = Exam.sit


def test_unknown_schedule():
    with pytest.raises(ValueError, match="schedule must be one of none, uniform, power_law"):
        teach_in_turn(SMALL, student="simulated", schedule="often")


def simulated(*, gain=0.03, update=None, update_options=None):
    """A simulated student that takes the arguments of a learning rule."""
    return SimulatedAnswerer(**(update_options or {}))


def test_comparisons_resume_and_report(tmp_path, monkeypatch):
    from teachgym.envs import factories

    monkeypatch.setitem(factories.STUDENTS, "rules", simulated)
    done = []

    def compared():
        return compare_forgetting(
            {"slow": ("sft", {"gain": 0.05}), "fast": ("sft", {"gain": 0.5})},
            [0, 1, 2],
            SMALL,
            out=tmp_path,
            schedules=["none", "uniform"],
            student="rules",
            progress=lambda *key: done.append(key),
        )

    comparison = compared()
    assert len(done) == 12
    gains = [comparison.interval(rule, "none", "learning_gain") for rule in ("slow", "fast")]
    assert gains[0].mean < gains[1].mean and gains[1].n == 3
    difference = comparison.difference(("slow", "none"), ("fast", "none"), "learning_gain")
    assert difference.mean == pytest.approx(gains[0].mean - gains[1].mean)
    found = json.loads((tmp_path / "results.json").read_text())
    assert [(row["rule"], row["schedule"]) for row in found["rows"]] == list(comparison.runs)
    assert [row["topic"] for row in found["rows"][0]["topics"]] == list(TOPICS[:2])
    assert found["differences"][0]["learning_gain"]["mean"] == pytest.approx(difference.mean)
    chart = (tmp_path / "forgetting.svg").read_text()
    assert chart.startswith("<svg") and chart.count("<polyline") == 4
    lines = table(comparison).splitlines()
    assert len(lines) == 2 + 4 + 4 + 2 * (1 + 2 + 4)
    assert re.match(r"\| slow \| none \| 6 \| [+-]0\.\d{3} ± 0\.\d{3} \|", lines[2])
    named = [line.rpartition(" | |")[0] for line in lines[6:10]]
    assert named == [
        "| slow less fast | none",
        "| slow less fast | uniform",
        "| slow | uniform less none",
        "| fast | uniform less none",
    ]
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    again = compared()
    assert again.runs == comparison.runs
    kept = {path: path.stat().st_mtime_ns for path in before if path.parent != tmp_path}
    assert all(before[path] == kept[path] for path in kept)
    with pytest.raises(ValueError, match="at least one learning rule"):
        compare_forgetting({}, [0], SMALL, out=tmp_path)


def test_the_tiny_model_learns_in_turn(tmp_path):
    pytest.importorskip("trl")
    protocol = Protocol(
        domain_options={"levels": 3}, topics=TOPICS[:2], updates=2, lesson_size=4, exam_size=6
    )
    options = {"student": "tiny", "student_options": {"max_new_tokens": 6}, "threads": 1}
    for update in ("grpo", "sft"):
        rule = {"update": update, "update_options": {"learning_rate": 1e-3}}
        run = teach_in_turn(protocol, out=tmp_path / update, **options, **rule)
        assert np.shape(run.matrix) == (3, 2)
        assert run.matrix[0] == read_retention(tmp_path / update).matrix[0]
