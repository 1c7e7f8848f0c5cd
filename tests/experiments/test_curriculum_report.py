import json

import numpy as np
import pytest

from teachgym.experiments import curriculum_report
from teachgym.experiments.curriculum_report import read_curriculum

ATTACK = "<script>alert(1)</script>"
HEADER = {"topics": ["a", ATTACK], "levels": 2, "teacher": "Uniform", "source": {"rows": 7}}
ENTRIES = [
    {"step": 1, "taught": [[0, 2, 2, 1.0]], "logs": {"curriculum/entropy": 1.0}},
    {"step": 2, "taught": [[3, 1, 0, 0.0]], "logs": {"curriculum/staleness": 1.0}},
    {"step": 3, "taught": [], "logs": {"eval_reward": 0.5}},
    {"step": 4, "taught": [[0, 1, 1, 1.0], [2, 1, 1, 0.5]], "logs": {"eval_reward": -3.0}},
]


def write(folder, lines):
    (folder / "curriculum.jsonl").write_text("\n".join(lines))
    return folder


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path, [json.dumps(line) for line in (HEADER, *ENTRIES)] + ['{"step": 5, "ta'])


def test_what_was_taught_when(folder):
    log = read_curriculum(folder)
    assert log.steps == 4 and len(log.entries) == 4  # the torn line is left out
    rows, known, sums = log.taught(2)
    np.testing.assert_array_equal(rows, [[[2, 1], [0, 0]], [[0, 1], [1, 0]]])
    assert known.sum() == 4 and sums.sum() == 2.5
    assert log.practice() == ([1, 4], [0.5, 0.75])
    assert log.logged("eval_reward") == ([3, 4], [0.5, -3.0])


def test_the_page(folder):
    path = curriculum_report(folder)
    page = path.read_text()
    assert path == folder / "report.html"
    assert "What Uniform taught" in page and "5 tasks in 4 optimizer steps" in page
    assert ATTACK not in page and "&lt;script&gt;" in page and "http" not in page
    assert "0.50 → 0.75" in page
    assert ">entropy<" in page and ">evaluation<" not in page  # -3 is on no scale of 0 to 1


def test_topics_without_levels(tmp_path):
    write(tmp_path, [json.dumps({**HEADER, "levels": 1}), json.dumps({**ENTRIES[0]})])
    page = curriculum_report(tmp_path).read_text()
    assert "A band per topic." in page and 'class="small"' not in page


def test_a_run_that_has_only_begun(tmp_path):
    write(tmp_path, [json.dumps(HEADER)])
    assert "Nothing was logged yet" in curriculum_report(tmp_path).read_text()


def test_folders_without_a_log(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"curriculum\.callback"):
        curriculum_report(tmp_path)
    for lines in ([""], ["[]"], [json.dumps(HEADER), "{", json.dumps(ENTRIES[0])]):
        with pytest.raises(ValueError, match="no log of a curriculum"):
            curriculum_report(write(tmp_path, lines))
