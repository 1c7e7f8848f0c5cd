"""Checks of arguments: what passes, and what the messages say."""

import numpy as np
import pytest

from teachgym.core import checks


@pytest.mark.parametrize("value", [3, np.int64(3), np.array(3)])
def test_whole_numbers_of_any_kind_become_pythons(value):
    assert checks.at_least("n", value, 1) == 3 and type(checks.at_least("n", value, 1)) is int
    assert checks.whole("n", value) == 3 and type(checks.whole("n", value)) is int


@pytest.mark.parametrize("value", [True, np.True_, 2.5, "3", None, [3]])
def test_what_is_no_integer(value):
    with pytest.raises(TypeError, match="n must be an integer, not"):
        checks.at_least("n", value, 1)
    with pytest.raises(ValueError, match="n must be a whole number of at least 1, not"):
        checks.whole("n", value)


def test_what_is_too_small():
    with pytest.raises(ValueError, match="n must be at least 1, not 0"):
        checks.at_least("n", 0, 1)
    with pytest.raises(ValueError, match="n must be a whole number of at least 2, not 1"):
        checks.whole("n", 1, 2)
    assert checks.whole("n", 2.0) == 2  # as a command line may give it


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (checks.share, (0, 1, 0.5), (-0.1, 1.1, np.nan, "0.5", True)),
        (checks.rate, (1, 0.5), (0, 1.1, np.nan, None)),
        (checks.non_negative, (0, 7), (-1, np.inf, np.nan, "1")),
        (checks.positive, (0.1, 7), (0, np.inf, [1, 2])),
    ],
)
def test_numbers_in_intervals(check, good, bad):
    assert [check("x", value) for value in good] == [float(value) for value in good]
    for value in bad:
        with pytest.raises(ValueError, match="x must be a"):
            check("x", value)


def test_arrays():
    assert checks.array("a", 0.5, "[0, 1)", (2, 2)).tolist() == [[0.5, 0.5], [0.5, 0.5]]
    with pytest.raises(ValueError, match=r"a must be in \[0, 1\), not 1"):
        checks.array("a", [0, 1], "[0, 1)", (2,))
    with pytest.raises(TypeError, match="a must be a number"):
        checks.array("a", ["x"], "[0, 1)", (1,))
    with pytest.raises(ValueError, match=r"an array of shape \(3,\), not of shape \(2,\)"):
        checks.array("a", [0, 0.5], "[0, 1)", (3,))
