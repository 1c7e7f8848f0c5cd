import functools
import math
import pickle

import numpy as np
import pytest

from teachgym.rewards import checked, exact_match, reward_name, scores


def returns(result):
    def fixed(*, prompts, completions, answer, **columns):
        return result

    return fixed


def call(reward, completions=("x", "y")):
    return scores(
        reward, ["p"] * len(completions), completions, {"answer": ["x"] * len(completions)}
    )


def test_scores_are_an_array_with_nan_for_none():
    values = call(returns([0.5, None]))
    assert values.dtype == float and values.shape == (2,)
    assert values[0] == 0.5 and math.isnan(values[1])


@pytest.mark.parametrize("result", [np.array([0.25, 1.0]), (np.float32(0.25), True), [0.25, 1]])
def test_any_sequence_of_numbers_will_do(result):
    assert call(returns(result)).tolist() == [0.25, 1.0]


def test_rounding_beyond_the_bounds_is_put_back():
    assert call(returns([1 + 1e-9, -1e-9])).tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ([0.5], "'fixed' returned 1 scores for 2 completions"),
        ([0.5] * 3, "'fixed' returned 3 scores for 2 completions"),
        ([0.5, math.nan], "returned nan for completion 1.*None"),
        ([math.inf, 0.5], "returned inf for completion 0"),
        (["1.0", 0.5], "returned '1.0' for completion 0"),
        ([0.5, [0.5, 0.5]], "for completion 1"),
        ([0.5, 1.5], r"returned 1.5 for completion 1.*rescale\(reward, low, high\)"),
        ([-0.1, 0.5], "returned -0.1 for completion 0"),
        (None, "'fixed' returned NoneType.*one score per completion"),
        (0.5, "'fixed' returned float"),
    ],
)
def test_a_reward_that_misbehaves_is_named(result, message):
    with pytest.raises(ValueError, match=message):
        call(returns(result))
    with pytest.raises(ValueError, match=message):
        checked(returns(result))(prompts=["p"] * 2, completions=["x", "y"], answer=["x"] * 2)


def test_columns_of_another_length_are_named():
    with pytest.raises(ValueError, match="column 'answer' has 1 entries for 2"):
        scores(exact_match, ["p", "p"], ["x", "y"], {"answer": ["x"]})
    with pytest.raises(ValueError, match="column 'prompts'"):
        scores(exact_match, ["p"], ["x", "y"], {"answer": ["x", "y"]})


def test_nothing_to_score():
    assert call(exact_match, ()).shape == (0,)


def test_checked_keeps_the_name_and_none():
    reward = checked(returns([None, 1]))
    assert reward_name(reward) == "fixed"
    assert reward(prompts=["p"] * 2, completions=["x", "y"], answer=["x"] * 2) == [None, 1.0]
    assert checked(reward) is reward
    assert reward_name(pickle.loads(pickle.dumps(checked(exact_match)))) == "exact_match"


def test_names_are_those_that_trl_logs():
    from trl.trainer.utils import get_callable_name

    from teachgym.rewards import REWARDS, combine, rescale

    for reward in [
        *REWARDS.values(),
        functools.partial(functools.partial(returns(None))),
        rescale(exact_match, 0, 2),
        combine(*REWARDS.values()),
    ]:
        assert reward_name(reward) == get_callable_name(reward)
        assert get_callable_name(checked(reward)) == get_callable_name(reward)
