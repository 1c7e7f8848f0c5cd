import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teachgym.rewards import combine, exact_match, f1, rescale, reward_name


class Fixed:
    def __init__(self, *result):
        self.result = result

    def __call__(self, *, prompts, completions, answer, **columns):
        return list(self.result)


def call(reward, size=2):
    return reward(prompts=["p"] * size, completions=["the cat"] * size, answer=["cat"] * size)


def test_the_mean_is_weighted():
    assert call(combine(Fixed(1.0, 0.0), Fixed(0.0, 0.5), weights=[3, 1])) == [0.75, 0.125]
    assert call(combine(exact_match, f1)) == [0.5, 0.5]


def test_none_is_left_out_of_the_mean():
    reward = combine(Fixed(None, 0.5, None), Fixed(0.2, 1.0, None), weights=[3, 1])
    assert call(reward, 3) == [0.2, 0.625, None]
    assert call(combine(Fixed(1.0), Fixed(None), weights=[0, 1]), 1) == [None]


part = st.one_of(st.none(), st.floats(0, 1))


@given(st.lists(st.tuples(part, st.floats(1e-3, 1e3)), min_size=1, max_size=5), st.floats(0.1, 10))
@settings(max_examples=50, deadline=None)
def test_the_mean_lies_between_its_parts_whatever_the_scale_of_weights(pairs, factor):
    rewards = [Fixed(value) for value, _ in pairs]
    weights = [weight for _, weight in pairs]
    (mean,) = call(combine(*rewards, weights=weights), 1)
    (scaled,) = call(combine(*rewards, weights=[factor * weight for weight in weights]), 1)
    present = [value for value, _ in pairs if value is not None]
    if not present:
        assert mean is None and scaled is None
    else:
        assert min(present) - 1e-9 <= mean <= max(present) + 1e-9
        assert mean == pytest.approx(scaled)


def test_a_part_that_misbehaves_is_named():
    with pytest.raises(ValueError, match=r"'Fixed' returned 1 scores for 2"):
        call(combine(exact_match, Fixed(0.5)))
    with pytest.raises(ValueError, match=r"rescale\(reward, low, high\)"):
        call(combine(exact_match, Fixed(0.5, 7.0)))


@pytest.mark.parametrize("weights", [[1], [1, 2, 3], [1, -1], [0, 0], [1, float("nan")]])
def test_weights_that_do_not_fit(weights):
    with pytest.raises(ValueError, match="weights"):
        combine(exact_match, f1, weights=weights)


def test_what_is_no_reward():
    with pytest.raises(ValueError, match="at least one"):
        combine()
    with pytest.raises(TypeError, match="'f1' can't be"):
        combine(exact_match, "f1")


def test_rescale_maps_linearly_and_clips():
    assert call(rescale(Fixed(-1, 0, 4, 9, None), -1, 4), 5) == [0.0, 0.2, 1.0, 1.0, None]
    assert call(rescale(Fixed(10, 2.5, 0, -3), 10, 0), 4) == [0.0, 0.75, 1.0, 1.0]


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), "1"])
def test_rescale_hides_nothing(bad):
    with pytest.raises(ValueError, match=r"'Fixed' returned .* for completion 0"):
        call(rescale(Fixed(bad), 0, 10), 1)


@pytest.mark.parametrize(("low", "high"), [(1, 1), (0, float("inf")), (float("nan"), 1)])
def test_rescale_needs_two_bounds(low, high):
    with pytest.raises(ValueError, match="two different finite bounds"):
        rescale(f1, low, high)


def test_names_and_copies():
    reward = combine(exact_match, rescale(f1, 0, 2))
    assert reward_name(reward) == "exact_match+f1"
    assert reward_name(copy.deepcopy(reward)) == "exact_match+f1"
    assert call(copy.deepcopy(reward)) == call(reward)
