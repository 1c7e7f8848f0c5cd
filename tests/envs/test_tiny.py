"""The environment around the real, bundled language model."""

import numpy as np
import pytest
from gymnasium.utils.env_checker import data_equivalence

pytest.importorskip("trl")

TINY = {
    "student": "tiny",
    "budget": 4,
    "lesson_size": 2,
    "exam_size": 12,
    "update_options": {"num_generations": 2, "learning_rate": 1e-3},
}


def test_everything_repeats_and_global_generators_are_left_alone(strings, rollout):
    import torch

    env = strings(**TINY)
    first = rollout(env, seed=1)
    before = torch.get_rng_state(), np.random.get_state()[1].tolist()
    assert data_equivalence(rollout(env, seed=1), first, exact=True)
    assert torch.equal(torch.get_rng_state(), before[0])
    assert np.random.get_state()[1].tolist() == before[1]
    assert all(len(texts) == 2 for texts in first[1][4]["completions"])


def test_a_loaded_episode_ends_as_the_uninterrupted_one(strings, rollout, tmp_path):
    options = {**TINY, "lessons_per_update": 2}
    env = strings(**options)
    expected = rollout(env, seed=1)
    rollout(env, seed=1, stop=2)
    env.save(tmp_path)
    resumed = strings(**options)
    resumed.load(tmp_path)
    resumed.action_space.seed(1)
    actions = [resumed.action_space.sample() for _ in range(4)]
    continued = [resumed.step(action) for action in actions[2:]]
    assert data_equivalence(continued, expected[3:], exact=True)


def test_a_look_leaves_the_weights_and_the_lessons_to_come_alone(strings):
    import torch

    env, twin = strings(**TINY), strings(**TINY)
    env.reset(seed=1), twin.reset(seed=1)
    model = env.student.language.model
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    info = env.look([0, 0])[4]
    twin.domain.sample(0, 0.0, twin._task_rng), twin.domain.sample(0, 0.0, twin._task_rng)
    assert all(torch.equal(before[name], weight) for name, weight in model.state_dict().items())
    assert info["scores"].shape == (2, 1) and info["stats"] == {}
    assert env.step([0, 1])[4]["completions"] == twin.step([0, 1])[4]["completions"]
