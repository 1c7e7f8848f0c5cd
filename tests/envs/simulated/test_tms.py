import numpy as np
import pytest

from teachgym.envs.simulated.tms import TMSEnv, TMSVectorEnv


def test_two_lessons_of_a_uniform_teacher_on_the_binary_chain(returns):
    # From 10 two lessons succeed at least once with 1 - 0.65² = 0.5775. From 00 the first leads to
    # 10 with 0.3: 0.3·(1 + 0.35) + 0.7·0.3 = 0.615. The mean is 0.59625.
    total = returns(TMSVectorEnv(200_000, budget=2), seed=0)
    assert total.mean() == pytest.approx(0.59625, abs=0.006)  # 4 standard errors of 0.0013
    assert set(np.unique(total)) == {0.0, 1.0, 2.0}


def test_the_observation_holds_the_answers_of_the_last_exam():
    env = TMSEnv(system="tree", items=3, budget=10)
    observation, info = env.reset(seed=0)
    assert observation.shape == (3 * 7 + 7 + 1,)
    assert set(np.unique(observation[:21])) == {0.0, 1.0}
    assert observation[21:].tolist() == [0.0] * 7 + [1.0]
    observation, _, _, _, info = env.step(4)
    assert info["score"] == pytest.approx(observation[12:15].mean())
    assert observation[21:].tolist() == [0, 0, 0, 0, 1, 0, 0, np.float32(0.9)]


def test_full_observation_shows_the_mastery_and_the_return_counts_it():
    envs = TMSVectorEnv(200, system="tree", observation="full", budget=60)
    envs.action_space.seed(0)
    before = envs.reset(seed=0)[0][:, :7]
    assert before.sum(axis=1).max() == 2
    ended_early = 0
    for _ in range(60):
        observations, rewards, terminated, _, info = envs.step(envs.action_space.sample())
        after = observations[:, :7].copy()
        for student in np.flatnonzero(terminated):
            final = info["final_obs"][student]
            after[student] = final[:7]
            ended_early += final[-1] > 0
            assert final[:7].all() or final[-1] == 0
            assert info["final_info"]["exam"][student] == pytest.approx(final[:7].mean())
        np.testing.assert_array_equal(rewards, after.sum(axis=1) - before.sum(axis=1))
        before = observations[:, :7]
    assert ended_early > 100


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"system": "binery"}, "did you mean 'binary'"),
        ({"observation": "answer"}, "did you mean 'answers'"),
        ({"items": -1}, "items must be"),
        ({"item_seed": -1}, "item_seed must be at least 0, not -1"),
    ],
)
def test_unfit_arguments_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        TMSEnv(**options)
