import json

import pytest
from teacher_cells import TINY_SETTINGS, filled_in, simulated, tiny, tiny_cell, tiny_folder
from teacher_settings import Trial, groups

from teachgym.experiments.cells import canonical

GRAPH = Trial("KnowledgeGraph", "", 30, 4, 2, 10, "KnowledgeGraph")
IRRELEVANT = Trial("LandscapeIrrelevant", "", 30, 1, 3, 10, "Landscape", bins=2)


def test_students_of_a_seed_are_by_themselves_or_beside_those_of_others():
    alone = groups("report", GRAPH, "uniform", "{}", 5, 2)
    beside = groups("report", IRRELEVANT, "uniform", "{}", 0, 3)
    assert [[cell.seed for cell in group] for group in alone] == [[5], [6]]
    assert [[cell.seed for cell in group] for group in beside] == [[0, 1, 2]]
    assert json.loads(alone[0][0].settings) == GRAPH.settings


def test_a_cell_is_the_mean_of_its_students():
    (result,) = simulated(groups("report", GRAPH, "uniform", "{}", 0, 1)[0])
    assert result["lessons"] == [0, 10, 20, 30] and len(result["curve"]) == 4
    assert 0 < result["curve"][0] < result["curve"][-1] < 1


def test_what_an_environment_knows_reaches_the_teacher():
    options = canonical({"prerequisites": "told"})
    (told,) = simulated(groups("report", GRAPH, "zpdes", options, 0, 1)[0])
    (left_alone,) = simulated(groups("report", GRAPH, "zpdes", "{}", 0, 1)[0])
    assert told["curve"][-1] > left_alone["curve"][-1]


def test_teachers_of_arms_are_given_bins_and_schedules_the_budget():
    group = groups("report", IRRELEVANT, "e2h", canonical({"lessons": "budget"}), 0, 3)[0]
    assert [result["lessons"][-1] for result in simulated(group)] == [30, 30, 30]
    assert filled_in({"lessons": "budget", "a": [1]}, 30, {}) == {"lessons": 30, "a": [1]}
    with pytest.raises(KeyError):
        filled_in({"prerequisites": "told"}, 30, {})


def test_a_cell_of_the_language_model_is_a_run_that_is_resumed(tmp_path):
    settings = {"student": "simulated", "budget": 10, "exam_size": 40, "exam_every": 5}
    options = canonical({"lessons": "budget"})
    cell = tiny_cell("e2h", options, 60, settings)
    (result,) = tiny(tmp_path, (cell,))
    assert result["lessons"] == [0, 5, 10] and result["informative"] is None
    folder = tiny_folder(tmp_path, cell)
    stamp = (folder / "lessons.jsonl").stat().st_mtime_ns
    assert tiny(tmp_path, (cell,)) == [result]
    assert (folder / "lessons.jsonl").stat().st_mtime_ns == stamp
    config = json.loads((folder / "config.json").read_text())
    assert config["settings"]["teacher_options"] == {"lessons": 10}


def test_the_language_model_is_taught_as_in_the_other_benchmark():
    settings = json.loads(tiny_cell("sec", "{}", 60, TINY_SETTINGS).settings)
    assert settings["budget"] == 1000 and settings["exam_every"] == 25
    assert settings["update_options"]["scale_rewards"] == "none"
    assert settings == json.loads(canonical(TINY_SETTINGS))
