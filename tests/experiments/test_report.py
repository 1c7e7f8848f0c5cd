import builtins
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from teachgym.experiments import compare, teach
from teachgym.experiments.charts import Series, line_chart
from teachgym.experiments.report import render, samples
from teachgym.experiments.run_folder import RunWarning
from teachgym.students import Study

ATTACK = "<script>alert(1)</script>\"'&\ud800"


class Attacker:
    """Answers with markup."""

    def reset(self, *, seed=None):
        pass

    def answer(self, tasks):
        return [ATTACK] * len(tasks)

    def study(self, tasks, reward):
        return Study([[ATTACK]] * len(tasks), np.zeros((len(tasks), 1)))

    def save(self, folder):
        pass

    def load(self, folder):
        pass


class Page(HTMLParser):
    """Counts tags, and checks that they are closed."""

    VOID = frozenset({"meta", "br", "line", "rect", "circle", "polyline", "polygon"})

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.links = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [value for name, value in attributes if name in ("src", "href")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_report_of_a_run(tmp_path, small):
    result = teach(**small, teacher="uniform", out=tmp_path / "run")
    text = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    page = Page(text)
    assert not page.open
    assert page.links == [] and "script" not in page.tags
    assert not re.search(r"url\(|@import|https?://", text)
    assert f"{result.first:.3f}" in text and f"{result.final:.3f}" in text
    for topic in result.topics:
        assert text.count(f">{topic}</th>") >= 2
    assert page.tags.count("svg") == 4  # curve and schedule, for wide and for narrow screens
    assert text.count('role="img" aria-label="') == 4


def test_what_models_write_is_escaped(tmp_path, small):
    small["student"] = Attacker
    teach(**small, teacher="uniform", out=tmp_path / "run")
    text = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


def test_settings_are_escaped(small):
    result = teach(**small, teacher="uniform")
    result.settings["student"] = ATTACK
    assert "<script" not in render(result)


def test_samples_are_spread_over_topics_and_levels(small):
    result = teach(**small, teacher="uniform")
    chosen = samples(result, per_topic=2)
    assert len(chosen) == 2 * len(result.topics)
    for easy, hard in zip(chosen[::2], chosen[1::2], strict=True):
        assert easy["topic"] == hard["topic"] and easy["level"] < hard["level"]


def test_report_of_a_comparison(tmp_path, small):
    comparison = compare(["uniform", "exp3s"], [0, 1], **small, out=tmp_path / "c")
    text = (tmp_path / "c" / "report.html").read_text(encoding="utf-8")
    page = Page(text)
    assert not page.open and page.links == []
    difference = comparison.difference("exp3s")
    assert f"{difference.low:+.3f} to {difference.high:+.3f}" in text
    assert text.count('class="band') == 4
    assert page.tags.count("table") == 4  # numbers; before; after each teacher


def test_one_seed_claims_nothing(tmp_path, small):
    compare(["uniform", "exp3s"], [0], **small, out=tmp_path / "c")
    text = (tmp_path / "c" / "report.html").read_text(encoding="utf-8")
    assert "one seed says nothing about chance" in text
    assert 'class="band' not in text


def test_reports_of_simulated_students_speak_of_no_exam_tasks(tmp_path):
    run = {"env": "KnowledgeGraph", "budget": 20}
    teach(**run, teacher="uniform", out=tmp_path / "run")
    compare(["uniform", "exp3s"], [0, 1], **run, out=tmp_path / "c")
    teach("KSS", teacher="uniform", out=tmp_path / "kss")
    assert "A simulated student was" in (tmp_path / "kss/report.html").read_text(encoding="utf-8")
    for folder, tables in (("run", 3), ("c", 4)):
        text = (tmp_path / folder / "report.html").read_text(encoding="utf-8")
        assert "computed from its state" in text
        assert "held out" not in text and "held-out" not in text and "Sample answers" not in text
        assert Page(text).tags.count("table") == tables


def test_without_jinja2_the_run_is_kept(tmp_path, small, monkeypatch):
    real = builtins.__import__

    def without(name, *arguments, **options):
        if name.partition(".")[0] == "jinja2":
            raise ModuleNotFoundError("No module named 'jinja2'", name="jinja2")
        return real(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.warns(RunWarning, match=r"pip install 'teachgym\[report\]'"):
        result = teach(**small, teacher="uniform", out=tmp_path / "run")
    assert result.finished
    assert (tmp_path / "run" / "results.json").is_file()
    assert not (tmp_path / "run" / "report.html").exists()


@pytest.mark.parametrize(("score", "lowest", "highest"), [(1.0, 0.9, 1), (0.0, 0, 0.1)])
def test_a_flat_curve_stays_within_the_scores(score, lowest, highest):
    svg = line_chart([Series("exam", [0, 10], [score, score])], title="t", x_label="x", y_label="y")
    ticks = [float(tick) for tick in re.findall(r'text-anchor="end">([\d.]+)<', svg)]
    assert (min(ticks), max(ticks)) == (lowest, highest)
