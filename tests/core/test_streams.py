"""One seed given to everybody: nobody draws what another draws."""

from typing import get_args

import numpy as np
import pytest
from gymnasium.spaces import Discrete

from teachgym.core.streams import Part, Streams, stream
from teachgym.teachers import Uniform

PARTS = get_args(Part)


def test_the_same_arguments_give_the_same_stream_and_others_another():
    first = {part: stream(3, part).random(4).tolist() for part in PARTS}
    assert first == {part: stream(3, part).random(4).tolist() for part in PARTS}
    others = [
        *first.values(),
        *(stream(4, part).random(4).tolist() for part in PARTS),
        *(stream(3, part, 0).random(4).tolist() for part in PARTS),
        np.random.default_rng(3).random(4).tolist(),
        *(np.random.default_rng(child).random(4).tolist() for child in _spawned(3)),
    ]
    assert len({tuple(numbers) for numbers in others}) == len(others)


def test_streams_of_one_seed_are_not_correlated():
    seeds = range(2000)
    drawn = np.array([[stream(seed, part).random() for seed in seeds] for part in PARTS])
    raw = [[np.random.default_rng(seed).random() for seed in seeds]]
    correlations = np.corrcoef(np.concatenate([drawn, raw]))
    # 1 / sqrt(2000) is one standard error.
    assert np.abs(correlations - np.eye(len(correlations))).max() < 4 / np.sqrt(2000)


def test_a_teacher_and_a_space_of_one_seed_choose_independently():
    both = np.zeros((3, 3))
    for seed in range(1800):
        space = Discrete(3, seed=seed)
        both[Uniform(space, seed=seed).act(), space.sample()] += 1
    # Chi-square with 8 degrees of freedom: above 26.1 in one of a thousand cases.
    assert ((both - 200) ** 2 / 200).sum() < 26.1


def test_without_a_seed_generators_go_on_and_the_first_time_take_the_fallback():
    streams, twin = Streams("starts", "lessons"), Streams("starts", "lessons")
    streams.reset(None, 5), twin.reset(5, 0)
    before = streams["starts"].random()
    assert before == twin["starts"].random()
    streams.reset(None, 5)
    assert streams["starts"].random() != before
    twin.load_state_dict(streams.state_dict())
    assert twin["starts"].random() == streams["starts"].random()
    assert twin["lessons"].random() == streams["lessons"].random()


def test_an_unknown_seed_is_fresh_entropy():
    streams = Streams("tasks")
    streams.reset(None, -1)  # Gymnasium's np_random_seed after a user has set np_random
    other = Streams("tasks")
    other.reset(None, -1)
    assert streams["tasks"].random() != other["tasks"].random()


def test_a_negative_seed_is_refused():
    with pytest.raises(ValueError):
        stream(-3, "teacher")


def _spawned(seed):
    return np.random.SeedSequence(seed).spawn(20)
