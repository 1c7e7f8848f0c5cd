import json

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, roc_auc_score

from teachgym.students.fitting import (
    MODELS,
    FittedBKT,
    InteractionLog,
    StudentRecord,
    evaluate,
    fit,
    load,
    record,
)
from teachgym.students.fitting.model import area_under_curve
from teachgym.students.simulated import DAS3H


@pytest.fixture(scope="module")
def log():
    rng = np.random.default_rng(0)
    cohort = DAS3H(60, 4, 2)
    cohort.reset(rng)
    return record(cohort, 30, rng, gap=0.5)


def test_auc_is_that_of_scikit_learn():
    rng = np.random.default_rng(0)
    for _ in range(20):
        correct = rng.random(50) < 0.6
        chances = np.round(rng.random(50), rng.integers(1, 4))  # with many ties
        assert area_under_curve(correct, chances) == pytest.approx(roc_auc_score(correct, chances))
    assert np.isnan(area_under_curve(np.ones(3, dtype=bool), np.ones(3)))
    # by hand: the right ones at 0.8 and 0.4, the wrong ones at 0.4 and 0.1: 3.5 of 4 pairs
    assert area_under_curve(np.array([1, 1, 0, 0]) > 0, np.array([0.8, 0.4, 0.4, 0.1])) == 0.875


def test_evaluation_is_over_all_answers_but_the_first_ones(log):
    model = fit("pfa", log)
    result = evaluate(model, log)
    later = np.tile(np.arange(30) > 0, 60)
    chances = model.predict(log)[later]
    assert result.answers == 60 * 29
    assert result.auc == pytest.approx(roc_auc_score(log.correct[later], chances))
    assert result.accuracy == pytest.approx(accuracy_score(log.correct[later], chances >= 0.5))


def test_nothing_to_evaluate():
    once = InteractionLog.gather([StudentRecord("ann", ["q"], [["a"]], [True], [0.0])])
    model = FittedBKT(("a",), *np.full((5, 1), 0.2))
    with pytest.raises(ValueError, match="no student answered twice"):
        evaluate(model, once)


@pytest.mark.parametrize("name", MODELS)
def test_models_load_exactly(log, tmp_path, name):
    if name == "dkt":
        pytest.importorskip("torch")
    seen = []
    options = {"dkt": {"epochs": 2, "hidden": 8}}.get(name, {})
    model = fit(name, log, progress=lambda *step: seen.append(step), **options)
    assert seen and all(0 < done <= most and value < 0 for done, most, value in seen)
    model.save(tmp_path)
    again = load(tmp_path)
    assert type(again) is type(model)
    assert again.to_json() == model.to_json()
    assert (again.predict(log) == model.predict(log)).all()
    cohort = again.cohort(5)
    cohort.reset(np.random.default_rng(0))
    assert cohort.expected().shape[0] == 5
    # all its files are JSON or safetensors
    assert {path.suffix for path in tmp_path.iterdir()} <= {".json", ".safetensors"}


@pytest.mark.parametrize("name", MODELS)
def test_predictions_use_the_past_alone(log, name):
    """What a student answers now and later does not change what was predicted before."""
    if name == "dkt":
        pytest.importorskip("torch")
    model = fit(name, log, **{"dkt": {"epochs": 1, "hidden": 8}}.get(name, {}))
    place = np.arange(len(log)) - log.offsets[log.student]
    flipped = np.where(place >= 15, ~log.correct, log.correct)
    arrays = (log.offsets, log.item, log.tags, log.tag_offsets, flipped, log.days)
    other = InteractionLog(*arrays, log.students, log.items, log.concepts)
    before, after = model.predict(log), model.predict(other)
    assert before.shape == (len(log),) and ((before >= 0) & (before <= 1)).all()
    assert before[place <= 15] == pytest.approx(after[place <= 15], abs=1e-9)
    assert np.abs(before - after)[place > 15].max() > 1e-3


def test_unknown_names_and_broken_files(log, tmp_path):
    with pytest.raises(ValueError, match="unknown model 'bkd'; did you mean 'bkt'"):
        fit("bkd", log)
    with pytest.raises(ValueError, match=r"unknown option of bkt 'forget'; did you mean 'forgets'"):
        fit("bkt", log, forget=True)
    with pytest.raises(ValueError, match="holds no fitted model"):
        load(tmp_path)
    for text, message in {
        "{": "is no JSON",
        "[]": "is not a fitted model",
        json.dumps({"model": "bkt", "concepts": ["a"]}): "broken bkt model.*known",
    }.items():
        (tmp_path / "model.json").write_text(text)
        with pytest.raises(ValueError, match=message):
            load(tmp_path)
