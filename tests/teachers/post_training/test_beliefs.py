"""MoPPS and BMC against worked numbers."""

import math

import gymnasium as gym
import numpy as np
import pytest
from scipy import integrate, stats

from teachgym.teachers import BMC, MoPPS
from teachgym.teachers.post_training.bmc import productivity
from teachgym.teachers.post_training.bmc import update as normal_update
from teachgym.teachers.post_training.mopps import update as beta_update


def test_mopps_update_by_hand():
    # 0.5 * 5 + 0.5 * 1 + 3
    assert beta_update(5.0, 1.0, 3.0, 0.5) == 6.0
    assert beta_update(5.0, 1.0, 0.0, 1.0) == 5.0


def test_mopps_counts_answers():
    teacher = MoPPS(gym.spaces.Discrete(2))
    teacher.observe(1, 0.75, scores=np.array([[1.0, 1.0], [1.0, 0.0]]))
    assert teacher.alpha.tolist() == [1.0, 4.0]
    assert teacher.beta.tolist() == [1.0, 2.0]
    teacher.observe(1, 0.75)  # one answer: 0.5 * 4 + 0.5 + 0.75, 0.5 * 2 + 0.5 + 0.25
    assert teacher.alpha[1] == pytest.approx(3.25)
    assert teacher.beta[1] == pytest.approx(1.75)


def test_mopps_draws_the_arm_nearest_the_target():
    teacher = MoPPS(gym.spaces.Discrete(2), seed=0)
    teacher.alpha[:], teacher.beta[:] = [3.0, 6.0], [2.0, 2.0]
    first, second = stats.beta(3, 2), stats.beta(6, 2)

    def nearer(x):
        """The density that the first draw is x and the second one farther from 1/2."""
        gap = abs(x - 0.5)
        return first.pdf(x) * (1 - second.cdf(0.5 + gap) + second.cdf(0.5 - gap))

    share = integrate.quad(nearer, 0, 1)[0]
    chosen = np.bincount([int(teacher.act()) for _ in range(3000)], minlength=2)
    assert stats.chisquare(chosen, 3000 * np.array([share, 1 - share])).pvalue > 0.01


def test_bmc_update_by_hand():
    # gain 4 / (4 + 1) = 0.8
    assert normal_update(1.0, 4.0, 2.0, 1.0) == pytest.approx((1.8, 0.8))


def test_bmc_productivity():
    assert productivity(np.array([1.0, 0.5])) == pytest.approx(math.log(3.0))
    assert productivity(np.zeros(3)) == pytest.approx(math.log(1 / 99))
    assert productivity(np.ones(3)) == pytest.approx(math.log(99))


def test_bmc_updates_the_arm_and_its_topic_alone():
    teacher = BMC(gym.spaces.MultiDiscrete([2, 3]), drift=0.5)
    for _ in range(2):
        teacher.observe(np.array([1, 2]), 0.5)
    x = math.log(99)  # |advantage| 1, clipped
    # gains 4/5, and (0.8 + 0.5) / (0.8 + 0.5 + 1) = 13/23
    mean = 0.8 * x + 13 / 23 * 0.2 * x
    assert teacher.means[1, 2] == teacher.topic_means[1] == pytest.approx(mean)
    assert teacher.variances[1, 2] == teacher.topic_variances[1] == pytest.approx(13 / 23)
    others = np.delete(teacher.means.ravel(), 5)
    assert others.tolist() == [0.0] * 5 and teacher.topic_means[0] == 0.0
    assert np.delete(teacher.variances.ravel(), 5).tolist() == [4.0] * 5


def test_bmc_draws_at_each_node():
    teacher = BMC(gym.spaces.MultiDiscrete([2, 2]), seed=0)
    teacher.topic_means[:], teacher.topic_variances[:] = [0.0, 1.0], [1.0, 3.0]
    teacher.means[:], teacher.variances[:] = [[0.5, 0.0], [0.0, 0.0]], 0.5
    topic = stats.norm.cdf(1 / 2)  # the difference of the draws is N(1, 4)
    level = stats.norm.cdf(0.5)  # N(0.5, 1)
    expected = np.array([(1 - topic) * level, (1 - topic) * (1 - level), topic / 2, topic / 2])
    chosen = np.zeros(4)
    for _ in range(3000):
        chosen[int(teacher.act() @ [2, 1])] += 1
    assert stats.chisquare(chosen, 3000 * expected).pvalue > 0.01


def test_bmc_prior_mean_must_be_finite():
    with pytest.raises(ValueError, match="prior_mean"):
        BMC(gym.spaces.Discrete(2), prior_mean=math.nan)
