import numpy as np
import pytest

from teachgym.students.simulated import IRT, PSIKT, check_prerequisites


def links(topics, *pairs):
    matrix = np.zeros((topics, topics), dtype=bool)
    for before, after in pairs:
        matrix[before, after] = True
    return matrix


def test_what_has_no_cycle_is_copied():
    given = links(4, (0, 1), (0, 2), (1, 3), (2, 3))
    checked = check_prerequisites(given, 4)
    assert checked.dtype == bool
    assert np.array_equal(checked, given)
    checked[:] = False
    assert given.any()
    assert np.array_equal(check_prerequisites([[0, 1], [0, 0]]), links(2, (0, 1)))


@pytest.mark.parametrize(
    ("matrix", "cycle"),
    [
        (links(3, (1, 1)), "1 -> 1"),
        (links(3, (0, 2), (2, 0)), "0 -> 2 -> 0|2 -> 0 -> 2"),
        # 0 and 4 hang on the cycle, but are no part of it.
        (links(5, (0, 1), (1, 2), (2, 3), (3, 1), (3, 4)), "1 -> 2 -> 3 -> 1|2 -> 3 -> 1 -> 2"),
    ],
)
@pytest.mark.parametrize("check", [check_prerequisites, "irt", "psi_kt"])
def test_a_cycle_is_named(matrix, cycle, check):
    with pytest.raises(ValueError, match=f"no cycle, but .*({cycle}).* is one"):
        if check == "irt":
            IRT(2, len(matrix), prerequisites=matrix)
        elif check == "psi_kt":
            PSIKT(2, len(matrix), prerequisites=matrix)
        else:
            check(matrix)


@pytest.mark.parametrize(
    ("matrix", "error", "message"),
    [
        (np.zeros((2, 3), dtype=bool), ValueError, r"shape \(topics, topics\), not \(2, 3\)"),
        (np.zeros(4, dtype=bool), ValueError, "shape"),
        (np.zeros((2, 2), dtype=bool), ValueError, r"shape \(3, 3\) for 3 topics, not \(2, 2\)"),
        (np.full((3, 3), 0.5), TypeError, "True and False"),
        ([["a"]], TypeError, "True and False"),
    ],
)
def test_what_is_no_matrix_of_links(matrix, error, message):
    with pytest.raises(error, match=message):
        check_prerequisites(matrix, 3)
