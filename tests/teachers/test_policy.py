"""Policies in files, worked by hand and against Stable-Baselines3's own decisions."""

import json
import subprocess
import sys

import gymnasium as gym
import numpy as np
import pytest

from teachgym.teachers import PolicyNetwork, PolicyTeacher, make_teacher

BOX = gym.spaces.Box(np.array([-1, 0], np.float32), np.array([1, 10], np.float32))


def network(space, weight, head="logits", **more):
    """One layer without bias: its weight, shape (outputs, inputs), is all there is."""
    weight = np.array(weight, np.float32)
    described = {"activation": "tanh", "head": head, "action_space": repr(space), **more}
    layers = ((weight, np.zeros(len(weight), np.float32)),)
    return PolicyNetwork(layers=layers, observation_shape=(weight.shape[1],), **described)


def teacher(network, space, folder, **options):
    network.save(folder)
    return make_teacher("policy", space, seed=0, folder=folder, **options)


@pytest.mark.parametrize(("activation", "expected"), [("relu", 0.5), ("tanh", 1.0 - np.tanh(2.0))])
def test_forward_pass_by_hand(activation, expected):
    # Hidden: [1 * 1 + 0, -2 * 1 + 0]. With relu [1, 0] and 1 * 0.5; with tanh t(-2) + 1.
    second = {"relu": [[0.5, 1.0]], "tanh": [[0.0, 1.0]]}[activation]
    layers = (
        (np.array([[1.0], [-2.0]]), np.zeros(2)),
        (np.array(second), np.array([0.0 if activation == "relu" else 1.0])),
    )
    net = PolicyNetwork(layers, activation, "logits", (1,), "Discrete(1)")
    assert net.output(np.array([1.0])) == pytest.approx([expected])


def test_greedy_and_sampled_choices(tmp_path):
    space = gym.spaces.MultiDiscrete([2, 3])
    # Logits for an observation of 1: [0, ln 3] on the first axis, [0, 0, ln 2] on the second.
    net = network(space, np.log([[1], [3], [1], [1], [2]]))
    greedy = teacher(net, space, tmp_path, deterministic=True)
    assert greedy.act(np.ones(1)).tolist() == [1, 2]
    sampled = make_teacher("policy", space, seed=0, folder=tmp_path)
    actions = np.array([sampled.act(np.ones(1)) for _ in range(4000)])
    for axis, shares in enumerate(([1 / 4, 3 / 4], [1 / 4, 1 / 4, 1 / 2])):
        counts = np.bincount(actions[:, axis], minlength=len(shares))
        expected = 4000 * np.array(shares)
        # The 99.9% point of chi-square is 10.8 with one degree of freedom, 13.8 with two.
        assert np.sum((counts - expected) ** 2 / expected) < (10.8 if axis == 0 else 13.8)
    # The axes are drawn apart: a correlation of independent draws has the deviation 1 / sqrt(n).
    assert abs(np.corrcoef(actions.T)[0, 1]) < 4 / np.sqrt(4000)


def test_gaussian_actions(tmp_path):
    # Means (0.5, 12): the second is clipped to 10.
    net = network(BOX, [[0.5], [12.0]], "gaussian", log_std=np.log([0.1, 1.0]))
    greedy = teacher(net, BOX, tmp_path, deterministic=True)
    assert greedy.act(np.ones(1)).tolist() == [0.5, 10.0]
    sampled = make_teacher("policy", BOX, seed=1, folder=tmp_path)
    actions = np.array([sampled.act(np.ones(1)) for _ in range(4000)])
    assert all(action in BOX for action in actions)
    assert actions[:, 0].mean() == pytest.approx(0.5, abs=4 * 0.1 / np.sqrt(4000))
    assert actions[:, 0].std() == pytest.approx(0.1, rel=0.05)
    # 12 plus a standard normal is below 10 with probability 0.0228 (z = -2): 91 of 4,000.
    assert 50 < np.sum(actions[:, 1] < 10) < 140


def test_squashed_actions(tmp_path):
    # Means (0, 1), deviations 1 and exp(2) at most: tanh(0) is the middle, 5 (1 + tanh 1) = 8.808.
    net = network(BOX, [[0.0], [1.0], [0.0], [5.0]], "squashed")
    greedy = teacher(net, BOX, tmp_path, deterministic=True)
    assert greedy.act(np.ones(1)) == pytest.approx([0.0, 8.808], abs=1e-3)
    sampled = make_teacher("policy", BOX, seed=1, folder=tmp_path)
    actions = np.array([sampled.act(np.ones(1)) for _ in range(4000)])
    normal = np.arctanh(np.clip(actions[:, 0].astype(float), -0.9999, 0.9999))
    assert (normal.mean(), normal.std()) == pytest.approx((0.0, 1.0), abs=0.08)
    assert all(action in BOX for action in actions)


def test_ties_go_to_the_first_choice(tmp_path):
    space = gym.spaces.Discrete(3)
    assert teacher(network(space, [[0.0]] * 3, "values"), space, tmp_path).act(np.ones(1)) == 0


def test_two_files_without_pickle_hold_it_all(tmp_path):
    from safetensors.numpy import load_file

    space = gym.spaces.Discrete(2)
    net = network(space, [[1.5], [2.0]], training={"algorithm": "ppo", "steps": 9})
    net.save(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["policy.json", "policy.safetensors"]
    assert load_file(tmp_path / "policy.safetensors")["layers.0.weight"].tolist() == [[1.5], [2.0]]
    described = json.loads((tmp_path / "policy.json").read_text())
    assert described["action_space"] == "Discrete(2)" and described["training"]["steps"] == 9
    again = PolicyNetwork.load(tmp_path)
    assert np.array_equal(again.layers[0][0], net.layers[0][0])
    assert again.observation_shape == (1,) and again.training == net.training


def test_other_spaces_are_named(tmp_path):
    network(gym.spaces.Discrete(2), [[1.0], [2.0]]).save(tmp_path)
    with pytest.raises(ValueError, match=r"acts in Discrete\(2\).*is MultiDiscrete\(\[2 2\]\)"):
        PolicyTeacher(gym.spaces.MultiDiscrete([2, 2]), folder=tmp_path)
    fits = PolicyTeacher(gym.spaces.Discrete(2), folder=tmp_path)
    with pytest.raises(ValueError, match=r"shape \(1,\), and this one has \(2,\)"):
        fits.act(np.ones(2))
    with pytest.raises(ValueError, match=r"shape \(1,\), and this one has none"):
        fits.act()


@pytest.mark.parametrize(
    ("space", "options", "complaint"),
    [
        (gym.spaces.Discrete(3), {}, r"has 2 logits behind tanh, which make no action in Discr"),
        (gym.spaces.Discrete(2), {"head": "gaussian"}, "make no action"),
        (gym.spaces.Discrete(2), {"activation": "gelu"}, "behind gelu"),
        (BOX, {"head": "gaussian"}, r"no log_std of shape \(2,\)"),
    ],
)
def test_networks_that_do_not_fit_their_space_are_refused(tmp_path, space, options, complaint):
    network(space, [[1.0], [2.0]], **options).save(tmp_path)
    with pytest.raises(ValueError, match=complaint):
        PolicyTeacher(space, folder=tmp_path)


def test_files_that_hold_no_policy_are_refused(tmp_path):
    space = gym.spaces.Discrete(2)
    with pytest.raises(ValueError, match="needs folder="):
        PolicyTeacher(space)
    with pytest.raises(ValueError, match=r"holds no policy \(no policy\.json\)"):
        PolicyTeacher(space, folder=tmp_path)
    network(space, [[1.0], [2.0]]).save(tmp_path)
    whole = (tmp_path / "policy.json").read_text()
    for broken in ("{", "[]", whole.replace('"version": 1', '"version": 2'), "{}"):
        (tmp_path / "policy.json").write_text(broken)
        with pytest.raises(ValueError, match="can't be read"):
            PolicyTeacher(space, folder=tmp_path)
    (tmp_path / "policy.json").write_bytes(b"\xff" * 5000)
    with pytest.raises(ValueError, match=r"can't be read: UnicodeDecodeError: .{,90}$"):
        PolicyTeacher(space, folder=tmp_path)
    (tmp_path / "policy.json").write_text(whole)
    (tmp_path / "policy.safetensors").write_bytes(b"weights")
    with pytest.raises(ValueError, match="can't be read"):
        PolicyTeacher(space, folder=tmp_path)


def test_values_of_actions_are_taken_greedily(tmp_path):
    space = gym.spaces.Discrete(2)
    made = teacher(network(space, [[0.0], [0.1]], "values"), space, tmp_path)
    assert [int(made.act(np.ones(1))) for _ in range(50)] == [1] * 50


def test_a_state_does_not_go_to_another_policy(tmp_path):
    space = gym.spaces.Discrete(2)
    first = teacher(network(space, [[1.0], [2.0]]), space, tmp_path / "a")
    second = teacher(network(space, [[1.0], [3.0]]), space, tmp_path / "b")
    with pytest.raises(ValueError, match="another policy"):
        second.load_state_dict(first.state_dict())


def test_acting_needs_no_torch_and_a_missing_extra_is_named(tmp_path):
    network(gym.spaces.Discrete(2), [[1.0], [2.0]]).save(tmp_path)
    code = f"""
import sys, gymnasium as gym, numpy as np
from teachgym.teachers import PolicyTeacher
assert "safetensors" not in sys.modules
make = lambda: PolicyTeacher(gym.spaces.Discrete(2), folder={str(tmp_path)!r})
assert make().act(np.ones(1)) in (0, 1)
assert "torch" not in sys.modules
sys.modules["safetensors.numpy"] = None
try:
    make()
except ModuleNotFoundError as error:
    assert "pip install 'teachgym[rl]'" in str(error)
else:
    raise AssertionError
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
