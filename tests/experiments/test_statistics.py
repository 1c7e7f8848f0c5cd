import numpy as np
import pytest
from scipy import stats

from teachgym.experiments.statistics import paired_interval, passes_at, smooth, summarise


def test_summary_by_hand():
    summary = summarise([1.0, 2.0, 6.0])
    assert (summary.n, summary.mean) == (3, 3.0)
    assert summary.sd == pytest.approx(np.sqrt((4 + 1 + 9) / 2))


def test_one_number_has_no_spread():
    assert summarise([0.5]).sd is None
    with pytest.raises(ValueError, match="at least one number"):
        summarise([])


@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_interval_is_scipys(confidence):
    rng = np.random.default_rng(0)
    values, baseline = rng.normal(0.5, 0.1, 7), rng.normal(0.4, 0.1, 7)
    interval = paired_interval(values, baseline, confidence)
    expected = stats.ttest_rel(values, baseline).confidence_interval(confidence)
    assert interval.n == 7
    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high))


def test_interval_by_hand():
    # Differences 1, 2, 3: mean 2, sd 1, t(2, 0.975) = 4.3027.
    interval = paired_interval([2, 4, 6], [1, 2, 3])
    assert (interval.mean, interval.sd) == (2, 1)
    assert interval.low == pytest.approx(2 - 4.30265 / np.sqrt(3), abs=1e-4)


def test_interval_of_one_pair_has_no_ends():
    interval = paired_interval([0.5], [0.4])
    assert interval.mean == pytest.approx(0.1)
    assert interval.low is None and interval.high is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(([1, 2], [1]), "can't be paired"), (([1, 2], [1, 2], 1.0), "confidence")],
)
def test_interval_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        paired_interval(*arguments)


def test_smoothing_looks_back_only():
    assert smooth([0, 3, 6, 9]).tolist() == [0, 1.5, 3, 6]
    assert smooth([5, 1], window=1).tolist() == [5, 1]


@pytest.mark.parametrize(
    ("curve", "expected"),
    [
        ([0.1, 0.5, 0.6, 0.7], 10),
        ([0.1, 0.5, 0.3, 0.7], 30),  # it has to stay above
        ([0.1, 0.5, 0.6, 0.4], None),  # equal is not above
        ([0.5, 0.5, 0.6, 0.7], 0),
    ],
)
def test_passes_and_stays(curve, expected):
    assert passes_at([0, 10, 20, 30], curve, 0.4) == expected
