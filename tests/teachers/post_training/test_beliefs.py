"""MoPPS, BOTS and BMC against worked numbers."""

import math

import gymnasium as gym
import numpy as np
import pytest
from scipy import integrate, stats

from teachgym.teachers import BMC, BOTS, MoPPS
from teachgym.teachers.post_training.bmc import productivity
from teachgym.teachers.post_training.bmc import update as normal_update
from teachgym.teachers.post_training.bots import capability
from teachgym.teachers.post_training.bots import update as bots_update
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
    assert productivity(0.75) == pytest.approx(math.log(3.0))
    assert productivity(0.0) == pytest.approx(math.log(1 / 99))
    assert productivity(1.0) == pytest.approx(math.log(99))


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


def test_bots_update_by_hand():
    # 0.8 * 4 + 0.2 + 0.7 * 3 + 0.3 * 5, and without explicit evidence 0.8 * 1 + 0.2 + 0.3 * 2
    parameters = bots_update(
        np.array([4.0, 1.0]),
        np.array([3.0, 0.0]),
        np.array([5.0, 2.0]),
        forgetting=0.2,
        implicit_weight=0.3,
    )
    assert parameters == pytest.approx([7.0, 1.6])


def test_bots_capability_by_hand():
    assert capability(0.5, 0.2, 0.8) == pytest.approx(0.5)
    assert capability(0.9, 0.2, 0.6) == pytest.approx(1.75)
    assert capability(0.5, 0.3, 0.3) is None


def test_bots_batches_by_hand():
    references = np.array([[0.2, 0.0, 0.4], [0.8, 0.5, 0.4]])
    teacher = BOTS(gym.spaces.Discrete(3), batch=2, references=references)
    teacher.observe(0, 0.5, scores=np.array([[1.0, 0.0]]))
    assert teacher.alpha.tolist() == [1.0, 1.0, 1.0]
    teacher.observe(0, 0.5, scores=np.array([[1.0, 0.0]]))
    # Capability (0.5 - 0.2) / 0.6 = 1/2. Arm 0: 1 + 0.8 * 2 + 0.2 * 2. The others get 0.2 * 2
    # implicit answers at rates 0 + 0.5 / 2 and 0.4.
    assert teacher.capability == pytest.approx(0.5)
    assert teacher.alpha == pytest.approx([3.0, 1.1, 1.16])
    assert teacher.beta == pytest.approx([3.0, 1.3, 1.24])
    teacher.observe(1, 1.0)
    teacher.observe(
        1, 1.0
    )  # capability 2: 0.9 * 0.5 + 0.1 * 2; expected of arm 0: 0.2 + 0.65 * 0.6
    assert teacher.capability == pytest.approx(0.65)
    assert teacher.alpha == pytest.approx([2.6 + 0.2 * 0.59, 1.08 + 2, 1.128 + 0.2 * 0.4])


def test_bots_references_that_never_differ_imply_nothing():
    teacher = BOTS(gym.spaces.Discrete(2), batch=1, references=np.full((2, 2), 0.3))
    teacher.observe(0, 1.0)
    assert teacher.alpha == pytest.approx([2.0, 1.0])
    assert teacher.beta == pytest.approx([1.0, 1.0])


def test_bots_draws_the_arm_nearest_the_target():
    teacher = BOTS(gym.spaces.Discrete(3), seed=0, target=1.0)
    teacher.alpha[:], teacher.beta[:] = [3.0, 2.0, 1.0], 1.0
    # The largest of x^(1/3), x^(1/2), x wins: shares alpha / 6
    chosen = np.bincount([int(teacher.act()) for _ in range(3000)], minlength=3)
    assert stats.chisquare(chosen, [1500, 1000, 500]).pvalue > 0.01


@pytest.mark.parametrize("references", [[[0.5, 0.5]], [[0.5, 0.5], [0.5, 1.5]], [[0.5], [0.5]]])
def test_bots_refuses_other_references(references):
    with pytest.raises(ValueError, match="references must"):
        BOTS(gym.spaces.Discrete(2), references=references)
