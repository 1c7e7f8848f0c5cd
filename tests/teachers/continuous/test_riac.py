"""R-IAC against worked cuts and the shares its tasks are drawn in."""

import gymnasium as gym
import numpy as np
import pytest
from scipy import stats

from teachgym.teachers import RIAC
from teachgym.teachers.continuous.riac import best_cut, learning_progress

BOX = gym.spaces.Box(0.0, 1.0, (2,), np.float32)


def cut(samples, axes, thresholds, least_samples=1, least_side=0.0):
    dimensions = samples.shape[1] - 1
    return best_cut(
        samples,
        np.array(axes),
        np.array(thresholds),
        np.zeros(dimensions),
        np.ones(dimensions),
        least_samples=least_samples,
        least_side=least_side,
    )


def test_progress_by_hand():
    # Older half 0.1, 0.3 with mean 0.2, newer half 0.6, 0.8 with mean 0.7.
    assert learning_progress(np.array([0.1, 0.3, 0.6, 0.8])) == pytest.approx(0.5)
    # Of an odd number the middle one is older: (0.9 + 0.6) / 2 - 0.3.
    assert learning_progress(np.array([0.9, 0.6, 0.3])) == pytest.approx(0.45)
    assert learning_progress(np.array([0.0, 1.0])) == 0.0


def test_cut_by_hand():
    # Tasks 0.1..0.8 in turn; below 0.45 scores go 0, 0, 1, 1 (ALP 1), above it they stay at 0.5.
    samples = np.column_stack([np.arange(1, 9) / 10, [0, 0, 1, 1, 0.5, 0.5, 0.5, 0.5]])
    # At 0.45: 0, 0 | 1, 1 has 1, the rest has 0: 4 * 4 * 1 = 16.
    # At 0.35: 0, 0 | 1 has 1; 1, .5, .5 | .5, .5 has |2/3 - 1/2| = 1/6: 3 * 5 * 5/6 = 12.5.
    # At 0.65: 0, 0, 1 | 1, .5, .5 has 1/3, two samples have 0: 6 * 2 * 1/3 = 4.
    assert cut(samples, [0, 0, 0], [0.35, 0.45, 0.65]) == (0, 0.45)
    assert cut(samples, [0, 0], [0.65, 0.35]) == (0, 0.35)


def test_cut_counts_samples_and_not_only_progress():
    # At 0.15: 0, 0, 1 has ALP 1; 1, 1, 1, .5, .5 | .5, .5, .5, .5 has 0.3: 3 * 9 * 0.7 = 18.9.
    # At 0.55: 0, 0, 1 | 1, 1, 1 has ALP 2/3, six times 0.5 have 0: 6 * 6 * 2/3 = 24.
    # The authors' code takes every number of samples for 2, and would choose 0.7 over 2/3.
    tasks = np.repeat([0.1, 0.3, 0.7], [3, 3, 6])
    scores = np.repeat([0.0, 1.0, 0.5], [2, 4, 6])
    samples = np.column_stack([tasks, scores])
    assert cut(samples, [0, 0], [0.15, 0.55]) == (0, 0.55)
    assert cut(samples, [0, 0], [0.15, 0.55], least_samples=7) is None
    assert cut(samples, [0, 0], [0.15, 0.55], least_side=0.5) is None
    assert cut(samples, [0, 0], [0.15, 0.55], least_side=0.15) == (0, 0.55)
    assert cut(samples, [0, 0], [0.15, 0.55], least_side=0.46) is None


def test_cut_of_random_samples_against_a_plain_loop():
    rng = np.random.default_rng(0)
    samples = rng.random((201, 4))
    axes, thresholds = rng.integers(3, size=50), rng.random(50)
    best, expected = -1.0, None
    for axis, threshold in zip(axes, thresholds, strict=True):
        below = samples[:, axis] < threshold
        if min(threshold, 1 - threshold) < 1 / 15 or min(below.sum(), (~below).sum()) < 10:
            continue
        progress = [learning_progress(samples[side, -1]) for side in (below, ~below)]
        gain = below.sum() * (~below).sum() * abs(progress[0] - progress[1])
        if gain > best:
            best, expected = gain, (axis, threshold)
    assert cut(samples, axes, thresholds, 10, 1 / 15) == expected


def taught(teacher, lessons, score, seed=0):
    rng = np.random.default_rng(seed)
    for lesson in range(lessons):
        task = rng.random(2).astype(np.float32)
        teacher.observe(task, score(task, lesson))
    return teacher


def test_regions_tile_the_space_and_hold_their_own_samples():
    teacher = taught(RIAC(BOX, seed=0), 2000, lambda task, lesson: task[0] * lesson / 2000)
    leaves = [region for region in teacher.regions if region.child == 0]
    assert len(leaves) > 5
    volumes = [np.prod(region.high - region.low) for region in leaves]
    assert sum(volumes) == pytest.approx(1.0)
    for index, region in enumerate(teacher.regions):
        known = region.samples.array
        assert np.all((known[:, :-1] >= region.low) & (known[:, :-1] <= region.high))
        # Its own progress from the start, not that of the last cut that was tried.
        assert teacher.progress[index] == pytest.approx(learning_progress(known[-200:, -1]))
        assert np.all(region.high - region.low >= 1 / 15 - 1e-9)
    assert max(len(region.samples) for region in teacher.regions) == 201


def test_first_cut_comes_with_the_201st_lesson():
    teacher = taught(RIAC(BOX, seed=0), 200, lambda task, lesson: 0.5)
    assert len(teacher.regions) == 1
    teacher.observe(np.float32([0.5, 0.5]), 0.5)
    assert len(teacher.regions) == 3


def test_oldest_quarter_is_dropped_where_nothing_can_be_cut():
    teacher = RIAC(BOX, seed=0)
    for lesson in range(201):
        teacher.observe(np.float32([0.5, 0.5]), lesson / 200)
    assert len(teacher.regions) == 1
    assert teacher.regions[0].samples.array[:, -1].tolist() == [i / 200 for i in range(50, 201)]


def with_two_regions():
    """Regions left and right of 0.4, with three quarters of their progress on the right."""
    teacher = RIAC(BOX, seed=0)
    teacher.tree = np.array(
        [
            [0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.4],
            [0.0, 0.0, 0.4, 1.0, 0.0, 0.0, 0.0],
            [0.4, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0],
        ]
    )
    samples = [(1, 0.2, 0.5, s) for s in (0.1, 0.1, 0.3, 0.3)]  # ALP 0.2
    samples += [(2, 0.9, 0.5, s) for s in (0.0, 0.0, 0.6, 0.6)]  # ALP 0.6
    teacher.samples = np.array(samples)
    return teacher


def test_regions_are_drawn_by_their_progress():
    assert with_two_regions().probabilities() == pytest.approx([0.0, 0.25, 0.75])
    assert RIAC(BOX, seed=0).probabilities().tolist() == [1.0]


def test_tasks_are_drawn_in_three_ways():
    teacher = with_two_regions()
    drawn = np.array([teacher.act() for _ in range(20_000)])
    # In a region (0.7) left with 1/4, anywhere (0.2) with 0.4, near the worst (0.1) with 1/4.
    left = 0.7 / 4 + 0.2 * 0.4 + 0.1 / 4
    count = int(np.sum(drawn[:, 0] < 0.4))
    assert stats.binomtest(count, 20_000, left).pvalue > 0.01
    # The second coordinate is uniform but for the tasks near the worst: normal around 0.5.
    inner = 0.9 * 0.2 + 0.1 * (stats.norm.cdf(1) - stats.norm.cdf(-1))
    count = int(np.sum(np.abs(drawn[:, 1] - 0.5) < 0.1))
    assert stats.binomtest(count, 20_000, inner).pvalue > 0.01


def test_tasks_near_the_worst_one_stay_in_its_region():
    teacher = with_two_regions()
    teacher.rng = Fixed(kind=0.95, chosen=2)
    assert teacher.act() == pytest.approx([0.9, 0.5])
    teacher.rng = Fixed(kind=0.95, chosen=2, noise=-9.0)
    assert teacher.act() == pytest.approx([0.4, 0.0])


class Fixed:
    """A generator whose draws are given."""

    def __init__(self, kind, chosen, noise=0.0):
        self.kind, self.chosen, self.noise = kind, chosen, noise

    def random(self):
        return self.kind

    def choice(self, count, p):
        return self.chosen

    def standard_normal(self, size):
        return np.full(size, self.noise)


def test_cuts_run_between_the_cells_of_a_discrete_space():
    teacher = RIAC(gym.spaces.MultiDiscrete([3, 4]), seed=0, region_size=20)
    rng = np.random.default_rng(0)
    for _ in range(2000):
        action = teacher.act()
        teacher.observe(action, rng.random())
    cuts = {(r.cut.axis, r.cut.threshold * (3, 4)[r.cut.axis]) for r in teacher.regions if r.child}
    assert len(cuts) > 3
    assert all(place == pytest.approx(round(place)) for _, place in cuts)


def test_it_goes_where_scores_change():
    teacher = RIAC(BOX, seed=0, region_size=60)
    tasks = []
    for lesson in range(1500):
        tasks.append(teacher.act())
        teacher.observe(tasks[-1], 0.5 + 0.5 * np.sin(lesson / 40) * (tasks[-1][0] > 0.75))
    assert np.mean(np.array(tasks[500:])[:, 0] > 0.75) > 0.4
