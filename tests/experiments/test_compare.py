import io
import json
import re

import pytest
from pupils import Counted, Plain
from rich.console import Console

from teachgym.experiments import compare, read_comparison
from teachgym.experiments.charts import nice_ticks
from teachgym.experiments.run_folder import RunWarning
from teachgym.experiments.statistics import paired_interval
from teachgym.experiments.tables import comparison_rows, findings, topic_tables


@pytest.fixture
def settings(small):
    return {**small, "teachers": ["uniform", "progression:window=2"], "seeds": [0, 3]}


def test_comparison(tmp_path, settings):
    seen = []
    comparison = compare(
        **settings,
        out=tmp_path / "c",
        progress=lambda label, seed, progress: seen.append((label, seed, progress.lesson)),
    )
    labels = ["uniform", "progression:window=2"]
    assert comparison.labels == labels and comparison.baseline == "uniform"
    assert seen[-1] == (labels[1], 3, 30)
    finals = {label: [run.final for run in comparison.runs(label)] for label in labels}
    results = json.loads((tmp_path / "c" / "results.json").read_text())
    for row in results["teachers"]:
        assert row["finals"] == finals[row["teacher"]]
        assert row["final"]["n"] == 2
        assert row["lessons"] == [0, 5, 10, 15, 20, 25, 30]
        assert row["curve"][-1] == pytest.approx(row["final"]["mean"])
    expected = paired_interval(finals[labels[1]], finals["uniform"])
    assert results["teachers"][1]["difference"]["low"] == pytest.approx(expected.low)
    assert results["teachers"][0]["difference"] is None
    assert [row["teacher"] for row in comparison_rows(comparison)] == ["uniform", "progression"]
    assert "progression ends at" in findings(comparison)[0]
    run = tmp_path / "c" / "progression-window=2" / "seed-3"
    assert json.loads((run / "config.json").read_text())["settings"]["threads"] == 1
    assert (tmp_path / "c" / "report.html").is_file()


def test_teachers_meet_the_same_untaught_student(tmp_path, settings):
    comparison = compare(**settings, out=tmp_path / "c")
    uniform, progression = (comparison.runs(label) for label in comparison.labels)
    for one, other in zip(uniform, progression, strict=True):
        assert one.exams[0] == other.exams[0]
        assert one.lessons != other.lessons
    assert uniform[0].exams[0] != uniform[1].exams[0]


def test_several_jobs_give_the_same_numbers(tmp_path, settings):
    settings["student"] = "pupils:Counted"
    seen = set()
    two = compare(
        **settings,
        out=tmp_path / "two",
        jobs=2,
        progress=lambda label, seed, progress: seen.add((label, seed)),
    )
    one = compare(**settings, out=tmp_path / "one", jobs=1)
    assert two.summary() == one.summary()
    assert len(seen) == 4


def test_finished_runs_are_not_repeated(tmp_path, settings, monkeypatch):
    out = tmp_path / "c"
    before = compare(**settings, out=out).summary()
    # One run is undone up to its last checkpoint, and one lost.
    (out / "uniform" / "seed-0" / "results.json").unlink()
    lost = out / "uniform" / "seed-3"
    (lost / "results.json").unlink()
    for file in (lost / "checkpoint").iterdir():
        file.unlink()
    (lost / "checkpoint").rmdir()
    taught = []
    monkeypatch.setattr(Counted, "before_lesson", lambda self: taught.append(1))
    progress = []
    after = compare(
        **settings,
        out=out,
        resume=True,
        progress=lambda label, seed, p: progress.append((label, seed, p.lesson)),
    )
    assert after.summary() == before
    assert {key[:2] for key in progress} == {("uniform", 0), ("uniform", 3)}
    assert ("uniform", 0, 0) not in progress and ("uniform", 3, 0) in progress


def test_teachers_and_seeds_may_be_added(tmp_path, settings):
    out = tmp_path / "c"
    first = compare(**settings, out=out)
    progress = []
    more = compare(
        **{**settings, "teachers": [*settings["teachers"], "exp3s"], "seeds": [0, 3, 5]},
        out=out,
        resume=True,
        progress=lambda label, seed, p: progress.append((label, seed)),
    )
    assert len(more.results) == 9
    assert set(progress) == {
        ("exp3s", 0),
        ("exp3s", 3),
        ("uniform", 5),
        ("progression:window=2", 5),
        ("exp3s", 5),
    }
    assert more.results["uniform", 0].exams == first.results["uniform", 0].exams
    with pytest.raises(ValueError, match="budget is 30 there, 31 here"):
        compare(**{**settings, "budget": 31}, out=out, resume=True)


def test_teachers_of_one_name_are_shown_with_their_options(tmp_path, settings):
    settings["teachers"].append("progression:window=3")
    rows = comparison_rows(compare(**settings, out=tmp_path / "c"))
    assert [row["teacher"] for row in rows] == settings["teachers"]


def test_an_unfinished_comparison_can_be_read(tmp_path, settings):
    out = tmp_path / "c"
    compare(**settings, out=out)
    (out / "uniform" / "seed-3" / "results.json").unlink()
    comparison = read_comparison(out)
    assert not comparison.finished
    assert comparison.difference("progression:window=2").n == 1
    for path in out.glob("*/*/results.json"):
        path.unlink()
    with pytest.raises(ValueError, match="no run of the comparison"):
        read_comparison(out)


def test_a_student_of_three_methods_is_compared(tmp_path, settings):
    settings["student"] = Plain
    with pytest.warns(RunWarning, match="Plain has no save"):
        comparison = compare(**settings, out=tmp_path / "c")
    assert comparison.finished
    # A run that was cut off starts over, as it has no checkpoint.
    (tmp_path / "c" / "uniform" / "seed-0" / "results.json").unlink()
    with pytest.warns(RunWarning):
        again = compare(**settings, out=tmp_path / "c", resume=True)
    assert again.summary() == comparison.summary()


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"teachers": ["uniform", "unifrom"]}, ValueError, "did you mean 'uniform'"),
        ({"teachers": ["uniform", "uniform"]}, ValueError, "label of its own"),
        ({"teachers": []}, ValueError, "at least one teacher"),
        ({"seeds": []}, ValueError, "at least one seed"),
        ({"jobs": 0}, ValueError, "one job"),
        ({"baseline": "exp3s"}, ValueError, "baseline 'exp3s' is none of"),
        ({"bugdet": 3}, TypeError, "no argument bugdet"),
        ({"teacher_options": {"warmup": 3}}, TypeError, "no argument teacher_options"),
        ({"seed": 3}, TypeError, "no argument seed"),
        ({"jobs": 2, "student": lambda: Plain()}, TypeError, "top of a module"),
        ({"resume": True}, ValueError, "holds no run"),
    ],
)
@pytest.mark.filterwarnings("ignore::teachgym.experiments.run_folder.RunWarning")
def test_bad_input_shows_before_any_run(tmp_path, settings, change, error, message):
    with pytest.raises(error, match=message):
        compare(**{**settings, **change}, out=tmp_path / "c")
    assert not list(tmp_path.glob("c/*/*"))


def test_an_occupied_folder_is_refused(tmp_path, settings):
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "notes.txt").write_text("mine")
    with pytest.raises(ValueError, match="is not empty"):
        compare(**settings, out=tmp_path / "c")


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 500, [0, 100, 200, 300, 400, 500]),
        (0.21, 0.43, [0.2, 0.25, 0.3, 0.35, 0.4, 0.45]),
        (0.5, 0.5, [0.5, 0.75, 1, 1.25, 1.5]),
    ],
)
def test_ticks_enclose_the_data(low, high, ticks):
    assert nice_ticks(low, high, 6 if low != high else 5) == pytest.approx(ticks)


@pytest.mark.parametrize("width", [56, 80, 200])
def test_tables_by_topic_fit_the_terminal(tmp_path, settings, width):
    teachers = ["uniform", "progression", "learnability", "epsilon_greedy_progress", "ucb1"]
    comparison = compare(**{**settings, "teachers": teachers, "seeds": [0]}, out=tmp_path / "c")
    shown = io.StringIO()
    console = Console(file=shown, width=width)
    for table in topic_tables(comparison, width):
        console.print(table)
    lines = shown.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    heads = [re.findall(r"after \S+", line) for line in lines if " topic " in line]
    assert [head for row in heads for head in row] == [f"after {name}" for name in teachers]
    assert len(heads) == {56: 5, 80: 2, 200: 1}[width]
