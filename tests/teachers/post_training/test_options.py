"""Options that are out of range are refused by name."""

import gymnasium as gym
import pytest

from teachgym.teachers import make_teacher


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("sec", {"learning_rate": 0}),
        ("sec", {"temperature": 0}),
        ("sec", {"batch": 0}),
        ("dump", {"temperature": -1}),
        ("dump", {"window": 0}),
        ("adarft", {"step": 0}),
        ("adarft", {"sensitivity": 0}),
        ("adarft", {"target_score": 1.1}),
        ("adarft", {"start": -1}),
        ("mopps", {"decay": 1.1}),
        ("mopps", {"target": -0.1}),
        ("bmc", {"prior_variance": 0}),
        ("bmc", {"noise": 0}),
        ("bmc", {"drift": -1}),
        ("vcrl", {"threshold": 2}),
        ("vcrl", {"first_threshold": -1}),
        ("vcrl", {"warmup": -1}),
        ("vcrl", {"momentum": 1.5}),
        ("vcrl", {"exploration": "some"}),
        ("greso", {"base": 0}),
        ("greso", {"step": 2}),
        ("greso", {"easy_target": 2}),
        ("greso", {"hard_target": 2}),
        ("greso", {"batch": 0.5}),
        ("bots", {"forgetting": 2}),
        ("bots", {"implicit_weight": -1}),
        ("bots", {"target": 2}),
        ("bots", {"batch": 0}),
        ("lilo", {"pool": 0}),
        ("lilo", {"rate": 0}),
        ("online_filtering", {"attempts": 0}),
        ("pass_rate_gaussian", {"profile": 0}),
        ("pass_rate_gaussian", {"lessons": 0}),
        ("pass_rate_gaussian", {"start": 2}),
        ("pass_rate_gaussian", {"end": -1}),
        ("pass_rate_gaussian", {"deviation": 0}),
    ],
)
def test_ill_valued_options_are_refused(name, options):
    with pytest.raises(ValueError, match=next(iter(options))):
        make_teacher(name, gym.spaces.MultiDiscrete([3, 4]), **options)
