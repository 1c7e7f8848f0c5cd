"""Deep knowledge tracing: NumPy's steps against torch's LSTM, and what training finds."""

import sys

import numpy as np
import pytest

from teachgym.students.fitting import (
    FittedBKT,
    FittedDKT,
    InteractionLog,
    StudentRecord,
    evaluate,
    record,
)
from teachgym.students.simulated import BKT
from teachgym.students.simulated.dkt import DKT, Network

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def network():
    rng = np.random.default_rng(0)
    shapes = (6, 32), (32, 8), (3, 8), (3,)
    return Network(*(rng.normal(0, 0.7, shape).astype(np.float32) for shape in shapes))


@pytest.fixture(scope="module")
def log():
    rng = np.random.default_rng(0)
    learn = np.array([0.05, 0.2, 0.4, 0.1])
    cohort = BKT(250, 4, learn=learn, guess=0.1, slip=0.05, known_spread=0, learn_spread=0)
    cohort.reset(rng)
    return record(cohort, 40, rng)


def test_predictions_are_those_of_torchs_lstm(network):
    from teachgym.students.fitting.dkt import _module, _network

    torch.manual_seed(0)
    module = _module(3, 8, 0.5).eval()
    rng = np.random.default_rng(1)
    concept, right = rng.integers(3, size=(2, 12)), rng.random((2, 12)) < 0.5
    pairs = torch.from_numpy(concept + 3 * right)
    with torch.no_grad():
        states, _ = module["lstm"](module["pairs"](pairs))
        logits = module["output"](states).numpy()
    names = [str(i) for i in range(3)]
    log = InteractionLog.gather(
        StudentRecord(str(s), ["q"] * 12, [[names[k]] for k in concept[s]], right[s], [0.0] * 12)
        for s in range(2)
    )
    chances = FittedDKT(tuple(names), _network(module)).predict(log).reshape(2, 12)
    expected = [[logits[s, i, concept[s, i + 1]] for i in range(11)] for s in range(2)]
    assert chances[:, 1:] == pytest.approx(1 / (1 + np.exp(-np.array(expected))), abs=1e-5)


def test_a_question_of_several_concepts_is_predicted_before_any_is_known(network):
    rows = StudentRecord("ann", ["q", "r"], [["0"], ["1", "2"]], [True, False], [0.0, 0.0])
    model = FittedDKT(("0", "1", "2"), network)
    start = network.start(1)
    hidden, _ = network.step(np.array([0]), np.array([True]), *start)
    chances = 1 / (1 + np.exp(-network.logits(hidden)[0]))
    expected = [1 / (1 + np.exp(-network.bias[0])), chances[1:].mean()]
    assert model.predict(InteractionLog.gather([rows])) == pytest.approx(expected, abs=1e-6)


def test_the_batches_hold_what_training_needs():
    from teachgym.students.fitting.dkt import LONGEST, _batches

    concepts = [["a"], ["b", "a"], ["b"]] + [["a"]] * LONGEST
    rows = len(concepts)
    log = InteractionLog.gather(
        [StudentRecord("ann", ["q"] * rows, concepts, [i % 2 for i in range(rows)], [0.0] * rows)]
    )
    ((concept, answer, source, counts),) = _batches(log, 8)
    assert concept.shape == (2, LONGEST)  # 204 tags: the second piece holds the last four
    assert concept[0, :5].tolist() == [0, 1, 0, 1, 0] and answer[0, :5].tolist() == [0, 1, 1, 0, 1]
    # both tags of the second row are predicted from the first tag, the next from the third
    assert source[0, :5].tolist() == [0, 0, 0, 2, 3]
    assert counts[0, :5].tolist() == [False, True, True, True, True]
    assert counts[1, :5].tolist() == [False, True, True, True, False]


def test_it_learns_to_predict_about_as_well_as_the_truth(log):
    train, test = log.split(0.3, np.random.default_rng(0))
    state = torch.random.get_rng_state()
    model = FittedDKT.fit(train, hidden=24, epochs=20, learning_rate=0.02, batch_size=16)
    assert (torch.random.get_rng_state() == state).all()
    truth = FittedBKT.fit(train)
    assert evaluate(model, test).auc > evaluate(truth, test).auc - 0.02
    assert evaluate(model, test).auc > 0.7


def test_the_same_seed_gives_the_same_weights(log):
    options = {"hidden": 6, "epochs": 2}
    first, second = (FittedDKT.fit(log, seed=3, **options).network for _ in range(2))
    assert (first.gates == second.gates).all() and (first.output == second.output).all()
    other = FittedDKT.fit(log, seed=4, **options).network
    assert (first.gates != other.gates).any()


def test_students_are_sampled_from_the_predictions(network):
    rng = np.random.default_rng(0)
    cohort = DKT(4000, 3, network=network)
    cohort.reset(rng)
    log = record(cohort, 6, rng)
    model = FittedDKT(("0", "1", "2"), network)
    chances = model.predict(log)
    deviation = (log.correct - chances).sum() / np.sqrt((chances * (1 - chances)).sum())
    assert abs(deviation) < 3
    # and their state is what the network makes of the log: the next prediction agrees
    last = InteractionLog.gather(
        StudentRecord(
            str(s),
            ["q"] * 7,
            [[str(k)] for k in [*log.tags[6 * s : 6 * s + 6], 2]],
            [*log.correct[6 * s : 6 * s + 6], True],
            [0.0] * 7,
        )
        for s in range(10)
    ).named(None, ("0", "1", "2"))
    assert cohort.expected()[:10, 2, 0] == pytest.approx(model.predict(last)[6::7], abs=1e-5)


def test_replacing_some_students_leaves_the_others(network):
    rng = np.random.default_rng(0)
    cohort = DKT(3, 3, network=network)
    cohort.reset(rng)
    start = cohort.expected()
    assert start[0, :, 0] == pytest.approx(1 / (1 + np.exp(-network.bias)))
    cohort.practise(np.array([0, 1, 2]), np.zeros(3, dtype=int), rng)
    taught = cohort.expected()
    cohort.reset(rng, np.array([False, True, False]))
    assert (cohort.expected()[1] == start[1]).all()
    assert (cohort.expected()[[0, 2]] == taught[[0, 2]]).all()


def test_weights_on_disk(network, tmp_path, log):
    network.save(tmp_path)
    again = DKT(2, 3, network=tmp_path).network
    for name in ("gates", "recurrent", "output", "bias"):
        assert (getattr(again, name) == getattr(network, name)).all()
        assert getattr(again, name).dtype == np.float32
    with pytest.raises(ValueError, match="topics must be 3, as in the network, not 4"):
        DKT(2, 4, network=tmp_path)
    with pytest.raises(ValueError, match="holds no network"):
        DKT(2, 3, network=tmp_path / "nowhere")
    (tmp_path / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(ValueError, match=r"safetensors does not hold the weights of DKT"):
        DKT(2, 3, network=tmp_path)
    with pytest.raises(ValueError, match=r"recurrent must have shape \(32, 8\), not \(8, 8\)"):
        Network(network.gates, network.recurrent[:8], network.output, network.bias)


def test_bad_input(log):
    for options, message in {
        ("hidden", 0): "hidden must be at least 1, not 0",
        ("epochs", 0): "epochs must be at least 1",
        ("dropout", 1.0): r"dropout must be in \[0, 1\), not 1.0",
    }.items():
        with pytest.raises(ValueError, match=message):
            FittedDKT.fit(log, **dict([options]))
    once = InteractionLog.gather([StudentRecord("ann", ["q"], ["a"], [True], [0.0])])
    with pytest.raises(ValueError, match="no student answered twice"):
        FittedDKT.fit(once)


def test_without_the_extra_one_line_says_what_to_install(log, network, tmp_path, monkeypatch):
    network.save(tmp_path)
    for module in ("torch", "safetensors"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'teachgym\[lm\]'"):
        FittedDKT.fit(log)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'teachgym\[lm\]'"):
        DKT(2, 3, network=tmp_path)
