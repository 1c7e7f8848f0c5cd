import numpy as np
import pytest

from teachgym.envs.simulated.kss import KSSEnv, KSSVectorEnv


def test_the_return_is_the_share_of_what_could_be_learned():
    envs = KSSVectorEnv(300)
    envs.action_space.seed(0)
    initial = envs.reset(seed=0)[1]["exam"]
    targets = envs.unwrapped.batch.cohort.state["target"].sum(axis=1)
    total, final = np.zeros(300), np.full(300, np.nan)
    for _ in range(20):
        _, rewards, terminated, _, info = envs.step(envs.action_space.sample())
        total += np.where(np.isnan(final), rewards, 0.0)
        if terminated.any():
            ended = terminated & np.isnan(final)
            final[ended] = info["final_info"]["exam"][ended]
    expected = (final - initial) * targets / (targets - initial * targets)
    np.testing.assert_allclose(total, expected, atol=1e-5)
    assert (total >= 0).all() and total.max() <= 1 + 1e-6 and 0.05 < total.mean() < 0.8


def test_the_observation_by_hand():
    env = KSSEnv(difficulties=[0.9] * 10, observation="answers")
    env.reset(seed=0)
    cohort = env.batch.cohort
    cohort.state["ability"][:] = -3.0
    observation, _, _, _, info = env.step(0)  # ½·8 = 4: concept 0 is at 1, above 0.9
    assert info["score"] == 1.0
    assert observation[:10].tolist() == [1] + [0] * 9
    assert observation[10:20].tolist() == [1] + [0] * 9
    assert observation[20:30].tolist() == cohort.state["target"][0].tolist()
    assert observation[30:40].tolist() == [1] + [0] * 9
    assert observation[40] == np.float32(0.95)
    observation = env.step(6)[0]  # no candidate after 0: nothing happens, the answer is wrong
    assert observation[[0, 6, 10, 16, 30, 36]].tolist() == [1, 0, 0.5, 0.5, 1, 0]


def test_full_observation_shows_the_abilities():
    env = KSSEnv(observation="full")
    observation, _ = env.reset(seed=0)
    ability = env.batch.cohort.state["ability"][0]
    np.testing.assert_allclose(observation[:10] * 9 - 4, ability, atol=1e-5)


def test_an_episode_ends_when_all_targets_are_known():
    env = KSSEnv(difficulties=[0.0] * 10, budget=2000)
    env.reset(seed=0)
    rng = np.random.default_rng(0)
    for _ in range(2000):
        _, _, terminated, _, info = env.step(rng.integers(10))
        assert terminated == (info["exam"] == 1.0)
        if terminated:
            break


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"observation": "ful"}, "did you mean 'full'"),
        ({"difficulties": [9] * 10}, r"difficulties must be in \[0, 5\]"),
        ({"budget": 0}, "budget must be at least 1"),
        ({"difficulty_seed": -1}, "difficulty_seed must be at least 0, not -1"),
    ],
)
def test_unfit_arguments_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        KSSEnv(**options)
