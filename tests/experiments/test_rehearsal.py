"""Rehearsal of earlier topics: weights by hand, draws as distributions."""

import numpy as np
import pytest

from teachgym.experiments.rehearsal import next_topic, rehearsal_weights


def test_weights_on_hand_worked_numbers():
    assert rehearsal_weights(4, "uniform").tolist() == [0.25] * 4
    # Ages 3, 2, 1: 1/3, 1/2, 1 over 11/6.
    assert rehearsal_weights(3, "power_law") == pytest.approx([2 / 11, 3 / 11, 6 / 11])
    assert rehearsal_weights(2, "power_law", 2.0) == pytest.approx([0.2, 0.8])
    assert rehearsal_weights(1, "power_law").tolist() == [1.0]


@pytest.mark.parametrize("schedule", ["none", "uniform", "power_law"])
def test_draws_follow_the_weights(schedule):
    rng = np.random.default_rng(0)
    counts = np.bincount([next_topic(3, schedule, 0.4, 1.0, rng) for _ in range(4000)], minlength=4)
    if schedule == "none":
        assert counts.tolist() == [0, 0, 0, 4000]
        return
    expected = 4000 * np.append(0.4 * rehearsal_weights(3, schedule), 0.6)
    # The 99.9% point of chi-square with 3 degrees of freedom.
    assert np.sum((counts - expected) ** 2 / expected) < 16.3


def test_the_first_topic_has_nothing_to_rehearse():
    rng = np.random.default_rng(0)
    assert {next_topic(0, "uniform", 1.0, 1.0, rng) for _ in range(50)} == {0}


def test_all_schedules_draw_the_same_numbers():
    after = []
    for schedule in ("none", "uniform", "power_law"):
        rng = np.random.default_rng(0)
        for _ in range(10):
            next_topic(2, schedule, 0.5, 1.0, rng)
        after.append(rng.random())
    assert len(set(after)) == 1


def test_bad_arguments():
    with pytest.raises(ValueError, match="'uniform' or 'power_law'"):
        rehearsal_weights(2, "none")
    with pytest.raises(ValueError, match="an earlier topic"):
        rehearsal_weights(0, "uniform")
    with pytest.raises(ValueError, match="exponent"):
        rehearsal_weights(2, "power_law", 0.0)
