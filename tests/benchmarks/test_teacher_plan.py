import json

import pytest
from teacher_plan import make_plan
from teacher_results import choose
from teacher_settings import TINY, TRIALS, teachers

from teachgym.teachers import TEACHERS


def test_all_is_planned_unless_some_is_asked_for():
    plan = make_plan()
    assert plan.names == teachers() and [trial.env for trial in plan.trials] == list(TRIALS)
    cells = [cell for group in plan.report_groups({}) for cell in group]
    for env, seeds in (("Landscape", 10), ("KnowledgeGraph", 10), ("LandscapeRugged", 5)):
        for name in teachers():
            found = [c.seed for c in cells if (c.env, c.teacher) == (env, name)]
            assert sorted(set(found)) == list(range(seeds))
    tiny = [group[0] for group in plan.tiny_groups({})]
    assert {cell.seed for cell in tiny} == {60, 61, 62, 63, 64}
    assert {cell.teacher for cell in tiny} == set(TINY) & set(TEACHERS)
    # Seed by seed: whoever stops it has compared some.
    assert [cell.seed for cell in tiny] == sorted(cell.seed for cell in tiny)


def test_tuning_has_seeds_of_its_own_and_leaves_out_who_has_no_options():
    plan = make_plan()
    tuning = {cell for group in plan.tuning_groups() for cell in group}
    report = {cell for group in plan.report_groups({}) for cell in group}
    assert {cell.seed for cell in tuning}.isdisjoint(cell.seed for cell in report)
    assert "uniform" not in {cell.teacher for cell in tuning}
    assert {cell.env for cell in tuning} == {"Landscape", "KnowledgeGraph"}


def test_variants_and_the_language_model_take_what_was_tuned_elsewhere():
    names = ("zpdes", "progression")  # who may be told, and who teaches the language model
    plan = make_plan(names)
    tuned = {}
    for group in plan.tuning_groups():
        for cell in group:
            window, landscape = '"window"' in cell.options, cell.env == "Landscape"
            tuned[cell] = {"curve": [float(window == landscape)]}
    for name in names:
        assert "window" in choose(tuned, "Landscape", name)
    report = {cell for group in plan.report_groups(tuned) for cell in group}
    rugged = {c.options for c in report if (c.env, c.teacher) == ("LandscapeRugged", "zpdes")}
    assert rugged == {choose(tuned, "Landscape", "zpdes")}
    strings = {g[0].options for g in plan.tiny_groups(tuned) if g[0].teacher == "progression"}
    assert strings == {choose(tuned, "KnowledgeGraph", "progression")}
    assert strings != {choose(tuned, "Landscape", "progression")}
    graph = {c.options for c in report if (c.env, c.teacher) == ("KnowledgeGraph", "zpdes")}
    assert {json.loads(options).get("prerequisites") for options in graph} == {None, "told"}


def test_the_baseline_is_always_there():
    plan = make_plan(["zpdes"], ["LandscapeRugged"], seeds=2)
    assert plan.names == ["uniform", "zpdes"] and plan.tiny is None
    assert [(trial.env, trial.seeds) for trial in plan.trials] == [("LandscapeRugged", 2)]
    assert {cell.env for group in plan.tuning_groups() for cell in group} == {"Landscape"}
    assert make_plan(envs=["Strings"]).trials == []


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        ({"only": ["zpdse"]}, "did you mean 'zpdes'"),
        ({"envs": ["String"]}, "did you mean 'Strings'"),
        ({"seeds": 0}, "at least one seed"),
    ],
)
def test_what_can_not_be_planned_is_refused(arguments, answer):
    with pytest.raises(ValueError, match=answer):
        make_plan(**arguments)
