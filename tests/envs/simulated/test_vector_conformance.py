"""What must hold for every native vector environment; Gymnasium has no checker for them.

The reference is Gymnasium's own `SyncVectorEnv` over the single environments.
"""

import copy
import pickle

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from gymnasium.utils.env_checker import data_equivalence
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import batch_space
from gymnasium.wrappers.vector import ClipReward, DictInfoToList

STUDENTS = 5


def check_info(info, size):
    """Each key has a mask, and nothing is told of those outside it."""
    keys = {key for key in info if not key.startswith("_")}
    assert {key for key in info if key.startswith("_")} == {f"_{key}" for key in keys}
    for key in keys:
        mask = info[f"_{key}"]
        assert mask.dtype == bool and mask.shape == (size,) and mask.any(), key
        if isinstance(info[key], dict):
            check_info(info[key], size)
            for name, inner in info[key].items():
                if name.startswith("_"):
                    assert not (inner & ~mask).any(), name
        else:
            assert info[key].shape == (size,), key
            assert not any(info[key][~mask]), key


def shapes(info):
    """What an info is made of: its keys, nested ones too."""
    return {key: shapes(value) if isinstance(value, dict) else None for key, value in info.items()}


def arrays(result):
    """Every array in a result of reset or step, nested ones too."""
    if isinstance(result, np.ndarray):
        rows = [row for row in result if row is not None] if result.dtype == object else []
        return [result, *rows]
    if isinstance(result, dict):
        result = list(result.values())
    return [array for item in result for array in arrays(item)]


def test_spaces_are_those_of_the_single_environment(env_id, vector):
    envs, env = vector(STUDENTS), gym.make(env_id)
    assert envs.num_envs == STUDENTS
    assert envs.single_action_space == env.action_space
    assert envs.single_observation_space == env.observation_space
    assert envs.action_space == batch_space(env.action_space, STUDENTS)
    assert envs.observation_space == batch_space(env.observation_space, STUDENTS)
    assert envs.metadata["autoreset_mode"] is AutoresetMode.SAME_STEP
    assert envs.unwrapped.spec.id == env_id


def test_every_result_has_the_right_kind(vector, play):
    envs = vector(STUDENTS)
    out = play(envs, 10)
    observations, info = out[0]
    assert observations in envs.observation_space
    if info:
        check_info(info, STUDENTS)
    for observations, rewards, terminated, truncated, info in out[1:]:
        assert observations in envs.observation_space
        assert rewards.dtype == np.float32 and rewards.shape == (STUDENTS,)
        assert np.isfinite(rewards).all()
        for flags in (terminated, truncated):
            assert flags.dtype == bool and flags.shape == (STUDENTS,)
        check_info(info, STUDENTS)


def test_the_format_is_that_of_gymnasiums_own_vector_environment(env_id, vector, play):
    own = play(vector(STUDENTS), 9)
    sync = gym.make_vec(
        env_id,
        num_envs=STUDENTS,
        vectorization_mode="sync",
        vector_kwargs={"autoreset_mode": AutoresetMode.SAME_STEP},
        budget=4,
    )
    for mine, theirs in zip(own, play(sync, 9), strict=True):
        if len(mine) == 5 and not np.array_equal(mine[2], theirs[2]):
            break  # From here on, other students end at other times.
        assert shapes(mine[-1]) == shapes(theirs[-1])
        for key, value in mine[-1].items():
            if key.startswith("_"):
                np.testing.assert_array_equal(value, theirs[-1][key])
        if "final_obs" in mine[-1]:
            assert mine[-1]["final_obs"].dtype == theirs[-1]["final_obs"].dtype == object
            assert mine[-1]["final_obs"][0].dtype == theirs[-1]["final_obs"][0].dtype


def test_episodes_end_with_the_budget_and_begin_anew_in_the_same_step(vector, play):
    envs = vector(STUDENTS, budget=3)
    lessons = np.zeros(STUDENTS, dtype=int)
    for observations, _, terminated, truncated, info in play(envs, 12)[1:]:
        lessons += 1
        assert not truncated.any()
        assert terminated[lessons == 3].all()
        if not terminated.any():
            assert "final_obs" not in info and "final_info" not in info
            continue
        np.testing.assert_array_equal(info["_final_obs"], terminated)
        np.testing.assert_array_equal(info["_final_info"], terminated)
        for student in range(STUDENTS):
            final = info["final_obs"][student]
            if terminated[student]:
                # The last entry is the share of the budget that is left.
                assert final[-1] == np.float32(1 - lessons[student] / 3)
                assert observations[student, -1] == 1.0
                assert final in envs.single_observation_space
            else:
                assert final is None
        # What the info says of a lesson belongs to the old episode.
        np.testing.assert_array_equal(info["final_info"]["_score"], terminated)
        assert not info.get("_score", np.zeros(STUDENTS, dtype=bool))[terminated].any()
        lessons[terminated] = 0


def test_max_episode_steps_truncates(vector, play):
    envs = vector(STUDENTS, budget=100, max_episode_steps=2)
    lessons = np.zeros(STUDENTS, dtype=int)
    for _, _, terminated, truncated, info in play(envs, 6)[1:]:
        lessons += 1
        np.testing.assert_array_equal(truncated, lessons == 2)
        ended = truncated | terminated
        np.testing.assert_array_equal(info.get("_final_obs", np.zeros(STUDENTS, bool)), ended)
        lessons[ended] = 0


def test_a_partial_reset_leaves_the_others_as_they_are(vector, play):
    envs, twin = vector(STUDENTS, budget=50), vector(STUDENTS, budget=50)
    before = play(envs, 2)[-1][0]
    play(twin, 2)
    lessons = envs.unwrapped.batch.lessons.copy()
    mask = np.array([True, False, True, False, False])
    observations, info = envs.reset(options={"reset_mask": mask})
    np.testing.assert_array_equal(observations[~mask], before[~mask])
    assert (observations[mask, -1] == 1.0).all()
    for key, value in info.items():
        if key.startswith("_"):
            np.testing.assert_array_equal(value, mask)
    # New students are drawn from a stream of their own: those who stayed go on as they would have.
    action = envs.action_space.sample()
    after, expected = envs.step(action), twin.step(action)
    np.testing.assert_array_equal(after[2][~mask], expected[2][~mask])
    np.testing.assert_array_equal(after[1][~mask], expected[1][~mask])
    ended = after[2]
    stayed = ~mask & ~ended
    assert stayed.any()
    np.testing.assert_array_equal(after[0][stayed], expected[0][stayed])
    lessons = np.where(ended, 0, np.where(mask, 1, lessons + 1))
    np.testing.assert_array_equal(envs.unwrapped.batch.lessons, lessons)
    np.testing.assert_allclose(after[0][:, -1], 1 - lessons / 50, rtol=1e-6)


@pytest.mark.parametrize(
    ("mask", "error", "message"),
    [
        ([True] * STUDENTS, TypeError, "NumPy array of bool"),
        (np.ones(STUDENTS), TypeError, "float64"),
        (np.ones(STUDENTS + 1, dtype=bool), ValueError, r"shape \(5,\)"),
        (np.zeros(STUDENTS, dtype=bool), ValueError, "at least one"),
    ],
)
def test_unfit_masks_are_refused(vector, mask, error, message):
    envs = vector(STUDENTS)
    envs.reset(seed=0)
    with pytest.raises(error, match=message):
        envs.reset(options={"reset_mask": mask})


def test_the_first_reset_must_be_a_whole_one(vector):
    envs = vector(2)
    with pytest.raises(ResetNeeded):
        envs.step(envs.action_space.sample())
    with pytest.raises(ResetNeeded):
        envs.reset(options={"reset_mask": np.array([True, False])})
    envs.reset(options={"reset_mask": np.array([True, True])})


def test_a_seed_repeats_everything_and_another_does_not(vector, play, drawn):
    envs = vector(200, budget=30)
    first = play(envs, 31)
    assert data_equivalence(first, play(envs, 31), exact=True)
    assert data_equivalence(first, play(vector(200, budget=30), 31), exact=True)
    actions = [envs.action_space.sample() for _ in range(30)]

    def observed(seed):
        envs.reset(seed=seed)
        return np.array([envs.step(action)[0] for action in actions])

    assert np.array_equal(observed(0), observed(1)) != drawn


def test_without_a_seed_the_generators_go_on(vector, drawn):
    envs, twin = vector(200, budget=30), vector(200, budget=30)
    envs.action_space.seed(0)
    actions = [envs.action_space.sample() for _ in range(30)]
    envs.reset(seed=0), twin.reset(seed=0)
    first = [envs.step(action) for action in actions[:-1]]
    assert data_equivalence(first, [twin.step(action) for action in actions[:-1]], exact=True)
    envs.reset(), twin.reset()
    second = [envs.step(action) for action in actions[:-1]]
    assert data_equivalence(second, [twin.step(action) for action in actions[:-1]], exact=True)
    assert data_equivalence(first, second, exact=True) != drawn


def test_returned_arrays_are_not_changed_later_and_are_nobody_elses(vector, play):
    envs, twin = vector(STUDENTS), vector(STUDENTS)
    kept = play(envs, 9)
    copies = copy.deepcopy(kept)
    play(envs, 9, seed=1)
    assert data_equivalence(kept, copies, exact=True)
    # Scribbling over what was returned does not reach the students.
    twin.action_space.seed(0)
    results = [twin.reset(seed=0)]
    scribbled = [copy.deepcopy(results[0])]
    for _ in range(9):
        for array in arrays(results[-1]):
            array[...] = True if array.dtype == bool else (None if array.dtype == object else 0.25)
        results.append(twin.step(twin.action_space.sample()))
        scribbled.append(copy.deepcopy(results[-1]))
    assert data_equivalence(scribbled, copies, exact=True)


def test_no_two_arrays_of_a_result_share_memory(vector, play):
    for result in play(vector(STUDENTS), 9):
        found = [array for array in arrays(result) if array.dtype != object]
        rows = {id(row) for row in arrays(result[-1]) if row.ndim == 1 and row.base is not None}
        for i, one in enumerate(found):
            for other in found[i + 1 :]:
                assert id(one) in rows or not np.shares_memory(one, other)


def test_actions_are_not_changed(vector):
    envs = vector(STUDENTS)
    envs.reset(seed=0)
    actions = envs.action_space.sample()
    before = actions.copy()
    envs.step(actions)
    np.testing.assert_array_equal(actions, before)


def test_unfit_actions_are_refused_and_no_lesson_is_given(vector):
    envs, twin = vector(STUDENTS, budget=20), vector(STUDENTS, budget=20)
    envs.reset(seed=0), twin.reset(seed=0)
    good = envs.action_space.sample()
    outside = good.copy()
    outside[3] = -1
    with pytest.raises(ValueError, match="student 3 is not in"):
        envs.step(outside)
    outside[3] = 10_000
    with pytest.raises(ValueError, match="student 3 is not in"):
        envs.step(outside)
    with pytest.raises(ValueError, match="must have shape"):
        envs.step(good[:-1])
    with pytest.raises(ValueError, match="must have shape"):
        envs.step(good[..., None])
    with pytest.raises(TypeError, match="dtype"):
        envs.step(good.astype(bool))
    if isinstance(envs.single_action_space, gym.spaces.Box):
        outside[3] = np.nan
        with pytest.raises(ValueError, match="student 3 is not in"):
            envs.step(outside)
    else:
        with pytest.raises(TypeError, match="must be integers"):
            envs.step(good.astype(float))
    # The generators are where they were, so the same lesson gives the same result.
    assert data_equivalence(envs.step(good), twin.step(good), exact=True)


@pytest.mark.parametrize("options", [{"num_envs": 0}, {"budget": 0}, {"max_episode_steps": 0}])
def test_unfit_sizes_are_refused(vector, options):
    (name,) = options
    with pytest.raises(ValueError, match=f"{name} must be at least 1"):
        vector(**options)


def test_the_environment_survives_pickle_in_the_middle_of_an_episode(vector, play):
    envs = vector(STUDENTS, budget=20)
    play(envs, 3)
    again = pickle.loads(pickle.dumps(envs.unwrapped))
    action = envs.action_space.sample()
    assert data_equivalence(envs.step(action), again.step(action), exact=True)


def test_gymnasiums_wrappers_take_it(vector, play):
    clipped = ClipReward(vector(STUDENTS), 0.0, 0.5)
    assert all((out[1] <= 0.5).all() for out in play(clipped, 9)[1:])
    listed = DictInfoToList(vector(STUDENTS))
    infos = [out[-1] for out in play(listed, 9)]
    assert all(len(info) == STUDENTS for info in infos)
    assert any("final_obs" in one for info in infos for one in info)


def test_one_student_follows_the_same_law_exactly(env_id, vector):
    """With one student, both draw the same numbers in the same order."""
    envs, env = vector(1, budget=30), gym.make(env_id, budget=30)
    envs.action_space.seed(5)
    many, info = envs.reset(seed=5)
    one, single_info = env.reset(seed=5)
    np.testing.assert_array_equal(many[0], one)
    while True:
        actions = envs.action_space.sample()
        many, rewards, terminated, _, info = envs.step(actions)
        one, reward, ended, truncated, single_info = env.step(actions[0])
        assert rewards[0] == reward and terminated[0] == ended and not truncated
        if ended:
            np.testing.assert_array_equal(info["final_obs"][0], one)
            info = info["final_info"]
        else:
            np.testing.assert_array_equal(many[0], one)
        assert {k: v[0] for k, v in info.items() if not k.startswith("_")} == single_info
        if ended:
            break


def test_many_students_follow_the_same_law_in_distribution(env_id, returns):
    """Mean return over whole episodes, many students at once against one after the other.

    The two means differ by less than 4 standard errors; at a fixed seed this is no matter of luck.
    """
    options = {"budget": 12}
    if "Landscape" in env_id:  # twelve lessons master no cell
        options["teaching_reward"] = "score"
    many = returns(gym.make_vec(env_id, num_envs=3000, **options), seed=11)
    sync = gym.make_vec(
        env_id,
        num_envs=300,
        vectorization_mode="sync",
        vector_kwargs={"autoreset_mode": AutoresetMode.SAME_STEP},
        **options,
    )
    single = returns(sync, seed=12)
    error = np.sqrt(many.var() / many.size + single.var() / single.size)
    assert abs(many.mean() - single.mean()) <= 4 * error + 1e-6
    assert many.std() == pytest.approx(single.std(), rel=0.35, abs=1e-6)
