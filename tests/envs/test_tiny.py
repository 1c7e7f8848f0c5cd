"""The environment around the real, bundled language model."""

import numpy as np
import pytest
from gymnasium.utils.env_checker import data_equivalence

pytest.importorskip("trl")


def look(env, action, mask=True):
    """One step in which the students only answer."""
    env.unwrapped.look_next(mask)
    return env.step(action)


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
    info = look(env, [0, 0])[4]
    twin.domain.sample(0, 0.0, twin.rng), twin.domain.sample(0, 0.0, twin.rng)
    assert all(torch.equal(before[name], weight) for name, weight in model.state_dict().items())
    assert info["scores"].shape == (2, 1) and info["stats"] == {}
    assert env.step([0, 1])[4]["completions"] == twin.step([0, 1])[4]["completions"]


@pytest.mark.parametrize(
    ("update", "options"),
    [
        ("rloo", {"num_generations": 2}),
        ("dpo", {"pairs": "teacher", "num_generations": 1}),
        ("kto", {"num_generations": 2}),
        ("sft", {}),
        ("distill", {"teacher": "tiny"}),
        ("grpo", {"num_generations": 2, "feedback_share": 0.5, "feedback_tokens": "weighted"}),
        ("none", {}),
    ],
)
def test_every_update_teaches_by_name(strings, rollout, update, options):
    learning = {"learning_rate": 1e-3} if update != "none" else {}
    env = strings(
        **{**TINY, "update": update, "update_options": {**learning, **options}},
        lessons_per_update=2,
    )
    first = rollout(env, seed=1)
    assert data_equivalence(rollout(env, seed=1), first, exact=True)
    student = env.unwrapped.student
    changed = [
        name
        for name, weight in student.language.model.named_parameters()
        if not weight.equal(student._untaught[name])
    ]
    assert bool(changed) == (update != "none")


def test_adapters_can_be_had_by_name(strings, rollout):
    """As `--env-option student_options={...}` gives them."""
    lora = {"peft_config": {"r": 2, "target_modules": "all-linear"}}
    env = strings(**TINY, student_options=lora)
    rollout(env, seed=1)
    student = env.unwrapped.student
    assert student._untaught and all("lora" in name for name in student._untaught)
